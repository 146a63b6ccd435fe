"""`workspace backup`: whole or not there, and of each store all that was acknowledged before it began."""

from __future__ import annotations

import gzip
import json
import stat
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.transfer.conftest import DEMO, dumps, opened, run
from workspace import access, assembly
from workspace.access import Role
from workspace.accounts import service as accounts
from workspace.accounts.model import Person, Session
from workspace.config import Config
from workspace.documents import service as documents
from workspace.documents.model import Document, Version
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Membership
from workspace.store import journal
from workspace.store.log import broken_at
from workspace.store.port import Event, StoreRefused
from workspace.terminal import close
from workspace.transfer import backing_up, carrying, kinds, restoring
from workspace.transfer.backing_up import Manifest


def back_up(config: Config, folder: Path) -> tuple[Path, Manifest]:
    """Make a backup beside whoever owns the data."""
    beside = assembly.open_workspace(config, readonly=True)
    try:
        return backing_up.back_up(beside, folder)
    finally:
        close(beside)


def test_what_is_in_it(source: Config, tmp_path: Path) -> None:
    folder, manifest = back_up(source, tmp_path / "backups")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {"manifest.json", *manifest.files}
    assert {"house.jsonl.gz", "regions/house.jsonl.gz", f"regions/{DEMO}.jsonl.gz"} <= names
    assert sorted(manifest.regions) == ["house", DEMO]
    lines = gzip.decompress((folder / f"regions/{DEMO}.jsonl.gz").read_bytes())
    assert lines == dumps(source)[f"region {DEMO}"]
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    written = json.loads((folder / "manifest.json").read_text())
    assert written["program"] and written["format"] == 1 and written["files"]["house.jsonl.gz"]["size"] > 0
    assert list((tmp_path / "backups").iterdir()) == [folder]


def test_the_same_content_gives_the_same_files(source: Config, tmp_path: Path) -> None:
    (_one, first), (_other, second) = (back_up(source, tmp_path / name) for name in "ab")
    assert first.files == second.files


