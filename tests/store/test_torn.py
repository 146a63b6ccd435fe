"""R2: whatever happens to the end of a journal, what was acknowledged stands; damage in its midst is refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.contract.test_store import Note
from workspace.store import journal
from workspace.store.port import StoreRefused
from workspace.store.tinydb import TinyStore

AT = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)
NOTES = 12


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The file of a store that was killed after twelve acknowledged notes."""
    store = TinyStore(tmp_path / "store")
    for n in range(NOTES):
        with store.transaction() as tx:
            note = tx.put(Note(id=f"{n:02d}", text="x\n00000005 00000000 0000000099 fake\n" * (n % 3)))
            tx.log("notes.made", note, at=AT, by="kari")
    path = journal.newest(tmp_path / "store")
    assert path is not None
    os.close(store._journal._descriptor)  # type: ignore[arg-type]
    return path


def reopen(tmp_path: Path, name: str, content: bytes, path: Path) -> list[str]:
    """The ids in a store whose journal has this content."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / path.name).write_bytes(content)
    (folder / "initialised").touch()
    store = TinyStore(folder)
    ids = [note.id for note in store.view().find(Note)]
    assert store.view().last_event() == len(ids)
    store.close()
    return ids


def frames_of(content: bytes) -> list[int]:
    """Where each line (frame) begins, and the end."""
    starts = [0]
    while starts[-1] < len(content):
        starts.append(content.index(b"\n", starts[-1]) + 1)
    return starts


def test_a_torn_last_frame_is_dropped_wherever_it_is_torn(written: Path, tmp_path: Path) -> None:
    content = written.read_bytes()
    last = frames_of(content)[-2]
    expected = [f"{n:02d}" for n in range(NOTES - 1)]
    for cut in range(last, len(content)):
        tail = (b"", b"\0" * 64, b"\xffgarbage " * 512)[cut % 3]
        assert reopen(tmp_path, f"cut-{cut}", content[:cut] + tail, written) == expected
    assert len(list(tmp_path.glob("cut-*/torn-*.bin"))) >= len(content) - last - 1


def test_nothing_is_lost_when_the_file_is_whole(written: Path, tmp_path: Path) -> None:
    assert len(reopen(tmp_path, "whole", written.read_bytes(), written)) == NOTES


def test_one_flipped_bit_in_the_midst_is_refused(written: Path, tmp_path: Path) -> None:
    content = written.read_bytes()
    starts = frames_of(content)
    for at in range(starts[4], starts[5]):
        harmed = bytearray(content)
        harmed[at] ^= 1 << (at % 8)
        with pytest.raises(StoreRefused):
            reopen(tmp_path, f"flip-{at}", bytes(harmed), written)


def test_a_damaged_snapshot_is_refused(written: Path, tmp_path: Path) -> None:
    content = written.read_bytes()
    for at in range(frames_of(content)[1]):
        harmed = bytearray(content)
        harmed[at] ^= 1
        with pytest.raises(StoreRefused):
            reopen(tmp_path, f"snapshot-{at}", bytes(harmed), written)


@pytest.mark.parametrize("harm", ["removed", "swapped", "doubled", "hole"])
def test_frames_out_of_turn_are_refused(written: Path, tmp_path: Path, harm: str) -> None:
    content = written.read_bytes()
    starts = frames_of(content)
    lines = [content[a:b] for a, b in pairwise(starts)]
    if harm == "removed":
        del lines[5]
    elif harm == "swapped":
        lines[5], lines[6] = lines[6], lines[5]
    elif harm == "doubled":
        lines.insert(5, lines[5])
    else:
        lines[5] = b"\0" * len(lines[5])
    with pytest.raises(StoreRefused) as refused:
        reopen(tmp_path, harm, b"".join(lines), written)
    assert "byte" in str(refused.value)


@pytest.mark.parametrize("header", [b"0000000A ", b"+0000005 ", b"0000_005 ", b" 0000005 "])
def test_a_header_is_read_strictly(header: bytes) -> None:
    content, _crc = journal.frame(7, b'"abc"', 0)
    assert journal._parse(content, 0, 0, 7) is not None
    assert journal._parse(header + content[9:], 0, 0, 7) is None


def test_a_rotten_end_after_a_clean_stop_is_refused(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "store")
    with store.transaction() as tx:
        tx.put(Note(id="1"))
    store.close()
    path = journal.newest(tmp_path / "store")
    assert path is not None
    with pytest.raises(StoreRefused):
        reopen(tmp_path, "rotten", path.read_bytes() + b"something", path)


def test_a_store_that_lost_its_files_does_not_start_empty(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "store")
    store.close()
    for path in (tmp_path / "store").glob("store-*.rj"):
        path.unlink()
    with pytest.raises(StoreRefused, match="gone"):
        TinyStore(tmp_path / "store")


def test_a_newer_format_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    content, _crc = journal.frame(1, journal.encode({"fmt": journal.FORMAT + 1, "tables": {}, "log": []}), 0)
    (folder / "store-0000000001.rj").write_bytes(content)
    with pytest.raises(StoreRefused, match="upgrade"):
        TinyStore(folder)
    assert [path.name for path in folder.glob("*.rj")] == ["store-0000000001.rj"]
    assert (folder / "store-0000000001.rj").read_bytes() == content
