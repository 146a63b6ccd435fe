"""Seeing where people stand, in a browser: no violations on any screen, and news that leave the reader in peace."""

from __future__ import annotations

import dataclasses
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, Person, fits
from tests.browser.test_axe import violations
from workspace import access, assembly
from workspace.config import Config
from workspace.demo.clock import MOMENT
from workspace.parts import Workspace
from workspace.rounds import answering, life, trusting
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.model import Round
from workspace.terminal import close

DEMO = "skarfjord"


def linked(person: Person, start: str, pattern: str) -> str:
    """The first address on a page that fits."""
    person.open(start)
    found = re.search(rf"/r/skarfjord({pattern})", person.page.content())
    assert found is not None, pattern
    return found[1]


@pytest.fixture(scope="module")
def prepared(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo region with its round closed, the same measures in a round by person that is open, and trust."""
    instance = tmp_path_factory.mktemp("standing") / "instance"
    shutil.copytree(built, instance)
    workspace = assembly.open_workspace(Config(instance=instance, secret_key="x" * 40))
    workspace = dataclasses.replace(workspace, now=lambda: MOMENT)
    _go_on(workspace)
    close(workspace)
    return instance


def _go_on(workspace: Workspace) -> None:
    operator = access.operator(DEMO)
    view = workspace.region(DEMO).view()
    first = view.first(Round, {"state": "open"}, order="number")
    number = next(number for number in first.electorate if number != "9003")  # who has set no block of its own
    for measure in first.measures:
        answering.answer_for(workspace, operator, first.id, measure, number, "1", "Vi er imot.", "meeting", "Marit")
    life.close_round(workspace, operator, first.id, "Ferdig")
    life.conclude(workspace, operator, first.id, "Vi er enige om det meste.", "2027-01-15")
    fields = {"title": "Alle sier hva de mener", "counted_by": "person", "closes": workspace.now() + timedelta(days=3)}
    second = life.open_round(workspace, operator, life.create(workspace, operator, first.measures, **fields).id)
    with workspace.region(DEMO).transaction() as tx:
        for at, voice in enumerate(tx.find(Voice, {"round": second.id})[:6]):
            tx.put(
                Ballot(
                    id=workspace.new_id(), round=second.id, measure=second.measures[0], text_version=1, sequence=at + 1,
                    voter=voice.voter, value=at % 6, by="x", name="X", at=workspace.now(),
                )
            )  # fmt: skip
        tx.put(tx.get(Round, second.id).changed(updates=20))
    trusting.enter(workspace, operator, "2026-06-10", "3,4", "70")
    trusting.enter(workspace, operator, "2026-09-15", "2,8", "75")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_screen_has_violations(enter: Enter, width: int, dark: bool) -> None:
    person = enter("Marit Elvheim-Strand", width, dark=dark)
    results = linked(person, "/rounds/", r"/rounds/\w{26}/results")
    persons = linked(person, "/rounds/", r"/rounds/\w{26}(?=\")")
    measure = linked(person, results, r"/measures/\w{26}")
    found = {}
    paths = ("/rounds/", results, results.removesuffix("/results"), persons, f"{persons}?order=outcome", measure)
    for path in paths:
        person.open(path)
        found[path] = violations(person)
        assert fits(person.page), path
    assert {path: problems for path, problems in found.items() if problems} == {}
    assert person.complaints == []


def test_news_leave_focus_and_what_was_opened_as_they_are(enter: Enter) -> None:
    reader, answering_one = enter("Marit Elvheim-Strand"), enter("Oddgeir Kvernmo")
    address = linked(reader, "/rounds/", r"/rounds/\w{26}(?=\")")
    reader.open(address)
    board = reader.page.locator("#board")
    before = board.get_attribute("hx-get")
    opened = reader.page.locator("#board details[id^=groups-]").first
    opened.locator("summary").click()
    link = reader.page.locator("#order-outcome")
    link.focus()
    measure = linked(answering_one, address, r"/measures/\w{26}")
    answering_one.open(measure)
    answering_one.page.locator("#panel input[value='4']").check()
    answering_one.page.get_by_role("button", name="Lagre svaret").click()
    answering_one.page.get_by_text("Lagret i dag").wait_for()
    expect(board).not_to_have_attribute("hx-get", before, timeout=15_000)
    assert opened.get_attribute("open") is not None
    assert reader.page.evaluate("document.activeElement.id") == "order-outcome"
    assert reader.page.locator("#melding").inner_text() == "", "answers are no announcements"
    assert reader.complaints == []
