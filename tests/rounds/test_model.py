"""The life of a round, and what an answer may be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MARIT, START
from workspace.errors import Conflict, Invalid
from workspace.rounds.ballot import Ballot, check_answer
from workspace.rounds.model import Item, Round, check_draft

LATER = START + timedelta(days=7)


def draft(**fields: object) -> Round:
    usual = {
        "id": "r",
        "number": 1,
        "title": "Runde",
        "items": (Item(measure="m"),),
        "closes": LATER,
        "created_by": "marit",
    }
    return Round(**{**usual, **fields})  # type: ignore[arg-type]


def opened(**fields: object) -> Round:
    return draft(**fields).open({"m": 3}, ("9001", "9002"), START)


def test_opening_fixes_texts_and_electorate() -> None:
    round_ = opened()
    assert (round_.state, round_.electorate, round_.text_version("m")) == ("open", ("9001", "9002"), 3)


@pytest.mark.parametrize(
    ("fields", "electorate", "error"),
    [({"items": ()}, ("9001",), "measures"), ({"closes": START}, ("9001",), "closes"), ({}, (), "electorate")],
)
def test_what_can_not_be_opened_says_why(fields: dict, electorate: tuple[str, ...], error: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft(**fields).open({"m": 1}, electorate, START)
    assert error in refused.value.errors


def test_answers_are_taken_until_the_deadline_to_the_moment() -> None:
    round_ = opened()
    assert round_.take(LATER - timedelta(microseconds=1)).updates == round_.updates + 1
    for late in (LATER, LATER + timedelta(hours=1)):
        with pytest.raises(Conflict):
            round_.take(late)
        assert not round_.is_open(late)


def test_the_moves_of_a_round() -> None:
    """Every act in every state: what is not a move is refused."""
    closed = opened().close(MARIT, "Alle har svart.", START)
    states = {"draft": draft(), "open": opened(), "closed": closed, "concluded": closed.conclude("Enige.", "", START)}
    acts = {
        "open": lambda r: r.open({"m": 1}, ("9001",), START),
        "take": lambda r: r.take(START),
        "extend": lambda r: r.extend(LATER + timedelta(days=1), "Ferie", START),
        "close": lambda r: r.close(MARIT, "Alle har svart.", START),
        "reopen": lambda r: r.reopen(LATER, "En kommune manglet", START),
        "conclude": lambda r: r.conclude("Enige.", "", START),
    }
    allowed = {
        ("draft", "open"), ("open", "take"), ("open", "extend"), ("open", "close"), ("closed", "reopen"),
        ("closed", "conclude"),
    }  # fmt: skip
    for state, round_ in states.items():
        for act, move in acts.items():
            if (state, act) in allowed:
                assert move(round_).updates > round_.updates
            else:
                with pytest.raises(Conflict) as refused:
                    move(round_)
                assert refused.value.current == round_


def test_extending_and_reopening_need_a_reason_and_a_later_deadline() -> None:
    for act in (opened().extend, opened().close(MARIT, "Alle har svart.", START).reopen):
        with pytest.raises(Invalid) as refused:
            act(START - timedelta(days=1), "  ", START)
        assert set(refused.value.errors) == {"closes", "reason"}


def test_an_outcome_needs_words() -> None:
    with pytest.raises(Invalid):
        opened().close(MARIT, "Alle har svart.", START).conclude(" \u200d", "", START)


@pytest.mark.parametrize("value", ["2", "1"])
@pytest.mark.parametrize("reason", ["", "  ", "\u3164"])
def test_a_reservation_and_a_block_need_a_reason(value: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_answer(opened(), value, reason, {})
    assert str(refused.value.errors["reason"]) == "Skriv en kort begrunnelse, minst én setning."


@pytest.mark.parametrize("value", ["5", "4", "3", "0"])
def test_the_others_may_stand_without(value: str) -> None:
    assert check_answer(opened(), value, " ", {}) == (int(value), "")


@pytest.mark.parametrize("value", ["", "6", "-1", "abstain", "5.0", "٥", "55"])
def test_only_the_six_steps_are_answers(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_answer(opened(), value, "fordi", {})
    assert "value" in refused.value.errors


def test_a_reason_has_a_limit() -> None:
    assert check_answer(opened(), "3", "x" * 5_000, {})[1] == "x" * 5_000
    with pytest.raises(Invalid, match="5001"):
        check_answer(opened(), "3", "x" * 5_001, {})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"visibility": "secret"}, "visibility"),
        ({"quorum": "2"}, "quorum"), ({"support": "mye"}, "support"), ({"max_reservations": -1}, "max_reservations"),
    ],
)  # fmt: skip
def test_a_draft_is_checked(fields: dict, error: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_draft(draft(**fields))
    assert error in refused.value.errors


def test_a_hidden_round_shows_nothing_until_it_closes() -> None:
    round_ = opened(visibility="hidden")
    assert not round_.shows_standpoints()
    assert round_.close(MARIT, "Alle har svart.", START).shows_standpoints()
    assert opened().shows_standpoints()


def test_the_logs_digest_of_a_ballot_depends_on_all_that_counts_and_shows_nothing() -> None:
    usual = {
        "id": "b",
        "round": "r",
        "measure": "m",
        "text_version": 1,
        "sequence": 1,
        "voter": "municipality:9001",
        "by": "kari",
        "name": "Kari",
        "at": START,
    }
    digests = {Ballot(**usual, value=value, reason=reason).digest for value in range(6) for reason in ("", "x")}
    assert len(digests) == 12
    assert all(len(digest) == 64 for digest in digests)
