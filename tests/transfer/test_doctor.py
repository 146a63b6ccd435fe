"""`workspace doctor`: all well, and each thing that can be wrong, said in a line with what to do."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.running import command, serving
from tests.transfer.conftest import DEMO, dumps, opened, run
from workspace import assembly
from workspace.accounts.model import Person
from workspace.config import Config
from workspace.regions.model import Membership, Municipality, Region
from workspace.search import following
from workspace.store import journal
from workspace.terminal import close
from workspace.transfer import doctor, surroundings


def findings(instance: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in run(instance, "doctor", "--json").stdout.splitlines()]


def bad(instance: Path) -> list[str]:
    """The lines of what is bad; the exit code must say the same."""
    result = run(instance, "doctor")
    lines = [line for line in result.stdout.splitlines() if line.startswith("BAD ")]
    assert result.exit_code == (3 if lines else 0), result.output
    return lines


def warned(instance: Path) -> list[str]:
    return [line for line in run(instance, "doctor").stdout.splitlines() if line.startswith("WARN")]


def indexed(instance: Path) -> None:
    workspace = assembly.open_workspace(Config(instance=instance))
    for slug in workspace.stores.slugs():
        following.follow(workspace, slug)
    close(workspace)


def newest_journal(folder: Path) -> Path:
    return max(folder.glob("store-*.rj"))


def break_the_chain(instance: Path) -> None:
    """Change an event of the log afterwards, as somebody with the files in hand could: the journal is well."""
    folder = instance / "regions" / DEMO
    contents = journal.read(newest_journal(folder))
    snapshot = contents.snapshot
    log = [*snapshot["log"], *(event for frame in contents.frames for event in frame.get("log", ()))]
    log[2]["payload"]["by"] = "somebody else"
    with opened(Config(instance=instance)) as stores:
        tables = {name: dict(rows) for name, rows in stores.region(DEMO).tables.items()}
    path = newest_journal(folder)
    seq = int(path.stem.removeprefix("store-"))
    content, _crc = journal.frame(seq, journal.encode({"fmt": journal.FORMAT, "tables": tables, "log": log}), 0)
    path.write_bytes(content)


def test_all_is_well(instance: Path) -> None:
    indexed(instance)
    before = dumps(Config(instance=instance))
    assert [one for one in findings(instance) if one["level"] != "OK"] == []
    assert run(instance, "doctor").exit_code == 0
    about = {one["about"] for one in findings(instance)}
    assert about >= {"settings", "server", "disk", "clock", "leftovers", "house", f"region {DEMO}", "region house"}
    assert dumps(Config(instance=instance)) == before


def test_it_is_well_with_nothing_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bad(tmp_path / "fresh") == []
    monkeypatch.setenv("WORKSPACE_SECRET_KEY", "x" * 40)  # then not even the folder is made
    assert bad(tmp_path / "other") == []
    assert not (tmp_path / "other").exists()


def test_all_is_well_in_every_place(source: Config) -> None:
    fresh = assembly.open_workspace(source, readonly=True)
    assert {one.level for one in doctor.examine(fresh)} == {"OK", "WARN"}
    assert [one.text for one in doctor.examine(fresh) if one.level == "WARN"] == ["there is no search index yet"] * 2
    close(fresh)
    owner = assembly.open_workspace(source)
    for slug in owner.stores.slugs():
        following.follow(owner, slug)
    close(owner)
    beside = assembly.open_workspace(source, readonly=True)
    found = [finding.line for finding in doctor.examine(beside)]
    close(beside)
    assert [line for line in found if not line.startswith("OK")] == []
    assert f"OK   region {DEMO}: the search index is up to date" in found


def test_beside_a_server(instance: Path) -> None:
    with serving(instance):
        result = command(instance, "doctor")
    assert result.returncode == 0, result.stdout
    assert "a server runs" in result.stdout


# -- Stores --


def damage_the_middle(folder: Path) -> None:
    path = newest_journal(folder)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"#" + content[101:])


@pytest.mark.parametrize("store", ["house", f"regions/{DEMO}"])
@pytest.mark.parametrize("harm", ["damaged", "gone", "newer", "nonsense"])
def test_a_store_that_can_not_be_opened_is_said_and_the_others_are_looked_at(
    instance: Path, store: str, harm: str
) -> None:
    folder = instance / store
    path = newest_journal(folder)
    if harm == "damaged":
        damage_the_middle(folder)
    elif harm == "gone":
        for found in folder.glob("store-*.rj"):
            found.unlink()
    else:
        state = {"fmt": 99} if harm == "newer" else {"fmt": 1, "tables": [], "log": [1]}
        path.write_bytes(journal.frame(int(path.stem[6:]), journal.encode(state), 0)[0])
    lines = bad(instance)
    assert len(lines) == 1
    assert lines[0].startswith(f"BAD  {store.replace('regions/', 'region ')}: can't be")
    assert "workspace restore FOLDER" in lines[0]
    assert any(one["about"] == "region house" and one["level"] == "OK" for one in findings(instance))


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_blob_that_is_lost(instance: Path, harm: str) -> None:
    blob = sorted((instance / "regions" / DEMO / "blobs").glob("??/*"))[0]
    blob.unlink() if harm == "gone" else blob.write_bytes(b"x")
    [line] = bad(instance)
    assert blob.name in line and harm in line and "restore" in line


def test_a_blob_that_nothing_names_is_no_fault(instance: Path) -> None:
    with opened(Config(instance=instance)) as stores:
        stores.region(DEMO).blobs.put(b"12345")
    assert bad(instance) == []
    assert "1 blobs (5 bytes) that nothing names" in run(instance, "doctor").stdout


def test_a_broken_chain(instance: Path) -> None:
    break_the_chain(instance)
    [line] = bad(instance)
    assert "event 3" in line and f"region {DEMO}" in line


def test_records_that_can_not_be_read(instance: Path) -> None:
    with opened(Config(instance=instance)) as stores:
        region = stores.region(DEMO)
        document = dict(next(region.view().documents("documents")))
        region.fill([("documents", {**document, "number": "one"}), ("ukjent", {"id": "1", "version": 1})], ())
    [line] = bad(instance)
    assert "1 of documents can't be read" in line and document["id"] in line
    assert any("the table ukjent" in line for line in warned(instance))


# -- The house and the regions --


def change(instance: Path, act: Callable[[object], None]) -> None:
    with opened(Config(instance=instance)) as stores:
        act(stores)


def test_a_membership_that_names_nobody(instance: Path) -> None:
    def forget(stores) -> None:
        with stores.house.transaction() as tx:
            person = next(one for one in tx.find(Person) if one.name.startswith("Anniken"))
            tx.remove(person)

    change(instance, forget)
    [line] = bad(instance)
    assert "the membership of Anniken Skogfjær" in line


def test_a_voice_that_is_no_member(instance: Path) -> None:
    def leave(stores) -> None:
        with stores.region(DEMO).transaction() as tx:
            tx.remove(tx.get(Membership, tx.get(Municipality, "9001").voting_member))

    change(instance, leave)
    [line] = bad(instance)
    assert "Havnsund" in line and "is no member" in line


def test_a_region_without_a_store_and_a_store_without_a_region(instance: Path) -> None:
    def part(stores) -> None:
        with stores.house.transaction() as tx:
            tx.put(Region(id="borte", name="Borte", created=tx.find(Region)[0].created))
        stores.create("halv")

    change(instance, part)
    [line] = bad(instance)
    assert "region borte" in line and "no store" in line
    assert any("region halv: it has a store" in line for line in warned(instance))


# -- The index --


def test_an_index_that_is_cut_off(instance: Path) -> None:
    indexed(instance)
    segment = max((instance / "regions" / DEMO / "index").glob("*.seg"), key=lambda path: path.stat().st_size)
    os.truncate(segment, segment.stat().st_size // 2)
    before = sorted((instance / "regions" / DEMO / "index").iterdir())
    assert bad(instance) == []
    [line] = warned(instance)
    assert "the search index is damaged" in line and f"workspace reindex {DEMO}" in line
    assert sorted((instance / "regions" / DEMO / "index").iterdir()) == before, "it changes nothing"


def test_an_index_that_is_behind_or_of_another_log(instance: Path, tmp_path: Path) -> None:
    indexed(instance)
    with opened(Config(instance=instance)) as stores, stores.region(DEMO).transaction() as tx:
        for _n in range(3):
            tx.log("x.y", tx.get(Municipality, "9001"), at=stores.house.view().find(Region)[0].created, by="x")
    assert [line for line in warned(instance) if "3 events behind" in line]
    shutil.rmtree(instance / "regions" / DEMO / "index")
    shutil.copytree(instance / "regions" / "house" / "index", instance / "regions" / DEMO / "index")
    assert [line for line in warned(instance) if "made from another log" in line]


# -- Around the stores --


@pytest.mark.parametrize(
    ("settings", "level", "words"),
    [
        ({"base_url": "http://plan.example"}, "BAD", "without encryption"),
        ({"base_url": "https://plan.example"}, "OK", "https://plan.example"),
        ({"demo": True}, "WARN", "demo mode"),
        ({"demo": True, "base_url": "https://plan.example"}, "BAD", "demo mode"),
        ({"trusted_hosts": "*"}, "WARN", "TRUSTED_HOSTS"),
        ({"secret_key": "short"}, "WARN", "short"),
    ],
)
def test_settings(tmp_path: Path, settings: dict, level: str, words: str) -> None:
    config = replace(Config(instance=tmp_path, secret_key="x" * 40), **settings)
    [finding] = surroundings.settings(config)
    assert finding.level == level and words in finding.text


def test_a_secret_that_others_may_read(instance: Path) -> None:
    assert bad(instance) == []
    (instance / "secret_key").chmod(0o644)
    [line] = bad(instance)
    assert f"chmod 600 {instance / 'secret_key'}" in line
    (instance / "secret_key").chmod(0o600)
    (instance / "keys").mkdir(mode=0o700)
    assert bad(instance) == []
    (instance / "keys").chmod(0o755)
    [line] = bad(instance)
    assert f"chmod 700 {instance / 'keys'}" in line


def test_a_disk_that_is_full(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(instance=instance)
    for free, level in ((10**6, "BAD"), (5 * 10**8, "WARN"), (10**11, "OK")):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda path, usage=usage: usage)
        assert surroundings.disk(config).level == level


def test_a_clock_that_is_behind(instance: Path) -> None:
    def later(stores) -> None:
        with stores.house.transaction() as tx:
            tx.log("x.y", tx.find(Region)[0], at=datetime(2099, 1, 1, tzinfo=UTC), by="x")

    change(instance, later)
    assert any("2099" in line for line in warned(instance))
    assert bad(instance) == []


def test_what_was_left_lying(instance: Path) -> None:
    old = [
        instance / "house" / "store-0000000099.rj.tmp",
        instance / "regions" / DEMO / "torn-1.bin",
        instance / "regions" / DEMO / "index.aside",
        instance / "replaced-2026-01-01T000000Z",
    ]
    for path in old:
        path.write_bytes(b"x")
        os.utime(path, (1, 1))
    (instance / "house" / "new.tmp").write_bytes(b"x")
    lines = [line for line in warned(instance) if "leftovers" in line]
    assert len(lines) == 4
    assert all(any(str(path) in line for line in lines) for path in old)
    assert bad(instance) == []


def test_a_finding_is_a_line_and_json_is_the_same(instance: Path) -> None:
    lines = run(instance, "doctor").stdout.splitlines()
    rows = findings(instance)
    assert len(lines) == len(rows)
    assert all(set(row) == {"level", "about", "text", "advice"} for row in rows)
    assert all(line.startswith(f"{row['level']:<4} {row['about']}: ") for line, row in zip(lines, rows, strict=True))
