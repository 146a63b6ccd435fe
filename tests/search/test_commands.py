"""The commands `search` and `reindex`, as they are typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import AMUND, REGION, seed
from workspace import cli
from workspace.access import Audience
from workspace.config import Config
from workspace.documents import service as documents
from workspace.errors import NotFound
from workspace.parts import Workspace
from workspace.search import commands
from workspace.search.port import Entry
from workspace.terminal import close


@pytest.fixture
def instance(workspace: Workspace) -> Path:
    """An instance with two documents, let go of by whoever filled it."""
    seed(workspace)
    documents.create(workspace, AMUND, title="Havn", text="Felles kjølelager ved kaien.", ref="havn.md")
    documents.create(workspace, AMUND, title="Intervju", text="Informant om kai.", audience=Audience.STAFF, ref="i.md")
    close(workspace)
    return workspace.config.instance


def run(instance: Path, *words: str) -> Result:
    cli.load_commands()
    return CliRunner().invoke(cli.workspace, ["--instance", str(instance), *words])


def test_what_was_written_is_found_at_once(instance: Path) -> None:
    result = run(instance, "search", REGION, "kjølelageret")
    assert result.exit_code == 0
    assert "havn.md" in result.stdout and "[kjølelager]" in result.stdout
    assert "1 found" in result.stdout


def test_json_has_what_scripts_lean_on(instance: Path) -> None:
    found = json.loads(run(instance, "search", REGION, "kai", "--json").stdout)
    assert {hit["ref"] for hit in found["hits"]} == {"havn.md", "i.md"}
    assert set(found["hits"][0]) >= {"ref", "title", "score", "passage", "page"}
    assert len(json.loads(run(instance, "search", REGION, "kai", "--limit", "1", "--json").stdout)["hits"]) == 1


def test_as_a_person_only_what_they_may_read(instance: Path) -> None:
    found = json.loads(run(instance, "search", REGION, "kai", "--as", "rolf@example.no", "--json").stdout)
    assert [hit["ref"] for hit in found["hits"]] == ["havn.md"]
    found = json.loads(run(instance, "search", REGION, "kai", "--as", "amund@example.no", "--json").stdout)
    assert len(found["hits"]) == 2


@pytest.mark.parametrize("email", ["vera@example.no", "nobody@example.no"])
def test_as_somebody_who_is_no_member_is_refused(instance: Path, email: str) -> None:
    assert isinstance(run(instance, "search", REGION, "kai", "--as", email).exception, NotFound)


def test_a_region_that_is_not_there_is_refused(instance: Path) -> None:
    assert isinstance(run(instance, "search", "ingensteds", "kai").exception, NotFound)


def test_a_file_of_questions(instance: Path, tmp_path: Path) -> None:
    lines = [
        '{"id": "q1", "text": "felles kjølelager"}',
        '{"type": "passage", "id": "p"}',
        "",
        '{"id": 2, "text": "xyz"}',
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run(instance, "search", REGION, "--queries", str(path), "--json")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], [hit["ref"] for hit in first["hits"]]) == ("q1", ["havn.md"])
    assert first["hits"][0]["score"] > 0 and first["ms"] >= 0
    assert (second["id"], second["hits"]) == (2, [])
    assert result.exit_code == 0


def test_pages_of_one_file_are_one_hit_of_a_question(workspace: Workspace, tmp_path: Path) -> None:
    seed(workspace)
    pages = [("plan.pdf", page) for page in range(1, 13)] + [("havn.md", 0)]
    entries = [
        Entry(
            uid=f"document:{ref}#{page}",
            kind="document",
            id=ref,
            ref=ref,
            title="Kai",
            text="kai " * (20 - page if page else 1),
            audience="region",
            page=page,
        )
        for ref, page in pages
    ]
    workspace.indexes.region(REGION).update(entries, [], workspace.region(REGION).view().last_event())
    close(workspace)
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "q", "text": "kai"}', encoding="utf-8")
    result = run(workspace.config.instance, "search", REGION, "--queries", str(path), "--limit", "2")
    assert [hit["ref"] for hit in json.loads(result.stdout)["hits"]] == ["plan.pdf", "havn.md"]
    found = json.loads(run(workspace.config.instance, "search", REGION, "kai", "--limit", "1", "--json").stdout)
    assert (found["hits"][0]["page"], found["total"]) == (1, 13)


def test_a_line_that_is_no_question_is_reported_and_the_others_answered(instance: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('not json\n[1]\n{"id": "x"}\n{"id": "q", "text": "kai"}\n', encoding="utf-8")
    result = run(instance, "search", REGION, "--queries", str(path))
    assert result.exit_code == 3
    assert [f"line {number}:" in result.stderr for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert json.loads(result.stdout)["id"] == "q"


@pytest.mark.parametrize("words", [(), ("kai", "--queries", __file__)])
def test_a_query_or_a_file_of_them_and_not_both(instance: Path, words: tuple[str, ...]) -> None:
    assert run(instance, "search", REGION, *words).exit_code == 2


def test_reindex_makes_the_index_again(instance: Path) -> None:
    run(instance, "search", REGION, "kai")
    shutil.rmtree(instance / "regions" / REGION / "index")
    result = run(instance, "reindex", REGION)
    assert (result.exit_code, result.stdout) == (0, "2 records looked at\n")
    assert "2 found" in run(instance, "search", REGION, "kai").stdout


def test_beside_an_owner_that_is_behind_it_says_so(
    workspace: Workspace, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workspace.store.tinydb import TinyStores

    monkeypatch.setattr(commands, "PATIENCE", 0.0)
    owner = TinyStores.open(Config(instance=instance).instance)
    result = run(instance, "search", REGION, "kai")
    owner.close()
    assert result.exit_code == 0
    assert "behind" in result.stderr
