"""`workspace move`: everything is elsewhere, to the byte; cut off at any moment it goes on when it is run again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import ROOT, command, environment, serving
from tests.transfer.conftest import DEMO, PLACES, dumps, opened, run
from workspace import access, assembly
from workspace.accounts.model import Session
from workspace.config import Config, load
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.regions import service as regions
from workspace.store.port import StoreRefused
from workspace.terminal import close
from workspace.transfer import addresses, carrying, copying


def move(source: Config, target: Config) -> list[carrying.Carried]:
    with opened(source) as here, opened(target) as there:
        return carrying.carry(list(carrying.parts_of(here)), there)


def test_everything_is_elsewhere_to_the_byte(source: Config, target: Config) -> None:
    before = dumps(source)
    carried = move(source, target)
    assert [one.name for one in carried] == ["region house", f"region {DEMO}", "house"], "the house comes last"
    assert all(one.same and not one.unreadable for one in carried)
    assert dumps(target) == before == dumps(source)


def test_again_it_brings_nothing_and_what_is_new_when_there_is_any(source: Config, target: Config) -> None:
    move(source, target)
    assert all(one.same for one in move(source, target))
    workspace = assembly.open_workspace(source)
    document = workspace.region(DEMO).view().first(Document)
    documents.save(workspace, access.operator(DEMO), document.id, document.version, text="Nytt.")
    close(workspace)
    assert dumps(target) != dumps(source)
    assert all(one.same for one in move(source, target))
    assert dumps(target) == dumps(source)


class Cut(Exception):
    """The moment at which the power goes."""


def test_cut_off_after_any_step_it_completes_without_doubles(
    source: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_MOST_AT_ONCE", 40)
    before = dumps(source)
    cuts = 0
    for steps in range(1, 400, 4):
        target = Config(instance=tmp_path / f"target-{steps}")
        left = [steps]

        def advance(step: float, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Cut

        with opened(source) as here, opened(target) as there:
            parts = list(carrying.parts_of(here))
            try:
                carrying.carry(parts, there, advance)
            except Cut:
                cuts += 1
        if left[0] > 0:
            break
        assert all(one.same for one in move(source, target))
        assert dumps(target) == before
        shutil.rmtree(target.instance)
    assert cuts > 5


@pytest.mark.parametrize("harm", ["region", "document", "newer", "log", "house"])
def test_a_target_that_holds_something_else_is_refused_and_left_as_it_is(
    source: Config, target: Config, harm: str
) -> None:
    with opened(target) as there:
        if harm == "region":
            there.create("annen")
        elif harm == "house":
            there.house.fill([("people", {"id": "x", "version": 1})], ())
        else:
            with opened(source) as here:
                events = here.region("house").view().events(limit=1)
                document = dict(next(here.region("house").view().documents("documents")))
            store = there.create("house")
            if harm == "document":
                store.fill([("documents", {**document, "title": "En annen"})], ())
            elif harm == "newer":
                store.fill([("documents", {**document, "version": 9})], ())
            else:
                with store.transaction() as tx:
                    tx.log("x", regions.Region(id="x", name="x", created=events[0].at), at=events[0].at, by="x")
    before = dumps(target)
    with pytest.raises(StoreRefused, match="something else"):
        move(source, target)
    assert dumps(target) == before


def test_a_blob_that_cannot_be_read_is_told_and_the_rest_is_moved(instance: Path, tmp_path: Path) -> None:
    blob = next((instance / "regions" / DEMO / "blobs").glob("??/*"))
    blob.write_bytes(b"x")
    carried = move(Config(instance=instance), Config(instance=tmp_path / "target"))
    assert {one.name: one.unreadable for one in carried if one.unreadable} == {f"region {DEMO}": [blob.name]}
    assert [one.same for one in carried] == [True, False, True]


def test_what_the_other_place_can_not_hold_is_said(instance: Path, tmp_path: Path) -> None:
    with opened(Config(instance=instance)) as here:
        document = dict(next(here.region(DEMO).view().documents("documents")))
        here.region(DEMO).fill([("documents", {**document, "text": "a\0b"})], ())
    with PLACES["postgresql"](tmp_path) as address, pytest.raises(StoreRefused, match="NUL"):
        move(Config(instance=instance), addresses.at(Config(instance=tmp_path / "target"), address))


# -- As it is typed --


@pytest.mark.parametrize("place", PLACES)
def test_the_command(instance: Path, tmp_path: Path, place: str) -> None:
    (instance / "secret_key").write_text("secret" * 8)
    before = dumps(Config(instance=instance))
    with PLACES[place](tmp_path / "target") as address:
        result = run(instance, "move", "--to", address)
        assert result.exit_code == 0, result.output
        assert dumps(addresses.at(Config(instance=tmp_path / "target"), address)) == before
    rows = result.stdout.splitlines()
    assert rows[0].split() == ["records", "events", "blobs", "sha256"]
    assert [row.split()[-1] for row in rows[1:4]] == ["same"] * 3
    assert "WORKSPACE_SECRET_KEY" in rows[-1] and str(instance / "secret_key") in rows[-1]
    assert ("WORKSPACE_DATABASE_URL" if place != "tinydb" else "WORKSPACE_INSTANCE") in rows[-2]
    assert "secretsecret" not in result.output


def test_while_a_round_without_names_is_open_it_is_refused(instance: Path, tmp_path: Path) -> None:
    with opened(Config(instance=instance)) as stores:
        stores.keys.keep(DEMO, "r1", b"x" * 32)
    refused = run(instance, "move", "--to", f"tinydb://{tmp_path / 'other'}")
    assert "a round without names is open in region skarfjord" in str(refused.exception)
    with opened(Config(instance=tmp_path / "other")) as there:
        assert there.slugs() == [], "nothing was begun"
    with opened(Config(instance=instance)) as stores:
        stores.keys.destroy(DEMO, "r1")
    assert run(instance, "move", "--to", f"tinydb://{tmp_path / 'other'}").exit_code == 0


@pytest.mark.parametrize("address", ["", "tinydb://", "mysql://x/y", "/srv/data"])
def test_what_is_no_address_is_wrong_usage(instance: Path, address: str) -> None:
    assert run(instance, "move", "--to", address).exit_code == 2


def test_to_where_it_is_already_is_refused(instance: Path) -> None:
    assert isinstance(run(instance, "move", "--to", f"tinydb://{instance}").exception, StoreRefused)


def test_to_where_nothing_can_be_written_is_refused(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run(instance, "move", "--to", f"tinydb://{tmp_path / 'file' / 'target'}")
    assert isinstance(result.exception, StoreRefused) and "file" in str(result.exception)


def test_a_password_in_an_address_is_not_shown() -> None:
    config = addresses.at(Config(), "postgresql://anne:hemmelig@db.example:5432/plan")
    assert addresses.shown(config) == "postgresql://anne:***@db.example:5432/plan"
    assert addresses.shown(addresses.at(Config(), "tinydb:///srv/x")) == "tinydb:///srv/x"


def test_beside_a_server_it_is_refused_in_one_line(instance: Path, tmp_path: Path) -> None:
    with serving(instance):
        result = command(instance, "move", "--to", f"tinydb://{tmp_path / 'target'}")
    assert result.returncode == 3
    assert len(result.stderr.splitlines()) == 1 and "stop it first" in result.stderr
    assert not (tmp_path / "target").exists()


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder whose moving takes a moment."""
    instance = tmp_path_factory.mktemp("larger") / "instance"
    workspace = assembly.open_workspace(load({}, instance=instance))
    regions.create_region(workspace, access.operator(), DEMO, "Skarfjordregionen", {"1804": ""})
    for n in range(250):
        documents.create(workspace, access.operator(DEMO), title=f"Sak {n}", text=f"Kaia nummer {n}.")
    close(workspace)
    return instance


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_amid_it_and_run_again(larger: Path, tmp_path: Path, number: signal.Signals) -> None:
    instance, target = larger, tmp_path / "target"
    before = dumps(Config(instance=instance))
    words = [sys.executable, "-m", "workspace.cli", "--instance", str(instance), "move", "--to", f"tinydb://{target}"]
    stopped = 0
    for blobs in (20, 90, 180):
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        there = target / "regions" / DEMO / "blobs"
        while process.poll() is None and sum(1 for _ in there.glob("??/*")) < blobs:
            time.sleep(0.005)
        process.send_signal(number)
        _said, complaint = process.communicate(timeout=30)
        stopped += process.returncode != 0
        assert b"Traceback" not in complaint
        assert dumps(Config(instance=instance)) == before
    assert stopped >= 2, "it was too quick to be stopped"
    again = command(instance, "move", "--to", f"tinydb://{target}")
    assert again.returncode == 0, again.stderr
    assert dumps(Config(instance=target)) == before


def test_who_is_signed_in_stays_so(source: Config, target: Config) -> None:
    move(source, target)
    with opened(target) as there:
        assert len(there.house.view().find(Session)) == 1
    assert b'"table":"links"' in dumps(target)["house"]
