"""Meetings on a real store: codes, guests without an account, and hands that were counted."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, OTHER_REGION, REGION, ROLF, START, VERA, Clock
from workspace.access import Action, Actor, can
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import service as measures
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import (
    answering,
    counting,
    fulfilling,
    life,
    meeting,
    meeting_guests,
    meeting_hands,
    meeting_leading,
    meeting_wall,
    service,
    verifying,
)
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.meeting import Guest, HandCount, MeetingCode
from workspace.rounds.model import Round

LATER = START + timedelta(days=7)
KEY, OTHER_KEY = "k" * 26, "l" * 26


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund", voting_member="kari"))
        tx.put(Municipality(id="9002", name="Skarfjord"))
    return workspace


def opened(region: Workspace, lead: Actor = MARIT, count: int = 1, **fields: object) -> Round:
    ids = [measures.create(region, lead, title=f"Tiltak {n}", text="Vi bygger.").id for n in range(count)]
    asked = {"title": "Runde", "closes": LATER, "guests": True, **fields}
    return life.open_round(region, lead, life.create(region, lead, tuple(ids), **asked).id)


@pytest.fixture
def round_(region: Workspace) -> Round:
    """A round by municipality, with its meeting."""
    return meeting_leading.start(region, MARIT, opened(region, count=2).id)


@pytest.fixture
def by_person(region: Workspace) -> Round:
    """One by person."""
    return meeting_leading.start(region, MARIT, opened(region, counted_by="person", invited=("business", "youth")).id)


def come_in(region: Workspace, round_: Round, place: str = "business:", **more: object) -> Actor:
    guest = meeting_guests.join(region, round_.code, place, **more)
    actor = meeting_guests.guest_actor(region, REGION, round_.id, guest.id)
    assert actor is not None
    return actor


def now_of(region: Workspace, round_: Round) -> Round:
    return service.get(region, MARIT, round_.id)


def events(region: Workspace, action: str) -> list[object]:
    return [event for event in region.region(REGION).view().events() if event.action == action]


# -- Codes --


def test_a_code_has_six_letters_that_nobody_mistakes() -> None:
    drawn = {meeting.draw_code() for _ in range(200)}
    assert len(drawn) > 190, "they are random"
    assert all(re.fullmatch(r"[A-Z]{6}", code) and not set(code) & set("AEIOULQY") for code in drawn)


@pytest.mark.parametrize("typed", ["kvhmtr", "KVH MTR", " kvh-mtr ", "K.V.H.M.T.R"])
def test_a_code_is_taken_as_people_type_it(typed: str) -> None:
    assert meeting.clean_code(typed) == "KVHMTR"


def test_a_longer_code_is_another_code() -> None:
    assert meeting.clean_code("KVHMTRX") != "KVHMTR"


@pytest.mark.both_stores
def test_a_meeting_starts_hidden_with_a_code_that_leads_to_its_round(region: Workspace) -> None:
    draft = opened(region)
    assert draft.revealed
    started = meeting_leading.start(region, MARIT, draft.id)
    assert not started.revealed
    assert meeting_guests.door(region, started.code) == (REGION, started)
    with pytest.raises(Conflict, match="alt i gang"):
        meeting_leading.start(region, MARIT, draft.id)
    assert len(events(region, "rounds.meeting_started")) == 1
    assert len(region.house.view().find(MeetingCode)) == 1, "what was refused drew no code"


def test_only_those_who_lead_lead_a_meeting(region: Workspace) -> None:
    round_ = opened(region)
    for who in (ROLF, KARI, BJORN, AMUND):
        with pytest.raises(Forbidden):
            meeting_leading.start(region, who, round_.id)
    with pytest.raises(NotFound):
        meeting_leading.start(region, VERA, round_.id)


def test_a_meeting_needs_an_open_round(region: Workspace) -> None:
    round_ = opened(region)
    life.close_round(region, MARIT, round_.id, "Ferdig.")
    with pytest.raises(Conflict, match="åpen runde"):
        meeting_leading.start(region, MARIT, round_.id)
    assert region.house.view().find(MeetingCode) == []


@pytest.mark.both_stores
def test_a_start_that_is_sent_again_starts_no_other(region: Workspace) -> None:
    round_ = opened(region)
    once = Once(KEY, "d" * 64)
    first = meeting_leading.start(region, MARIT, round_.id, once=once)
    assert meeting_leading.start(region, MARIT, round_.id, once=once).code == first.code
    assert [code.id for code in region.house.view().find(MeetingCode)] == [first.code]


@pytest.mark.both_stores
def test_a_new_code_shuts_the_old_one_out_and_the_end_shuts_all(region: Workspace, round_: Round) -> None:
    changed = meeting_leading.change_code(region, MARIT, round_.id)
    assert changed.code != round_.code
    with pytest.raises(NotFound):
        meeting_guests.door(region, round_.code)
    assert meeting_guests.door(region, changed.code).round.id == round_.id
    meeting_leading.end(region, MARIT, round_.id)
    with pytest.raises(NotFound):
        meeting_guests.door(region, changed.code)
    assert region.house.view().find(MeetingCode) == []
    with pytest.raises(Conflict, match="ikke noe møte"):
        meeting_leading.end(region, MARIT, round_.id)


def test_a_code_is_unique_among_all_regions(region: Workspace, round_: Round, monkeypatch) -> None:
    other = opened(region, VERA, counted_by="person")
    drawn = iter([round_.code, round_.code, "BCDFGH"])
    monkeypatch.setattr(meeting, "draw_code", lambda: next(drawn))
    assert meeting_leading.start(region, VERA, other.id).code == "BCDFGH"
    assert meeting_guests.door(region, "BCDFGH").region == OTHER_REGION
    assert meeting_guests.door(region, round_.code).region == REGION


@pytest.mark.parametrize("when", ["house written", "round written"])
def test_a_crash_between_the_two_stores_misleads_nobody(region: Workspace, monkeypatch, when: str) -> None:
    round_ = opened(region)
    name = "_change" if when == "house written" else "_settle_codes"

    def crash(*_args: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(meeting_leading, name, crash)
        meeting_leading.start(region, MARIT, round_.id)
    [code] = region.house.view().find(MeetingCode)
    if when == "house written":
        with pytest.raises(NotFound):
            meeting_guests.door(region, code.id)
        started = meeting_leading.start(region, MARIT, round_.id)
        assert [kept.id for kept in region.house.view().find(MeetingCode)] == [started.code], "what was left is gone"
    else:
        assert meeting_guests.door(region, code.id).round.code == code.id, "it may be used as it is"


def test_an_end_that_is_cut_off_leaves_a_code_that_opens_nothing(region: Workspace, round_: Round, monkeypatch) -> None:
    def crash(*_args: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(meeting_leading, "_settle_codes", crash)
        meeting_leading.end(region, MARIT, round_.id)
    assert len(region.house.view().find(MeetingCode)) == 1
    with pytest.raises(NotFound):
        meeting_guests.door(region, round_.code)


@pytest.mark.both_stores
def test_two_who_change_the_code_at_once_leave_one_that_works(region: Workspace, round_: Round) -> None:
    def change() -> None:
        for _ in range(5):
            meeting_leading.change_code(region, MARIT, round_.id)

    threads = [threading.Thread(target=change) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    code = now_of(region, round_).code
    assert meeting_guests.door(region, code).round.id == round_.id
    assert [kept.id for kept in region.house.view().find(MeetingCode)] == [code]


# -- Guests --


@pytest.mark.both_stores
def test_a_guest_has_a_voice_in_a_round_by_person(region: Workspace, by_person: Round) -> None:
    guest = come_in(region, by_person, municipality="9002", name="Per Ås")
    stored = now_of(region, by_person)
    assert stored.voices == by_person.voices + 1
    [measure] = stored.measures
    ballot = answering.answer(region, guest, stored.id, measure, "5", channel="meeting")
    assert (ballot.voter, ballot.municipality, ballot.group) == (f"voice:{guest.guest}", "9002", "business")
    standing = service.standing(region, MARIT, stored.id)
    assert standing.ballots[measure][guest.guest].value == 5
    assert standing.verdicts[measure].tally.answered == 1
    assert standing.names[guest.guest] == "Gjest 1", "others never see the name"
    assert "Per Ås" not in ballot.name
    assert service.unanswered(region, guest, stored) == ()


@pytest.mark.both_stores
def test_a_guest_advises_in_a_round_by_municipality(region: Workspace, round_: Round) -> None:
    guest = come_in(region, round_, "municipality:9002")
    first, second = round_.measures
    ballot = answering.answer(region, guest, round_.id, first, "4")
    assert (ballot.voter, ballot.municipality, ballot.group) == (f"guest:{guest.guest}", "", "municipality")
    standing = service.standing(region, MARIT, round_.id)
    assert not standing.ballots[first] and [b.value for b in standing.advice[first]] == [4]
    assert standing.verdicts[first].tally.answered == 0
    assert now_of(region, round_).voices == 0
    voice = region.region(REGION).view().get(Voice, guest.guest)
    assert voice is not None and (voice.municipality, voice.group) == ("9002", "municipality")
    assert service.unanswered(region, guest, round_) == (second,)
    turn = meeting_guests.turn(region, guest, first)
    assert turn.own == ballot and turn.at == 1 and turn.beside(1) == second


@pytest.mark.both_stores
def test_coming_in_and_answering_twice_with_the_same_key_is_once(region: Workspace, by_person: Round) -> None:
    once = Once(KEY, "d" * 64)
    first = meeting_guests.join(region, by_person.code, "business:", once=once)
    assert meeting_guests.join(region, by_person.code, "business:", once=once) == first
    assert now_of(region, by_person).voices == by_person.voices + 1
    guest = meeting_guests.guest_actor(region, REGION, by_person.id, first.id)
    assert guest is not None
    [measure] = by_person.measures
    sent = Once(OTHER_KEY, "e" * 64)
    ballot = answering.answer(region, guest, by_person.id, measure, "3", once=sent)
    answering.answer(region, guest, by_person.id, measure, "5")
    assert answering.answer(region, guest, by_person.id, measure, "3", once=sent) == ballot
    found = region.region(REGION).view().find(Ballot, {"round": by_person.id}, order="sequence")
    assert [each.value for each in found] == [3, 5], "what comes late takes no newer one's place"


@pytest.mark.parametrize(
    ("place", "more", "field"),
    [
        ("", {}, "place"),
        ("state:", {}, "place"),
        ("municipality:9001", {}, "place"),
        ("business:", {"municipality": "1804"}, "municipality"),
        ("youth:", {"name": "x" * 101}, "name"),
    ],
)
def test_a_guest_is_of_an_invited_group(
    region: Workspace, by_person: Round, place: str, more: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        meeting_guests.join(region, by_person.code, place, **more)
    assert set(refused.value.errors) == {field}
    assert now_of(region, by_person).voices == by_person.voices


def test_where_all_are_invited_each_municipality_is_a_place(region: Workspace, round_: Round) -> None:
    places = meeting_guests.places(region, meeting_guests.door(region, round_.code))
    assert [place.value for place in places[:3]] == ["municipality:9001", "municipality:9002", "business:"]


def test_a_closed_door_lets_nobody_new_in(region: Workspace, round_: Round) -> None:
    guest = come_in(region, round_)
    meeting_leading.set_door(region, MARIT, round_.id, closed=True)
    with pytest.raises(Conflict, match="slipper ikke inn flere"):
        meeting_guests.join(region, round_.code, "business:")
    answering.answer(region, guest, round_.id, round_.measures[0], "4")
    meeting_leading.set_door(region, MARIT, round_.id, closed=False)
    come_in(region, round_)
    assert [guest.number for guest, _voice in meeting_leading.guests(region, MARIT, round_)] == [1, 2]


def test_a_round_without_guests_lets_none_in(region: Workspace) -> None:
    started = meeting_leading.start(region, MARIT, opened(region, guests=False).id)
    with pytest.raises(Conflict, match="bare de som er invitert"):
        meeting_guests.join(region, started.code, "business:")


def test_nobody_comes_in_or_answers_after_the_deadline(region: Workspace, round_: Round, clock: Clock) -> None:
    guest = come_in(region, round_)
    clock.forward(days=8)
    with pytest.raises(Conflict, match="ikke åpen"):
        meeting_guests.join(region, round_.code, "business:")
    with pytest.raises(Conflict, match="Fristen er ute"):
        answering.answer(region, guest, round_.id, round_.measures[0], "4")
    assert now_of(region, round_).state == "closed", "a guest's late answer closes the round as anybody's does"


@pytest.mark.both_stores
def test_a_guest_who_should_not_be_there_is_taken_out_with_what_they_answered(
    region: Workspace, by_person: Round
) -> None:
    guest, other = come_in(region, by_person), come_in(region, by_person, "youth:")
    [measure] = by_person.measures
    for who, value in ((guest, "1"), (other, "5")):
        answering.answer(region, who, by_person.id, measure, value, "Nei." if value == "1" else "")
    with pytest.raises(Invalid):
        meeting_leading.remove_guest(region, MARIT, by_person.id, guest.guest, " ")
    removed = meeting_leading.remove_guest(region, MARIT, by_person.id, guest.guest, "Var her to ganger.")
    assert removed.removed == START and removed.removed_by == "marit"
    standing = service.standing(region, MARIT, by_person.id)
    assert set(standing.ballots[measure]) == {other.guest}
    assert standing.verdicts[measure].tally.blocks == ()
    assert standing.round.voices == by_person.voices + 1 == len(standing.electorate)
    kept = region.region(REGION).view().find(Ballot, {"round": by_person.id}, order="sequence")
    assert [(b.value, b.withdrawn, b.by) for b in kept][0::2] == [
        (1, False, f"guest:{guest.guest}"),
        (0, True, "marit"),
    ], "the answer is kept, and who took it back"
    [event] = events(region, "guests.removed")
    assert event.payload["why"] == "Var her to ganger." and event.payload["withdrawn"] == 1
    assert meeting_guests.guest_actor(region, REGION, by_person.id, guest.guest) is None
    with pytest.raises(Forbidden, match="tatt ut av møtet"):
        answering.answer(region, guest, by_person.id, measure, "5")
    with pytest.raises(Conflict, match="alt tatt ut"):
        meeting_leading.remove_guest(region, MARIT, by_person.id, guest.guest, "Igjen.")


def test_a_guest_of_another_round_is_not_there_to_remove(region: Workspace, round_: Round, by_person: Round) -> None:
    guest = come_in(region, by_person)
    with pytest.raises(NotFound):
        meeting_leading.remove_guest(region, MARIT, round_.id, guest.guest, "Feil runde.")
    with pytest.raises(Forbidden):
        meeting_leading.remove_guest(region, KARI, by_person.id, guest.guest, "Får ikke lov.")


def test_a_guest_may_answer_one_round_and_see_nothing_else(region: Workspace, round_: Round, by_person: Round) -> None:
    guest = come_in(region, round_)
    allowed = {action for action in Action if can(guest, action, round_)}
    assert allowed == {Action.ANSWER_ROUND, Action.READ_ROUND}
    assert not any(can(guest, action) or can(guest, action, by_person) for action in Action)
    with pytest.raises(Forbidden):
        answering.answer(region, guest, by_person.id, by_person.measures[0], "4")
    for look in (
        lambda: service.standing(region, guest, round_.id),
        lambda: service.get(region, guest, by_person.id),
        lambda: service.listing(region, guest),
        lambda: measures.get(region, guest, round_.measures[0]),
        lambda: meeting_wall.wall(region, guest, round_.id),
        lambda: meeting_leading.guests(region, guest, round_),
    ):
        with pytest.raises(Forbidden):
            look()


def test_a_name_of_a_guest_is_in_no_log(region: Workspace, by_person: Round) -> None:
    come_in(region, by_person, name="Per Ås")
    assert not any("Per Ås" in str(event.payload) for event in region.region(REGION).view().events())


def test_when_the_meeting_is_over_a_guest_is_a_stranger(region: Workspace, round_: Round) -> None:
    guest = come_in(region, round_)
    meeting_leading.change_code(region, MARIT, round_.id)
    assert meeting_guests.guest_actor(region, REGION, round_.id, guest.guest) is not None, "they stay with a new code"
    meeting_leading.end(region, MARIT, round_.id)
    assert meeting_guests.guest_actor(region, REGION, round_.id, guest.guest) is None
    for place in (("finnesikke", round_.id), (REGION, "x" * 26), (OTHER_REGION, round_.id)):
        assert meeting_guests.guest_actor(region, *place, guest.guest) is None


# -- The wall --


def test_the_wall_shows_how_it_stands_when_the_facilitator_says_so(region: Workspace, round_: Round) -> None:
    first, second = round_.measures
    answering.answer(region, KARI, round_.id, first, "2", "Vi trenger en avklaring.")
    answering.answer(region, BJORN, round_.id, first, "4")
    answering.answer(region, come_in(region, round_, "youth:", name="Per Ås"), round_.id, first, "5", "Bra!")
    hidden = meeting_wall.wall(region, ROLF, round_.id)
    assert (hidden.answered, hidden.voices, hidden.advisory) == (1, 2, 2)
    assert [(tile.name, tile.value, tile.answered) for tile in hidden.tiles] == [
        ("Havnsund", None, True),
        ("Skarfjord", None, False),
    ]
    assert (hidden.shown, hidden.bars, hidden.reasons, hidden.verdict, hidden.hands) == (False, (), (), None, ())
    assert [line.verdict for line in meeting_wall.overview(region, ROLF, round_.id)] == [None, None]
    meeting_leading.reveal(region, MARIT, round_.id)
    shown = meeting_wall.wall(region, ROLF, round_.id, first)
    assert [tile.value for tile in shown.tiles] == [2, None]
    assert [(bar.group, bar.counts) for bar in shown.bars] == [
        ("", ((5, 1), (4, 1))),
        ("group:business", ((4, 1),)),
        ("group:youth", ((5, 1),)),
    ]
    assert [(reason.name, reason.text) for reason in shown.reasons] == [("Havnsund", "Vi trenger en avklaring.")]
    assert shown.following == second and meeting_wall.wall(region, ROLF, round_.id, second).before == first
    assert meeting_leading.reveal(region, MARIT, round_.id, revealed=False).revealed is False
    assert meeting_wall.wall(region, ROLF, round_.id).shown is False


def test_a_hidden_round_shows_nothing_before_it_closes_whatever_is_revealed(region: Workspace) -> None:
    round_ = meeting_leading.start(region, MARIT, opened(region, visibility="hidden").id)
    [measure] = round_.measures
    answering.answer(region, KARI, round_.id, measure, "1", "Nei.")
    answering.answer(region, BJORN, round_.id, measure, "4")
    meeting_leading.reveal(region, MARIT, round_.id)
    for who in (MARIT, ROLF):
        wall = meeting_wall.wall(region, who, round_.id)
        assert not wall.shown and wall.answered == 1
        assert (wall.bars, wall.reasons, wall.verdict, wall.advisory) == ((), (), None, None)
        assert all(tile.value is None for tile in wall.tiles)
        assert meeting_wall.overview(region, who, round_.id)[0].verdict is None
    with pytest.raises(Conflict, match="skjult"):
        meeting_hands.count_hands(region, MARIT, round_.id, measure, "", {"4": "3"}, "Salen")
    life.close_round(region, MARIT, round_.id, "Ferdig.")
    assert [tile.value for tile in meeting_wall.wall(region, ROLF, round_.id).tiles] == [1, None]


def test_the_wall_of_persons_has_bars_and_no_names(region: Workspace, by_person: Round) -> None:
    [measure] = by_person.measures
    for place in ("business:", "business:", "youth:"):
        guest = come_in(region, by_person, place, name="Per Ås")
        answering.answer(region, guest, by_person.id, measure, "2", "Skriv mer om drift.")
    meeting_leading.reveal(region, MARIT, by_person.id)
    wall = meeting_wall.wall(region, ROLF, by_person.id)
    assert (wall.tiles, wall.reasons, wall.answered) == ((), (), 3)
    assert [(bar.group, bar.answers) for bar in wall.bars] == [("", 3), ("group:business", 2), ("group:youth", 1)]
    assert "Gjest" not in str((wall.bars, wall.reasons, wall.tiles))


def test_the_wall_counts_as_the_verdict_does(region: Workspace, round_: Round) -> None:
    """A condition that is met is the yes it said, on the wall too."""
    first, _second = round_.measures
    ballot = answering.answer(region, KARI, round_.id, first, "2", "At alle er med.", conditional=True)
    fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "Alle er med.")
    meeting_leading.reveal(region, MARIT, round_.id)
    assert meeting_wall.wall(region, ROLF, round_.id, first).tiles[0].value == 3


def test_where_points_are_given_who_gave_any_has_answered_on_the_wall_too(region: Workspace) -> None:
    round_ = opened(region, method="priority")
    answering.answer(region, KARI, round_.id, round_.measures[0], "3")
    wall = meeting_wall.wall(region, ROLF, round_.id, round_.measures[-1])
    assert wall.answered == 1 and wall.tiles[0].answered


def test_a_draft_has_no_wall(region: Workspace) -> None:
    measure = measures.create(region, AMUND, title="Kai", text="Vi bygger.")
    draft = life.create(region, MARIT, (measure.id,), title="Runde", closes=LATER)
    with pytest.raises(NotFound):
        meeting_wall.wall(region, MARIT, draft.id)


# -- Hands --


@pytest.mark.both_stores
def test_hands_are_kept_apart_and_can_be_corrected(region: Workspace, round_: Round) -> None:
    measure = round_.measures[0]
    answering.answer(region, KARI, round_.id, measure, "4")
    before = service.standing(region, MARIT, round_.id)
    wrong = meeting_hands.count_hands(region, MARIT, round_.id, measure, "business", {"4": "7"}, "Verkstedet")
    count = meeting_hands.count_hands(
        region, MARIT, round_.id, measure, "business", {"4": "8", "3": "4", "5": ""}, " Verkstedet "
    )
    assert (count.hands, count.counts[:3], count.source, count.name) == (
        12,
        ((5, 0), (4, 8), (3, 4)),
        "Verkstedet",
        "Marit",
    )
    hands = meeting_hands.hands_of(region, ROLF, round_)
    assert hands.standing == {measure: (count,)} and hands.earlier == {measure: (wrong,)}
    after = service.standing(region, MARIT, round_.id)
    assert (after.ballots, after.advice, after.verdicts) == (before.ballots, before.advice, before.verdicts)
    assert after.round.version == before.round.version + 2, "those who look are told"
    meeting_hands.take_back(region, MARIT, round_.id, count.id)
    hands = meeting_hands.hands_of(region, ROLF, round_)
    assert hands.standing == {} and [c.withdrawn for c in hands.earlier[measure]] == [True, False, False]
    assert [event.payload["counts"][1] for event in events(region, "hand_counts.entered")] == [[4, 7], [4, 8]]


@pytest.mark.parametrize(
    ("hands", "source", "fields"),
    [
        ({}, "Salen", {"hands-5"}),
        ({"4": "mange"}, "Salen", {"hands-4"}),
        ({"4": "-1", "3": "10001"}, "Salen", {"hands-4", "hands-3"}),
        ({"4": "3"}, " ", {"source"}),
    ],
)
def test_hands_are_numbers_from_somewhere(
    region: Workspace, round_: Round, hands: dict[str, str], source: str, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        meeting_hands.count_hands(region, MARIT, round_.id, round_.measures[0], "", hands, source)
    assert set(refused.value.errors) == fields
    assert region.region(REGION).view().find(HandCount) == []


def test_hands_are_entered_by_those_who_lead_while_it_matters(region: Workspace, round_: Round) -> None:
    measure = round_.measures[0]
    with pytest.raises(Forbidden):
        meeting_hands.count_hands(region, AMUND, round_.id, measure, "", {"4": "3"}, "Salen")
    with pytest.raises(Invalid):
        meeting_hands.count_hands(region, MARIT, round_.id, "x" * 26, "", {"4": "3"}, "Salen")
    with pytest.raises(Invalid):
        meeting_hands.count_hands(region, MARIT, round_.id, measure, "klubben", {"4": "3"}, "Salen")
    entered = meeting_hands.count_hands(region, MARIT, round_.id, measure, "", {"4": "3"}, "Salen")
    life.close_round(region, MARIT, round_.id, "Ferdig.")
    life.conclude(region, MARIT, round_.id, "Vi er enige.")
    with pytest.raises(Conflict):
        meeting_hands.take_back(region, MARIT, round_.id, entered.id)


def test_points_are_not_counted_by_hands(region: Workspace) -> None:
    round_ = opened(region, method="priority")
    with pytest.raises(Conflict, match="Poeng"):
        meeting_hands.count_hands(region, MARIT, round_.id, round_.measures[0], "", {"1": "3"}, "Salen")


# -- Methods --


@pytest.mark.parametrize(("method", "value", "kept"), [("endorsement", "-1", -1), ("priority", "4", 4)])
def test_a_guest_answers_every_method(region: Workspace, method: str, value: str, kept: int) -> None:
    round_ = meeting_leading.start(region, MARIT, opened(region, method=method, counted_by="person").id)
    guest = come_in(region, round_, "municipality:9001")
    answering.answer(region, guest, round_.id, round_.measures[0], value)
    meeting_leading.reveal(region, MARIT, round_.id)
    assert meeting_wall.wall(region, ROLF, round_.id).bars[0].counts == ((kept, 1),)


def test_counting_again_gives_the_same_after_guests_came_and_went(region: Workspace, by_person: Round) -> None:
    view = region.region(REGION).view()
    guests = [come_in(region, by_person) for _ in range(3)]
    for guest in guests:
        answering.answer(region, guest, by_person.id, by_person.measures[0], "4")
    meeting_leading.remove_guest(region, MARIT, by_person.id, guests[1].guest, "Feil møte.")
    view = region.region(REGION).view()
    count = counting.of(view, now_of(region, by_person))
    assert set(count.voices) == {v.id for v in view.find(Voice, {"round": by_person.id})}
    assert len(view.find(Guest, {"round": by_person.id}, order="number")) == 3
    assert count.verdicts[by_person.measures[0]].tally.answered == 2
    life.close_round(region, MARIT, by_person.id, "Ferdig.")
    verified = verifying.verify(region, MARIT, by_person.id)
    assert verified.agrees, verified.faults
