"""R12: every instance a released version wrote is opened by this one, with all that was in it."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import msgspec
import pytest

from tests.store.golden.make import HERE, dump
from workspace.accounts.model import Link, Person, Session
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document, Version
from workspace.measures.model import Measure, MeasureText
from workspace.regions.model import Membership, Municipality, Region
from workspace.rounds.model import Ballot, Round
from workspace.store.log import broken_at
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


def test_its_records_are_read_by_the_rooms(golden: tuple[Path, dict]) -> None:
    kinds = {kind.table: kind for kind in KINDS}
    read = 0
    for store in golden[1].values():
        for table, rows in store["tables"].items():
            for row in rows.values():
                msgspec.convert(row, kinds[table])
                read += 1
    assert read > 90
