"""`workspace restore`: what comes back is what was backed up, and nothing is touched before all of it was checked."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import msgspec
import pytest

from tests.running import command, serving
from tests.store.golden.make import HERE
from tests.store.test_golden import VERSIONS
from tests.transfer.conftest import DEMO, dumps, opened, run
from tests.transfer.test_backing_up import back_up
from tests.transfer.test_doctor import break_the_chain
from workspace import access, assembly
from workspace.accounts.model import Link, Person, Session
from workspace.config import Config
from workspace.documents import service as documents
from workspace.search import following
from workspace.search import service as search
from workspace.store.port import StoreRefused
from workspace.terminal import close
from workspace.transfer import backing_up, carrying, filing, kinds, restoring


def put_back(folder: Path, target: Config, *, with_sessions: bool = False) -> list[carrying.Carried]:
    manifest = restoring.check(restoring.find(folder))
    with opened(target) as stores:
        restoring.require_empty(stores)
        found = restoring.parts(restoring.find(folder), manifest, with_sessions=with_sessions)
        return carrying.carry(found, stores)


def test_all_comes_back_to_the_byte_but_who_is_signed_in(source: Config, target: Config, tmp_path: Path) -> None:
    back_up(source, tmp_path / "backups")
    assert all(one.same for one in put_back(tmp_path / "backups", target))
    assert dumps(target) == dumps(source, without=kinds.SIGNED_IN)
    with opened(target) as stores:
        view = stores.house.view()
        assert view.find(Session) == [] and view.find(Link) == [] and view.find(Person)


def test_with_sessions_too_when_asked_for(source: Config, target: Config, tmp_path: Path) -> None:
    folder, _manifest = back_up(source, tmp_path / "backups")
    put_back(folder, target, with_sessions=True)
    assert dumps(target) == dumps(source)


def test_the_newest_whole_one_is_taken(instance: Path, tmp_path: Path) -> None:
    back_up(Config(instance=instance), tmp_path / "backups")
    workspace = assembly.open_workspace(Config(instance=instance))
    documents.create(workspace, access.operator(DEMO), title="Nytt", text="Nytt")
    close(workspace)
    newest, _manifest = back_up(Config(instance=instance), tmp_path / "backups")
    half = tmp_path / "backups" / ".9999-01-01T000000.000000Z.tmp"
    half.mkdir()
    (half / "manifest.json").write_text("{}")
    assert restoring.find(tmp_path / "backups") == newest
    result = run(tmp_path / "fresh", "restore", tmp_path / "backups")
    assert result.exit_code == 0
    assert [row.split()[-1] for row in result.stdout.splitlines()[1:4]] == ["same"] * 3
    assert dumps(Config(instance=tmp_path / "fresh")) == dumps(Config(instance=instance), without=kinds.SIGNED_IN)


def test_where_there_is_none_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        assert isinstance(run(tmp_path / "fresh", "restore", folder).exception, StoreRefused)


def test_data_that_is_there_is_left_alone(instance: Path, tmp_path: Path) -> None:
    back_up(Config(instance=instance), tmp_path / "backups")
    before = dumps(Config(instance=instance))
    result = run(instance, "restore", tmp_path / "backups")
    assert isinstance(result.exception, StoreRefused) and "--replace" in str(result.exception)
    assert dumps(Config(instance=instance)) == before


@pytest.mark.parametrize("harm", ["none", "house"])
def test_replaced_it_is_moved_aside_even_when_it_can_not_be_read(instance: Path, tmp_path: Path, harm: str) -> None:
    back_up(Config(instance=instance), tmp_path / "backups")
    expected = dumps(Config(instance=instance), without=kinds.SIGNED_IN)
    house = max((instance / "house").glob("store-*.rj"))
    if harm == "house":
        house.write_bytes(b"x" + house.read_bytes()[1:])
    content = house.read_bytes()
    result = run(instance, "restore", tmp_path / "backups", "--replace")
    assert result.exit_code == 0, result.output
    assert dumps(Config(instance=instance)) == expected
    [aside] = instance.glob("replaced-*")
    assert str(aside) in result.stdout
    assert (aside / "house" / house.name).read_bytes() == content and (aside / "regions" / DEMO).is_dir()


def test_beside_a_server_nothing_is_put_back(instance: Path, tmp_path: Path) -> None:
    back_up(Config(instance=instance), tmp_path / "backups")
    with serving(instance):
        result = command(instance, "restore", str(tmp_path / "backups"), "--replace")
    assert result.returncode == 3 and "stop it first" in result.stderr
    assert list(instance.glob("replaced-*")) == []


def test_what_was_put_back_is_found_in_search(source: Config, target: Config, tmp_path: Path) -> None:
    back_up(source, tmp_path / "backups")
    put_back(tmp_path / "backups", target)
    workspace = assembly.open_workspace(target)
    following.follow(workspace, DEMO)
    assert search.search(workspace, access.operator(DEMO), "kjølelager").total
    close(workspace)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_older_version_wrote_is_backed_up_and_put_back(target: Config, tmp_path: Path, version: str) -> None:
    with tarfile.open(HERE / version / "instance.tar.gz") as archive:
        archive.extractall(tmp_path / "old", filter="data")
    old = Config(instance=tmp_path / "old")
    back_up(old, tmp_path / "backups")
    assert all(one.same for one in put_back(tmp_path / "backups", target))
    assert dumps(target) == dumps(old, without=kinds.SIGNED_IN)


# -- Backups that are not as they were written --


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def refused(folder: Path, tmp_path: Path) -> str:
    """Why this backup is refused; nothing may have been made meanwhile."""
    fresh = tmp_path / "fresh"
    result = run(fresh, "restore", folder)
    assert isinstance(result.exception, StoreRefused), result.output
    assert not (fresh / "house").exists() and not (fresh / "regions").exists()
    return str(result.exception)


def test_a_byte_changed_in_any_file_is_seen(instance: Path, tmp_path: Path) -> None:
    folder, _manifest = back_up(Config(instance=instance), tmp_path / "backups")
    for path in files_of(folder):
        content = path.read_bytes()
        for at in {0, len(content) // 2, len(content) - 2}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert folder.name in refused(folder, tmp_path), f"{path} at {at}"
        path.write_bytes(content)
    assert restoring.check(folder)


@pytest.mark.parametrize("harm", ["gone", "longer", "link"])
def test_a_file_that_is_gone_longer_or_a_link_is_seen(instance: Path, tmp_path: Path, harm: str) -> None:
    folder, _manifest = back_up(Config(instance=instance), tmp_path / "backups")
    blob = next((folder / "blobs").glob("??/*"))
    if harm == "longer":
        blob.write_bytes(blob.read_bytes() + b"\n")
    else:
        blob.rename(tmp_path / "elsewhere")
        if harm == "link":
            blob.symlink_to(tmp_path / "elsewhere")
    assert blob.name in refused(folder, tmp_path)


def test_of_a_newer_program_it_is_refused(instance: Path, tmp_path: Path) -> None:
    folder, _manifest = back_up(Config(instance=instance), tmp_path / "backups")
    manifest = json.loads((folder / "manifest.json").read_text()) | {"format": 2, "program": "9.0", "new": "thing"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert "newer program (9.0)" in refused(folder, tmp_path)


def forged(folder: Path, **changes: object) -> None:
    """Seal a manifest anew after a change, as somebody who knows how could."""
    manifest = restoring._manifest(folder)
    path = folder / manifest.house.file
    files = dict(manifest.files)
    files[manifest.house.file] = backing_up.File(size=path.stat().st_size, sha256=filing.sha256_of(path))
    changed = msgspec.structs.replace(manifest, files=files, **changes)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(changed.sealed()))


def test_a_manifest_that_names_other_places_is_refused(instance: Path, tmp_path: Path) -> None:
    folder, manifest = back_up(Config(instance=instance), tmp_path / "backups")
    one = next(iter(manifest.files.values()))
    for name in ("../outside", "/etc/passwd", "blobs/ab/../x", "regions/../../x.jsonl.gz"):
        changed = msgspec.structs.replace(manifest, files={**manifest.files, name: one})
        (folder / "manifest.json").write_bytes(msgspec.json.encode(changed.sealed()))
        assert "no part of a backup" in refused(folder, tmp_path)


def test_lines_that_were_changed_under_a_new_seal_are_seen(instance: Path, tmp_path: Path) -> None:
    folder, manifest = back_up(Config(instance=instance), tmp_path / "backups")
    path = folder / manifest.house.file
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[1:])))
    forged(folder)
    assert "does not hold what the backup says" in refused(folder, tmp_path)


def test_a_log_that_was_broken_already_is_put_back_and_told(instance: Path, tmp_path: Path) -> None:
    break_the_chain(instance)
    back_up(Config(instance=instance), tmp_path / "backups")
    result = run(tmp_path / "fresh", "restore", tmp_path / "backups")
    assert result.exit_code == 1
    assert "event 3" in result.stderr
