"""Amendments: proposed against a version, supported once by each, decided on with a reason, and never put in unseen."""

from __future__ import annotations

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA
from tests.rounds.region import HAVARD, NEW, SOLVEIG, TEXT, answer, events, open_round, propose, settle, verdict
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once
from workspace.parts import Workspace
from workspace.rounds import amending, rewording, service
from workspace.rounds.amendment import Amendment
from workspace.rounds.rewording import Rewording

OLD_WORDS = "Eierkommunen dekker egenandelen."
NEW_WORDS = "Egenandelen deles likt."


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    return settle(workspace)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return propose(region)


@pytest.fixture
def amendment(region: Workspace, measure: Measure) -> Amendment:
    return amending.propose(region, KARI, measure.id, 1, NEW_WORDS, OLD_WORDS, "Nytten er lik.")


def read(region: Workspace, amendment: Amendment) -> amending.Reading:
    stored = amending.get(region, MARIT, amendment.id)
    return amending.reading(region, MARIT, stored, measures.get(region, MARIT, stored.measure))


def take_in(
    region: Workspace, amendment: Amendment, text: str, change: str = "", who: object = MARIT, seen: int = 1
) -> Amendment:
    return rewording.take_in(
        region, who, amendment.id, seen, Rewording("Felles kjølelager", text, change, "Det er klokt.")
    )


def test_a_passage_or_the_whole_is_proposed_against_a_version(
    region: Workspace, measure: Measure, amendment: Amendment
) -> None:
    assert (amendment.number, amendment.text_version, amendment.party, amendment.state) == (1, 1, "Havnsund", "open")
    assert read(region, amendment).proposed == TEXT.replace(OLD_WORDS, NEW_WORDS)
    [change] = [change for change in read(region, amendment).changes if change.number]
    said = {(piece.kind, piece.text.strip()) for piece in change.pieces}
    assert said >= {("del", "Eierkommunen dekker egenandelen."), ("ins", "Egenandelen deles likt.")}
    whole = amending.propose(region, BJORN, measure.id, 1, NEW)
    assert (whole.number, read(region, whole).proposed) == (2, NEW)
    assert amending.open_amendments(region, ROLF, [measure.id, "other"]) == {measure.id: 2}
    assert events(region)[-2:] == ["amendments.proposed"] * 2


