"""The demo region: made through the services, the same when made again, and all that the sources name is there."""

from __future__ import annotations

import pytest

from tests.demo import facts
from workspace import access
from workspace.access import Role
from workspace.comments.model import Comment, Thread
from workspace.demo import building, sources
from workspace.demo.clock import MOMENT
from workspace.documents.model import Document, Version
from workspace.errors import Conflict
from workspace.hearings.answer import HearingAnswer
from workspace.measures import service as measures
from workspace.measures.opportunity import Opportunity
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import WorkingGroup
from workspace.rounds import service as rounds
from workspace.rounds.amendment import Amendment
from workspace.rounds.mediation import MediationNote
from workspace.rounds.model import Round
from workspace.text import OSLO

SLUG = "skarfjord"


def test_it_is_made_once_and_is_then_left_as_it_is(demo: Workspace) -> None:
    before = demo.region(SLUG).view().last_event()
    assert building.build(demo) == SLUG
    assert demo.region(SLUG).view().last_event() == before


def test_one_that_was_half_made_is_not_taken_for_whole(demo: Workspace) -> None:
    with demo.region(SLUG).transaction() as tx:
        tx.remove(tx.find(Thread)[0])
    with pytest.raises(Conflict, match="halvveis"):
        building.build(demo)


def test_all_that_the_sources_name_is_there(demo: Workspace) -> None:
    operator, view = access.operator(SLUG), demo.region(SLUG).view()
    people = sources.table("region.toml")["people"]
    assert len(regions.members(demo, operator)) == len(people)
    assert {member.role for member in regions.members(demo, operator)} == set(Role) - {Role.GUEST}
    people_of = {number: count for number, _name, count, *_rest in facts.MUNICIPALITIES}
    for municipality in regions.municipalities(demo, operator):
        assert municipality.voting_member and municipality.deputies
        assert municipality.population == people_of[municipality.id]
    written = sources.documents()
    assert len([one for one in view.find(Document) if not one.attached_to]) == len(written)
    assert len(view.find(Version)) >= sum(len(source.versions) for source in written)
    threads = sources.table("comments.toml")["threads"]
    assert len(view.find(Thread)) == len(threads)
    assert len(view.find(Comment)) == sum(1 + len(thread.get("replies", ())) for thread in threads)
    assert [measure.number for measure in measures.listing(demo, operator)] == list(range(1, 19))
    told = sources.table("stories.toml")
    assert len(view.find(Amendment)) == len(told["amendments"])
    assert len(view.find(MediationNote)) == len(told["mediation"])
    assert len(view.find(Opportunity)) == len(sources.table("opportunities.toml")["opportunities"])
    assert len(view.find(WorkingGroup)) == len(sources.table("groups.toml")["groups"])
    assert len(view.find(HearingAnswer)) == len(sources.table("hearing.toml")["answers"])


def test_files_lie_beside_their_documents(demo: Workspace) -> None:
    view = demo.region(SLUG).view()
    files = [document.file for document in view.find(Document) if document.file is not None]
    assert {file.kind for file in files} == {"pdf", "docx", "xlsx"}
    assert all(file.state == "read" for file in files)


def test_the_rounds_stand_as_the_world_says(demo: Workspace) -> None:
    operator = access.operator(SLUG)
    first, second, third = sorted(rounds.listing(demo, operator), key=lambda r: r.number)
    assert (first.state, second.state, third.state) == ("concluded", "concluded", "open")
    assert third.closes.astimezone(OSLO).strftime("%d.%m.%Y %H.%M") == "30.11.2026 12.00"
    standing = rounds.standing(demo, operator, third.id)
    numbers = {measure.id: measure.number for measure in measures.listing(demo, operator)}
    assert {numbers[id]: str(verdict.outcome) for id, verdict in standing.verdicts.items()} == {
        number: outcome for number, (_kroner, _yearly, _votes, outcome) in facts.MEASURES.items()
    }


def test_it_is_told_in_order_of_time_and_ends_at_its_present(demo: Workspace) -> None:
    view = demo.region(SLUG).view()
    times = [event.at for event in view.events()]
    assert times == sorted(times)
    assert times[-1] < MOMENT


def test_what_is_for_the_working_group_alone_is_kept_there(demo: Workspace) -> None:
    """Interviews with consent S1 are for staff (method.md 3.5)."""
    view = demo.region(SLUG).view()
    hidden = {document.title.split(":")[0] for document in view.find(Document) if document.audience == "staff"}
    assert {"Intervju I05", "Intervju I07", "Intervju I12"} == hidden


def test_every_round_has_all_its_measures(demo: Workspace) -> None:
    view = demo.region(SLUG).view()
    assert [len(round_.items) for round_ in view.find(Round, order="number")] == [
        len(source["measures"]) for source in sources.tables("rounds")
    ]
