"""The demo region: made through the services, the same when made again, and its figures agree."""

from __future__ import annotations

import re
import tomllib

from tests.conftest import Clock
from workspace import access
from workspace.access import Role
from workspace.comments.model import Comment, Thread
from workspace.demo import building
from workspace.documents import service as documents
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import service as rounds
from workspace.rounds.verdict import Outcome
from workspace.text import OSLO

SOURCE = tomllib.loads((building.SOURCES / "region.toml").read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    return (building.SOURCES / name).read_text(encoding="utf-8")


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def remake(workspace: Workspace) -> str:
    import shutil

    for slug in workspace.stores.slugs():  # the test's own regions are in the way of the demo's slug
        folder = workspace.stores.region(slug).folder  # type: ignore[attr-defined]
        workspace.stores.region(slug).close()  # type: ignore[attr-defined]
        shutil.rmtree(folder)
    workspace.stores._regions.clear()  # type: ignore[attr-defined]
    return building.build(workspace)


def test_it_is_made_once_and_is_then_left_as_it_is(workspace: Workspace) -> None:
    slug = remake(workspace)
    before = workspace.region(slug).view().last_event()
    assert building.build(workspace) == slug
    assert workspace.region(slug).view().last_event() == before


def test_all_that_the_sources_name_is_there(workspace: Workspace) -> None:
    slug = remake(workspace)
    operator = access.operator(slug)
    view = workspace.region(slug).view()
    assert len(regions.municipalities(workspace, operator)) == 9
    assert all(m.voting_member for m in regions.municipalities(workspace, operator))
    assert {member.role for member in regions.members(workspace, operator)} == set(Role) - {Role.GUEST}
    assert documents.listing(workspace, operator).total == 3
    assert len(view.find(Thread)) == len(SOURCE["threads"])
    assert len(view.find(Comment)) == len(SOURCE["threads"]) + sum(len(t["replies"]) for t in SOURCE["threads"])
    assert [measure.code for measure in measures.listing(workspace, operator)] == ["T-01", "T-10", "T-12"]
    assert all(len(measure.benefits) == 9 for measure in measures.listing(workspace, operator))


def test_the_round_is_open_and_stands_as_its_answers_say(workspace: Workspace) -> None:
    slug = remake(workspace)
    [round_] = rounds.listing(workspace, access.operator(slug))
    assert (round_.number, round_.state) == (3, "open")
    assert round_.closes.astimezone(OSLO).strftime("%d.%m.%Y %H.%M") == "30.11.2026 12.00"
    verdicts = rounds.standing(workspace, access.operator(slug), round_.id).verdicts.values()
    assert [v.outcome for v in verdicts] == [Outcome.CONSENSUS, Outcome.CONSENSUS, Outcome.NO_CONSENSUS]


def test_the_round_is_open_for_a_week_whenever_it_is_made(workspace: Workspace, clock: Clock) -> None:
    clock.forward(days=400)
    slug = remake(workspace)
    [round_] = rounds.listing(workspace, access.operator(slug))
    assert 6 <= (round_.closes - clock.moment).days <= 7


def test_the_figures_of_the_texts_agree() -> None:
    analysis, plan = text_of("analyse-a1.md"), text_of("planutkast-07.md")
    rows = re.findall(r"^\| ([A-ZÆØÅ][^|]+?) \| ([\d \u00a0]+) \|$", analysis, re.M)
    industries = {name: number(value) for name, value in rows if name != "Næring"}
    assert len(industries) == 10
    assert sum(industries.values()) == 18_970
    for text in (analysis, plan):
        assert "18 970" in text
    assert "5 120 personer" in analysis and round(5_120 / 18_970 * 100) == 27
    assert "600" in plan and "600" in text_of("planutkast-06.md")


def test_every_quote_stands_in_its_document() -> None:
    files = {one["key"]: text_of(one.get("then", one["file"])) for one in SOURCE["documents"]}
    for thread in SOURCE["threads"]:
        assert thread["quote"] in files[thread["document"]]
    for measure in SOURCE["measures"]:
        for key, quote in measure["cites"]:
            assert quote in files[key]


def test_documents_are_of_natural_length() -> None:
    for name in ("intervju-i08.md", "analyse-a1.md", "planutkast-07.md"):
        assert len(text_of(name).split()) > 450