def test_only_the_newest_are_kept(instance: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    half = folder / ".2020-01-01T000000.000000Z.tmp"
    half.mkdir(parents=True)
    (half / "house.jsonl.gz").write_bytes(b"x")
    (folder / "notes").mkdir()
    for _n in range(3):
        assert run(instance, "backup", folder).exit_code == 0
    made = backing_up.backups_in(folder)
    assert len(made) == 3 and not half.exists()
    result = run(instance, "backup", folder, "--keep", "2")
    assert result.exit_code == 0
    assert backing_up.backups_in(folder)[0] == made[2] and len(backing_up.backups_in(folder)) == 2
    assert result.stdout.splitlines()[1:] == [f"removed {made[0].name}", f"removed {made[1].name}"]
    assert (folder / "notes").is_dir()
    assert run(instance, "backup", folder, "--keep", "0").exit_code == 2


def test_two_at_once_in_one_folder_are_refused(instance: Path, tmp_path: Path) -> None:
    from workspace.transfer import filing

    (tmp_path / "backups").mkdir()
    with filing.alone_in(tmp_path / "backups"), pytest.raises(StoreRefused, match="another backup"):
        back_up(Config(instance=instance), tmp_path / "backups")


def test_when_it_fails_nothing_of_it_is_left(instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up.filing, "sync_tree", full)
    result = run(instance, "backup", tmp_path / "backups")
    assert isinstance(result.exception, StoreRefused) and "No space left" in str(result.exception)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_blob_that_is_lost_is_told_and_the_rest_is_kept(instance: Path, tmp_path: Path, harm: str) -> None:
    blob = sorted((instance / "regions" / DEMO / "blobs").glob("??/*"))[0]
    blob.unlink() if harm == "gone" else blob.write_bytes(b"x")
    result = run(instance, "backup", tmp_path / "backups")
    assert result.exit_code == 1
    assert blob.name in result.stderr
    [folder] = backing_up.backups_in(tmp_path / "backups")
    assert restoring.check(folder).missing == [blob.name]
    result = run(instance, "backup", tmp_path / "backups", "--keep", "1")
    assert result.exit_code == 1 and "older backups were not removed" in result.stderr
    assert len(backing_up.backups_in(tmp_path / "backups")) == 2


def test_keys_of_anonymous_rounds_are_never_in_it(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(Config(instance=instance)) as stores:
        stores.region(DEMO).fill([("round_keys", {"id": "1", "version": 1, "key": "hemmelig-4711"})], ())
    monkeypatch.setattr(kinds, "NEVER_TAKEN_OUT", frozenset({"round_keys"}))
    folder, _manifest = back_up(Config(instance=instance), tmp_path / "backups")
    everything = b"".join(gzip.decompress(path.read_bytes()) for path in folder.rglob("*.gz"))
    assert b"round_keys" not in everything and b"hemmelig-4711" not in everything
    assert b'"table":"ballots"' in everything
    assert run(instance, "export", DEMO, tmp_path / "r.zip").exit_code == 0
    assert b"round_keys" not in (tmp_path / "r.zip").read_bytes()


# -- While people write (R10) --


class Writers:
    """People who write documents, and join, until they are told to stop."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(act,)) for act in (self.write, self.write, self.join)]
        self.failures: list[BaseException] = []

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _run(self, act) -> None:
        number = 0
        while not self._stopping.wait(0.03):  # quicker, and the backups would be of more and more
            number += 1
            try:
                act(number)
            except BaseException as error:
                self.failures.append(error)
                raise

    def write(self, number: int) -> None:
        name = f"{threading.current_thread().name} {number}"
        documents.create(self.workspace, access.operator(DEMO), title=name, text=f"{name}: kai.")

    def join(self, number: int) -> None:
        person = accounts.add_person(self.workspace, f"Ny {number}", f"ny{number}@example.no")
        regions.add_member(self.workspace, access.operator(DEMO), person, Role.READER)


def test_while_people_write_each_is_whole_and_holds_all_up_to_its_start(
    live: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(journal, "_ROTATE_AT_LEAST", 20_000)  # so that the journal begins anew again and again
    generations = generations_of(live)
    taken = []
    with Writers(live) as writers:
        for _n in range(20):
            at_start = {slug: live.region(slug).view().last_event() for slug in live.stores.slugs()}
            at_start[""] = live.house.view().last_event()
            taken.append((at_start, *back_up(live.config, tmp_path / "backups")))
    assert writers.failures == []
    assert live.config.database_url or generations_of(live) != generations
    whole = live.region(DEMO).view().events()
    grown = 0
    for at_start, folder, _manifest in taken:
        manifest = restoring.check(folder)
        assert manifest.missing == [] and restoring.broken_logs(folder, manifest) == []
        held = restoring.InBackup(folder, manifest.regions[DEMO])
        house = restoring.InBackup(folder, manifest.house)
        log = list(held.events())
        assert log == whole[: len(log)], "a prefix of what was acknowledged"
        assert len(log) >= at_start[DEMO] and manifest.house.events >= at_start[""]
        grown += len(log) > taken[0][0][DEMO]
        _check_agrees(held, log)
        people = {document["id"] for table, document in house.documents() if table == Person.table}
        members = {document["id"] for table, document in held.documents() if table == Membership.table}
        assert members <= people, "a membership names somebody who is not in the backup"
    assert grown >= 10


def generations_of(workspace: Workspace) -> set[str]:
    return {path.name for path in (workspace.config.instance / "regions" / DEMO).glob("*.rj")}


def _check_agrees(held: restoring.InBackup, log: list[Event]) -> None:
    """Records and log are of one moment: what the log says was made is there, and nothing else; blobs too."""
    records = Counter(table for table, _document in held.documents())
    logged = Counter(event.action for event in log)
    assert records[Document.table] == logged["documents.created"]
    assert records[Membership.table] == len({e.record for e in log if e.action == "memberships.joined"})
    digests = set(held.digests())
    assert all(document["digest"] in digests for table, document in held.documents() if table == Version.table)


def test_the_twenty_first_is_put_back_and_opens(live: Workspace, tmp_path: Path) -> None:
    with Writers(live):
        folder, manifest = back_up(live.config, tmp_path / "backups")
    with opened(Config(instance=tmp_path / "fresh")) as stores:
        carried = carrying.carry(restoring.parts(folder, restoring.check(folder)), stores)
        assert all(one.same for one in carried)
        assert stores.region(DEMO).problems() == [] and broken_at(stores.house.view().events()) is None
        assert stores.house.view().find(Session) == []
    assert manifest.made <= datetime.now(UTC)
