"""The region's home page: what waits, with what is worth knowing before, and news that leave room for each other."""

from __future__ import annotations

import pytest
from flask import Flask, g

from tests.conftest import AMUND, KARI, MARIT, REGION, Clock
from tests.rounds.region import HAVARD, SOLVEIG, answer, open_round, propose, settle
from workspace.access import Actor
from workspace.comments import service as comments
from workspace.comments import writing
from workspace.documents import service as documents
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions import home
from workspace.rounds import amending


def overview(app: Flask, actor: Actor = KARI) -> home.Overview:
    with app.test_request_context(f"/r/{REGION}/"):
        g.actor = actor
        return home.overview(app.extensions["workspace"], actor)


@pytest.fixture
def measure(workspace: Workspace, app: Flask) -> Measure:
    settle(workspace)
    return propose(workspace, responsible="Havnsund")


# -- What waits --


def test_who_doubts_is_said_of_a_measure_that_waits(workspace: Workspace, app: Flask, measure: Measure) -> None:
    round_ = open_round(workspace, measure)
    assert [one.note for one in overview(app).waiting] == ["Ansvarlig: Havnsund"]
    answer(workspace, HAVARD, round_, measure, "2", "Egenandelen må deles.")
    assert [one.note for one in overview(app).waiting] == ["Forbehold fra Skarfjord."]


def test_nothing_is_said_of_doubts_that_may_not_be_seen(workspace: Workspace, app: Flask, measure: Measure) -> None:
    """Of answers without names there is nothing to say; tests/rounds/test_secrecy.py looks at this page too."""
    round_ = open_round(workspace, measure, visibility="hidden")
    answer(workspace, HAVARD, round_, measure, "2", "Egenandelen må deles.")
    assert [one.note for one in overview(app).waiting] == ["Ansvarlig: Havnsund"]


def test_open_amendments_and_comments_are_counted(workspace: Workspace, app: Flask, measure: Measure) -> None:
    open_round(workspace, measure)
    about = f"measure:{measure.id}"
    thread = comments.open_about(workspace, HAVARD, about, 1, "Hvem dekker driften?")
    comments.reply(workspace, AMUND, thread.id, "Eierkommunen.")
    [waiting] = overview(app).waiting
    assert (waiting.note, waiting.comments) == ("Ansvarlig: Havnsund", 2)
    amending.propose(workspace, HAVARD, measure.id, 1, "Egenandelen deles likt.", "Eierkommunen dekker egenandelen.")
    assert [one.note for one in overview(app).waiting] == ["Ett endringsforslag er åpent"]


def test_the_first_that_wait_are_shown_and_the_rest_are_counted(
    workspace: Workspace, app: Flask, measure: Measure
) -> None:
    others = [propose(workspace, title=f"Tiltak {number}") for number in range(home.WAITING)]
    open_round(workspace, measure, *others)
    found = overview(app)
    assert (len(found.waiting), found.left) == (home.WAITING, home.WAITING + 1)
    assert found.headline == "Runde 1 er åpen. Du har sju tiltak igjen."


def test_who_leads_a_round_hears_of_the_municipalities_and_not_of_measures(
    workspace: Workspace, app: Flask, measure: Measure
) -> None:
    round_ = open_round(workspace, measure)
    found = overview(app, MARIT)
    behind = sum(row.answered < row.expected for row in found.municipalities)
    assert behind > 1 and "kommuner har noe igjen." in found.headline
    assert found.behind == "Havnsund, Skarfjord og Solåsen"
    assert found.follows_up and (found.waiting, found.left, found.answers) == ((), 0, False)
    for voter in (KARI, HAVARD, SOLVEIG):
        answer(workspace, voter, round_, measure, "5")
    assert overview(app, MARIT).headline == "Runde 1 er åpen. Alle kommunene har svart på alt."
    assert not overview(app).follows_up, "who answers for a municipality is waited for"


# -- News --


def test_what_is_said_of_one_text_is_one_line(workspace: Workspace, app: Flask, clock: Clock) -> None:
    plan = documents.create(workspace, AMUND, title="Planutkast", text="Kaien utvides.")
    clock.forward(hours=1)
    note = documents.create(workspace, AMUND, title="Notat", text="Om kaien.", kind="note")
    first = comments.open_thread(workspace, KARI, plan.id, 1, "Hvor mye?")
    comments.open_thread(workspace, KARI, note.id, 1, "Et notat til?")
    for text in ("Ti meter.", "Og når?", "I 2028."):
        clock.forward(hours=1)
        comments.reply(workspace, AMUND, first.id, text)
    said = [(item.title, item.quote, item.more) for item in overview(app).news if item.quote]
    assert said == [("Planutkast", "I 2028.", 3), ("Notat", "Et notat til?", 0)]
    assert [item.title for item in overview(app).news if not item.quote] == ["Notat"]  # two in a row are one


def test_a_comment_that_is_withdrawn_is_no_news(workspace: Workspace, app: Flask) -> None:
    plan = documents.create(workspace, AMUND, title="Planutkast", text="Kaien utvides.")
    thread = comments.open_thread(workspace, KARI, plan.id, 1, "Hvor mye?")
    last = comments.reply(workspace, AMUND, thread.id, "Dette var feil.")
    assert [item.more for item in overview(app).news if item.quote] == [1]
    writing.withdraw(workspace, AMUND, last.id)
    assert [(item.quote, item.more) for item in overview(app).news if item.quote] == [("Hvor mye?", 0)]
