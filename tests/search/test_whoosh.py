"""What is Whoosh's own: the files of an index, and what happens when they are damaged."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import AMUND, REGION, seed
from tests.search.test_following import search, until
from tests.search.test_index import HARBOUR, TOURISM, ask, ids
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace
from workspace.search import following
from workspace.search.port import Index
from workspace.search.whoosh import WhooshIndexes


@pytest.fixture
def open_index(tmp_path: Path) -> Callable[..., Index]:
    """Opens the same index again, as after a restart."""
    return lambda: WhooshIndexes(tmp_path).region("skarfjord")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "regions" / "skarfjord" / "index"


def test_one_who_only_looks_is_told_and_changes_nothing(open_index: Callable[..., Index], folder: Path) -> None:
    assert open_index().problem() == "" and not folder.exists()
    index = open_index()
    index.update([HARBOUR], [], 1)
    assert open_index().problem() == ""
    segment = max(folder.glob("*.seg"), key=lambda path: path.stat().st_size)
    os.truncate(segment, segment.stat().st_size - 1)
    before = sorted(folder.iterdir())
    assert open_index().problem() == f"damaged: {segment.name}"
    assert sorted(folder.iterdir()) == before


def test_nothing_is_left_of_what_was_cleared(index: Index, folder: Path) -> None:
    index.update([HARBOUR], [], 1)
    index.clear()
    assert [path.name for path in folder.parent.iterdir()] == ["index"]


def test_the_files_are_for_their_owner_only(index: Index, folder: Path) -> None:
    index.update([HARBOUR], [], 1)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def garble(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes() or b"x")
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbled": garble,
    "one byte wrong": flip,
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path: path.write_bytes(b""),
    "deleted": Path.unlink,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("pattern", ["*.seg", "*.toc", "*"])
@pytest.mark.parametrize("restart", [False, True], ids=["running", "after a restart"])
def test_damaged_files_are_put_aside_and_the_index_starts_from_nothing(
    open_index: Callable[..., Index],
    folder: Path,
    damage: Callable[[Path], object],
    pattern: str,
    restart: bool,
) -> None:
    index = open_index()
    index.update([HARBOUR, TOURISM], [], 2)
    assert ask(index, "kai").total == 1
    for path in folder.glob(pattern):
        damage(path)
    if restart:
        index = open_index()
    found = ask(index, "kai")
    assert (found.total, index.seen()) == (0, -1)
    assert found.behind or restart
    index.update([HARBOUR], [], 2)
    assert ids(ask(index, "kai")) == ["harbour"]


def test_too_many_open_files_does_not_cost_the_index(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index.update([HARBOUR], [], 1)

    def too_many(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr("workspace.search.seal.os.stat", too_many)
        assert ask(index, "kai").behind
    assert (index.seen(), ids(ask(index, "kai"))) == (1, ["harbour"])


def test_a_deleted_folder_is_made_again(index: Index, folder: Path) -> None:
    index.update([HARBOUR], [], 1)
    shutil.rmtree(folder)
    assert ask(index, "kai").behind
    assert index.seen() == -1
    index.update([HARBOUR], [], 1)
    assert ask(index, "kai").total == 1


def test_a_commit_that_was_not_sealed_stands(open_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_index()
    index.update([HARBOUR], [], 1)
    monkeypatch.setattr("workspace.search.seal.Seal.renew", lambda seal: None)
    index.update([TOURISM], [], 2)
    monkeypatch.undo()
    again = open_index()
    assert again.seen() == 2
    assert ids(ask(again, "reiseliv")) == ["tourism"]


def test_a_full_disk_leaves_the_index_as_it_was(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index.update([HARBOUR], [], 1)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr("whoosh.writing.SegmentWriter.add_document", full)
        index.update([TOURISM], [], 2)
    assert (index.seen(), ids(ask(index, "kai"))) == (1, ["harbour"])
    index.update([TOURISM], [], 2)
    assert ask(index, "reiseliv").total == 1


# -- While following --


@pytest.fixture
def document(workspace: Workspace) -> Document:
    seed(workspace)
    return documents.create(workspace, AMUND, title="Kapasitet", kind="analysis", text="Et kjølelager ved kaien.")


@pytest.mark.parametrize("how", ["deleted", "garbled"])
def test_damaged_files_are_made_again_by_the_one_who_searches(
    workspace: Workspace, document: Document, how: str
) -> None:
    search(workspace, "kai")
    folder = workspace.config.instance / "regions" / REGION / "index"
    if how == "deleted":
        shutil.rmtree(folder)
    else:
        for path in folder.iterdir():
            path.write_bytes(b"garbage" * 100)
    found = search(workspace, "kai")
    assert (found.total, found.behind) == (1, False)


def test_a_full_disk_does_not_stop_the_search(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(workspace, "kai")
    documents.create(workspace, AMUND, title="Ny", text="Om kaien.")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("whoosh.writing.SegmentWriter.add_document", full)
        found = search(workspace, "kai")
    assert (found.total, found.behind) == (1, True)
    assert search(workspace, "kai").total == 2


def test_the_thread_makes_damaged_files_again_though_nobody_searches(workspace: Workspace, document: Document) -> None:
    follower = following.IndexFollower(workspace, pause=0.01)
    follower.start()
    index = workspace.indexes.region(REGION)
    made: list[int] = []
    update = index.update

    def count(*args: object, **more: object) -> None:
        update(*args, **more)
        made.append(1)

    index.update = count
    assert until(lambda: not following.is_behind(workspace, REGION))
    for path in (workspace.config.instance / "regions" / REGION / "index").glob("*.seg"):
        path.write_bytes(b"garbage")
    made.clear()
    assert until(lambda: bool(made))
    assert search(workspace, "kjølelager").total == 1
    follower.stop()
