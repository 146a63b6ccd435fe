"""The region's log on screen: in words, only for those who lead, and nothing that is hidden elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import workspace as workspace_package
from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, VERA, Clock
from workspace.access import Actor
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Forbidden
from workspace.history import names, service
from workspace.history.service import Wanted
from workspace.measures import board
from workspace.measures import service as measures
from workspace.notices import delivery
from workspace.parts import Workspace
from workspace.rounds import answering, life, reminder
from workspace.rounds.model import Round
from workspace.transfer.kinds import IN_REGION

PACKAGE = Path(workspace_package.__file__).parent
ALL = Wanted()
AsPerson = Callable[[Actor], FlaskClient]


@pytest.fixture
def document(workspace: Workspace, app: object) -> Document:
    return documents.create(workspace, AMUND, title="Kai og båtrute", text="Båten går to ganger i uka.")


def told(workspace: Workspace, wanted: Wanted = ALL) -> list[str]:
    found = service.read(workspace, MARIT, wanted)
    return [f"{line.who} {line.what} {line.thing} {line.said}".strip() for line in found.lines]


def opened(workspace: Workspace, clock: Clock, **rules: str) -> tuple[Round, str]:
    measure = measures.create(workspace, AMUND, title="Landstrøm", text="Vi legger strøm til kaia.")
    closes = clock.moment + timedelta(days=7)
    draft = life.create(workspace, MARIT, (measure.id,), title="Første", closes=closes, **rules)
    return life.open_round(workspace, MARIT, draft.id), measure.id


def test_it_says_who_did_what_newest_first(workspace: Workspace, document: Document, clock: Clock) -> None:
    clock.forward(hours=1)
    comments.open_thread(workspace, KARI, document.id, 1, "Hvilke dager?")
    assert told(workspace)[:2] == ["Kari kommenterte Kai og båtrute", "Amund la inn dokumentet Kai og båtrute"]
    page = service.read(workspace, MARIT, Wanted())
    assert [line.event.seq for line in page.lines] == list(range(page.last, 0, -1))
    assert page.lines[0].party == "Havnsund"


def test_only_those_who_lead_may_read_it(workspace: Workspace, document: Document, as_person: AsPerson) -> None:
    for who in (KARI, AMUND, ROLF):
        with pytest.raises(Forbidden):
            service.read(workspace, who, Wanted())
        assert as_person(who).get(f"/r/{REGION}/log").status_code == 403
        assert as_person(who).get(f"/r/{REGION}/log/log.csv").status_code == 403
    assert as_person(VERA).get(f"/r/{REGION}/log").status_code == 404


def test_it_is_narrowed_by_word_person_municipality_kind_and_day(
    workspace: Workspace, document: Document, clock: Clock
) -> None:
    clock.forward(days=2)
    comments.open_thread(workspace, KARI, document.id, 1, "Hvilke dager?")
    today = clock.moment.date()
    kari = ["Kari kommenterte Kai og båtrute"]
    assert told(workspace, Wanted(word="KOMMENTERTE")) == kari
    assert told(workspace, Wanted(who="kari")) == told(workspace, Wanted(who="9001")) == kari
    assert told(workspace, Wanted(kind="comments")) == told(workspace, Wanted(since=today)) == kari
    assert kari[0] not in told(workspace, Wanted(until=today - timedelta(days=1)))
    assert told(workspace, Wanted(word="finnes ikke")) == []


def test_a_long_log_is_read_a_page_at_a_time(workspace: Workspace, document: Document) -> None:
    for number in range(service.PAGE + 5):
        comments.open_thread(workspace, KARI, document.id, 1, f"Kommentar {number}.")
    first = service.read(workspace, MARIT, Wanted())
    assert len(first.lines) == service.PAGE
    assert first.older == first.lines[-1].event.seq
    second = service.read(workspace, MARIT, Wanted(), first.older)
    assert second.lines[0].event.seq == first.older - 1
    assert second.older == 0


def test_a_page_looks_at_a_bounded_number_of_events(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        comments.open_thread(workspace, KARI, document.id, 1, f"Kommentar {number}.")
    monkeypatch.setattr(service, "LOOKED_AT", 8)
    monkeypatch.setattr(service, "CHUNK", 3)
    page = service.read(workspace, MARIT, Wanted(kind="texts"))
    assert page.lines == ()
    assert page.older == page.last - 7
    while page.older:
        page = service.read(workspace, MARIT, Wanted(kind="texts"), page.older)
        if page.lines:
            break
    assert [line.what for line in page.lines] == ["la inn dokumentet"]


def test_a_standpoint_is_shown_only_where_the_round_shows_it(workspace: Workspace, app: object, clock: Clock) -> None:
    round_, measure = opened(workspace, clock, visibility="hidden")
    answering.answer(workspace, KARI, round_.id, measure, "5")
    assert "Kari svarte på T-01 Landstrøm, Runde 1" in told(workspace)
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert "Kari svarte på T-01 Landstrøm, Runde 1 Full støtte" in told(workspace)


def test_an_anonymous_answer_is_nowhere(workspace: Workspace, app: object, clock: Clock) -> None:
    round_, measure = opened(workspace, clock, method="temperature", counted_by="person", visibility="anonymous")
    before = told(workspace)
    answering.answer(workspace, KARI, round_.id, measure, "5")
    assert told(workspace) == before
    assert told(workspace, Wanted(who="kari")) == []
    assert service.all_lines(workspace, MARIT, Wanted(who="kari")) == []
    last = workspace.region(REGION).view().events()[-1]
    assert last.action == "sealed.answered"
    assert service.line_at(workspace, MARIT, last.seq, last.hash) is None


def test_a_confidential_opportunity_is_for_those_it_is_for(workspace: Workspace, app: object) -> None:
    board.create(workspace, KARI, title="Datasenter", text="Ikke klart ennå.", confidential=True)
    assert not any("Datasenter" in line for line in told(workspace))
    assert not any("muligheten" in line for line in told(workspace))


def test_a_receipt_is_looked_up_by_its_line_and_fingerprint(workspace: Workspace, document: Document) -> None:
    event = workspace.region(REGION).view().events()[-1]
    spaced = " ".join(event.hash[at : at + 4] for at in range(0, 16, 4)).upper()
    found = service.line_at(workspace, MARIT, event.seq, spaced)
    assert found is not None and found.event == event
    assert service.line_at(workspace, MARIT, event.seq, "0" * 16) is None
    assert service.line_at(workspace, MARIT, event.seq + 1, spaced) is None


def test_the_page_its_filters_and_the_file(workspace: Workspace, document: Document, as_person: AsPerson) -> None:
    documents.create(workspace, AMUND, title="=1+1", text="Et regnestykke.")
    marit = as_person(MARIT)
    page = marit.get(f"/r/{REGION}/log?kind=texts").get_data(as_text=True)
    assert "la inn dokumentet" in page and f"/documents/{document.id}" in page
    assert marit.get(f"/r/{REGION}/log?kind=nonsense&since=x&before=y&line=a&print=b").status_code == 200
    event = workspace.region(REGION).view().events()[-1]
    assert "Kvitteringen stemmer" in marit.get(f"/r/{REGION}/log?line={event.seq}&print={event.hash[:8]}").get_data(
        as_text=True
    )
    assert "Linjen finnes ikke" in marit.get(f"/r/{REGION}/log?line={event.seq}&print=00000000").get_data(as_text=True)
    content = marit.get(f"/r/{REGION}/log/log.csv?kind=texts").get_data().decode("utf-8-sig")
    assert content.splitlines()[0].startswith("Nr.;Når;Hvem")
    assert ";'=1+1;" in content
    assert len(content.splitlines()) == 3


def test_every_event_that_the_code_names_has_words(app: Flask) -> None:
    """Names in the code that look like an event of a table in the regions' log, and are no address of a page."""
    tables = {kind.table for kind in IN_REGION}
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))
    named = {found for found in re.findall(r'"([a-z_]+\.[a-z_]+)"', source) if found.partition(".")[0] in tables}
    events = {
        name for name in named - endpoints if not name.endswith((".py", ".html", ".toml", ".csv", ".json", ".md"))
    }
    # Columns of a record's files, and names of commands and files that look the same.
    others = {"file.digest", "measures.commands", "notices.commands", "rounds.commands", "hearings.commands"}
    unnamed = {name for name in events - others - set(names.WORDS) if name.partition(".")[0] not in names.NEVER_SHOWN}
    assert unnamed == set()


def test_every_state_that_a_letter_comes_to_has_words() -> None:
    """Their events are named by the state, and so are not found in the code."""
    for table, may_follow in (("reminders", reminder._MAY_FOLLOW), ("deliveries", delivery._MAY_FOLLOW)):
        comes_to = {state for states in may_follow.values() for state in states}
        assert {f"{table}.{state}" for state in comes_to} <= set(names.WORDS)
        said = {name.partition(".")[2] for name in names.WORDS if name.startswith(f"{table}.")}
        assert said - comes_to <= {"made"}


def test_every_kind_of_event_belongs_to_a_filter_or_is_of_the_machinery() -> None:
    machinery = {"deliveries", "received_mail", "trust", "sealed"}
    tables = {action.partition(".")[0] for action in names.WORDS}
    filtered = set().union(*(tables for _label, tables in names.KINDS.values()))
    assert tables - machinery == filtered
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", action) for action in names.WORDS)
