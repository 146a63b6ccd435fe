"""R12: every instance a released version wrote is opened by this one, with all that was in it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import google_crc32c
import msgspec
import pytest

from tests.running import ROOT
from tests.store.golden.make import HERE, dump
from workspace.accounts.model import Link, Person, Session
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document, Version
from workspace.measures.model import Measure, MeasureText
from workspace.regions.model import Membership, Municipality, Region
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.store.log import broken_at
from workspace.store.port import StoreRefused
from workspace.store.tinydb import TinyStores

VERSIONS = sorted(path.name for path in HERE.iterdir() if path.name.startswith("v"))
KINDS = (
    Person, Session, Link, Region, Municipality, Membership, Document, Version, Thread, Comment, Measure, MeasureText,
    Round, Ballot,
)  # fmt: skip


@pytest.fixture(params=VERSIONS)
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict]:
    folder = HERE / request.param
    with tarfile.open(folder / "instance.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path, json.loads(gzip.decompress((folder / "dump.json.gz").read_bytes()))


def test_what_it_held_is_there(golden: tuple[Path, dict]) -> None:
    instance, expected = golden
    for readonly in (True, False, False):  # reading beside, taking over, and after a stop of our own
        stores = TinyStores.open(instance, readonly=readonly)
        assert json.loads(json.dumps(dump(stores.house))) == expected["house"]
        assert json.loads(json.dumps(dump(stores.region("skarfjord")))) == expected["skarfjord"]
        assert broken_at(stores.region("skarfjord").view().events()) is None
        stores.close()


def holds(instance: Path, expected: dict) -> bool:
    """Whether the instance, opened anew, holds just what the golden one held."""
    stores = TinyStores.open(instance)
    found = {"house": dump(stores.house), "skarfjord": dump(stores.region("skarfjord"))}
    stores.close()
    return json.loads(json.dumps(found)) == expected


def test_killed_at_any_call_while_it_is_taken_over_it_is_whole(
    golden: tuple[Path, dict], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    version = request.node.callspec.params["golden"]
    folder = tmp_path / "killed"
    words = [sys.executable, "-m", "tests.store.dying", str(HERE / version / "instance.tar.gz"), str(folder)]
    calls = int(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert calls > 10, "the calls are not reached"
    for at in range(1, calls + 2):
        assert holds(folder / str(at), golden[1]), f"killed at call {at}"


def test_a_newer_format_is_refused_and_left_as_it_is(golden: tuple[Path, dict]) -> None:
    """What a later version has written, this one says so of, and changes no byte."""
    instance, _expected = golden
    newest = max((instance / "regions" / "skarfjord").glob("store-*.rj"))
    body = b'{"fmt":99,"tables":{},"log":[]}'
    covered = b"%010d " % int(newest.stem.removeprefix("store-")) + body
    crc = google_crc32c.extend(0, covered)
    newest.write_bytes(b"%08x %08x " % (len(body), crc) + covered + b"\n")
    before = {path: path.read_bytes() for path in newest.parent.rglob("*") if path.is_file()}
    stores = TinyStores.open(instance)
    with pytest.raises(StoreRefused, match=r"written in format 99.*upgrade"):
        stores.region("skarfjord")
    stores.close()
    assert {path: path.read_bytes() for path in newest.parent.rglob("*") if path.is_file()} == before


def test_its_records_are_read_by_the_rooms(golden: tuple[Path, dict]) -> None:
    kinds = {kind.table: kind for kind in KINDS}
    read = 0
    for store in golden[1].values():
        for table, rows in store["tables"].items():
            for row in rows.values():
                msgspec.convert(row, kinds[table])
                read += 1
    assert read > 90