@pytest.mark.parametrize(
    ("text", "passage", "field"),
    [("Nytt", "Ord som ikke står der", "passage"), ("Nytt", "i", "passage"), (" ", "", "text"), (TEXT, "", "text")],
)
def test_what_is_no_change_is_refused(region: Workspace, measure: Measure, text: str, passage: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        amending.propose(region, KARI, measure.id, 1, text, passage)
    assert list(refused.value.errors) == [field]
    assert amending.listing(region, KARI, measure.id) == []


def test_each_supports_once_and_may_take_it_back(region: Workspace, amendment: Amendment) -> None:
    for who in (HAVARD, BJORN, HAVARD, AMUND):
        amending.support(region, who, amendment.id)
    seen = read(region, amendment)
    assert (seen.voices, seen.others, len(seen.amendment.supporters)) == (("Skarfjord",), 2, 3)
    amending.unsupport(region, HAVARD, amendment.id)
    amending.unsupport(region, HAVARD, amendment.id)
    assert read(region, amendment).voices == ()
    assert events(region)[-4:] == ["amendments.supported"] * 3 + ["amendments.unsupported"]


def test_who_may_do_what(region: Workspace, measure: Measure, amendment: Amendment) -> None:
    with pytest.raises(Forbidden):
        amending.propose(region, ROLF, measure.id, 1, NEW)
    for act in (amending.support, amending.unsupport, amending.withdraw):
        with pytest.raises(Forbidden):
            act(region, ROLF, amendment.id)
        with pytest.raises(NotFound):
            act(region, VERA, amendment.id)
    for who in (HAVARD, BJORN, AMUND, MARIT):
        with pytest.raises(Forbidden):
            amending.withdraw(region, who, amendment.id)
    for who in (KARI, BJORN, ROLF):
        with pytest.raises(Forbidden):
            amending.decline(region, who, amendment.id, "Nei.")
        with pytest.raises(Forbidden):
            take_in(region, amendment, NEW, who=who)
    assert amending.get(region, ROLF, amendment.id).state == "open"


def test_withdrawn_by_its_proposer_alone_and_then_it_is_over(region: Workspace, amendment: Amendment) -> None:
    assert amending.withdraw(region, KARI, amendment.id).state == "withdrawn"
    for act in (amending.support, amending.unsupport, amending.withdraw):
        with pytest.raises(Conflict):
            act(region, KARI, amendment.id)
    with pytest.raises(Conflict):
        amending.decline(region, MARIT, amendment.id, "Nei.")
    with pytest.raises(Conflict):
        take_in(region, amendment, NEW)


def test_not_taken_in_with_a_reason(region: Workspace, measure: Measure, amendment: Amendment) -> None:
    with pytest.raises(Invalid):
        amending.decline(region, AMUND, amendment.id, "  ")
    kept = amending.decline(region, AMUND, amendment.id, "Kaien eies av Havnsund.")
    assert (kept.state, kept.decision, kept.decided_name) == ("not_taken_in", "Kaien eies av Havnsund.", "Amund")
    assert measures.get(region, KARI, measure.id).text == TEXT
    assert events(region)[-1] == "amendments.declined"


def test_taken_in_without_a_round_is_a_new_version_with_credit(
    region: Workspace, measure: Measure, amendment: Amendment
) -> None:
    kept = take_in(region, amendment, NEW, who=AMUND)
    assert (kept.state, kept.taken_in) == ("taken_in", 2)
    now = measures.get(region, KARI, measure.id)
    assert (now.text, now.text_version, now.frozen_by) == (NEW, 2, "")
    text = measures.text_of(region.region(REGION).view(), now, 2)
    assert (text.amendment, text.reason, text.round, text.change) == (amendment.id, "Det er klokt.", "", "")
    assert events(region)[-1] == "measures.reworded"


@pytest.mark.parametrize(("change", "outcome"), [("editorial", "consensus"), ("material", "waiting")])
def test_taken_in_while_a_round_is_open_is_a_change_of_a_frozen_text(
    region: Workspace, measure: Measure, amendment: Amendment, change: str, outcome: str
) -> None:
    round_ = open_round(region, measure)
    for who in (KARI, HAVARD, SOLVEIG):
        answer(region, who, round_, measure, "4")
    with pytest.raises(Forbidden):
        take_in(region, amendment, NEW, change, who=AMUND)
    with pytest.raises(Invalid):
        take_in(region, amendment, NEW)
    before = events(region)
    assert take_in(region, amendment, NEW, change).taken_in == 2
    assert events(region)[len(before) :] == ["measures.reworded"]
    assert verdict(region, round_, measure) == outcome
    assert service.get(region, KARI, round_.id).text_version(measure.id) == 2


def test_a_text_that_has_moved_on_is_shown_and_not_overwritten(
    region: Workspace, measure: Measure, amendment: Amendment
) -> None:
    moved = TEXT.replace("2028", "2030")
    stored = measures.get(region, AMUND, measure.id)
    measures.save(region, AMUND, measure.id, stored.version, text=moved)
    seen = read(region, amendment)
    assert [change.number for change in seen.since if change.number] == [1]
    assert seen.proposed == moved.replace(OLD_WORDS, NEW_WORDS), "both changes are in what is offered"
    assert seen.clashes == 0
    with pytest.raises(Conflict) as stale:
        take_in(region, amendment, TEXT.replace(OLD_WORDS, NEW_WORDS))
    assert stale.value.current.text == moved
    assert amending.get(region, MARIT, amendment.id).state == "open"
    assert take_in(region, amendment, seen.proposed, seen=2).taken_in == 3


def test_two_changes_of_the_same_words_are_both_shown(
    region: Workspace, measure: Measure, amendment: Amendment
) -> None:
    stored = measures.get(region, AMUND, measure.id)
    moved = TEXT.replace("Eierkommunen dekker", "Regionfondet betaler")
    measures.save(region, AMUND, measure.id, stored.version, text=moved)
    seen = read(region, amendment)
    assert seen.clashes == 1
    assert "Regionfondet betaler" in seen.proposed and "Egenandelen deles" in seen.proposed


def test_acts_sent_again_are_done_once(region: Workspace, measure: Measure) -> None:
    once = Once("k" * 26, "d" * 64)
    first = amending.propose(region, KARI, measure.id, 1, NEW, once=once)
    assert amending.propose(region, KARI, measure.id, 1, NEW, once=once) == first
    taken = Once("l" * 26, "e" * 64)
    kept = rewording.take_in(region, MARIT, first.id, 1, Rewording(measure.title, NEW), once=taken)
    assert rewording.take_in(region, MARIT, first.id, 1, Rewording(measure.title, NEW), once=taken) == kept
    assert measures.get(region, KARI, measure.id).text_version == 2
