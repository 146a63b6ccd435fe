"""Counting the ballots of a round: once after each that is cast, for all who look at the round until the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace.kept import Kept
from workspace.rounds.model import Ballot, Round
from workspace.rounds.verdict import Verdict, judge, tally
from workspace.store.port import View


class Count(NamedTuple):
    """The ballots of a round, counted."""

    ballots: Mapping[str, Mapping[str, Ballot]]  # of municipalities: by measure, then by municipality
    advice: Mapping[str, tuple[Ballot, ...]]  # by measure
    verdicts: Mapping[str, Verdict]  # by measure
    answered: Mapping[str, frozenset[str]]  # by municipality: the measures it has answered
    last: str  # the id of the ballot that was cast last, "" for none


_counts: Kept[Count] = Kept(100)


def of(view: View, round_: Round) -> Count:
    """Count a round. Ballots are only ever added, so the newest one tells which there are before it."""
    last = view.first(Ballot, {"round": round_.id}, order="sequence", descending=True)
    made_of = (round_, last)
    return _counts.get(made_of) or _counts.put(
        made_of, _counted(round_, _newest(view, round_), last.id if last is not None else "")
    )


def _counted(round_: Round, newest: Mapping[str, Mapping[str, Ballot]], last: str) -> Count:
    own = {id: {b.municipality: b for b in given.values() if b.counts} for id, given in newest.items()}
    values = {id: {number: ballot.value for number, ballot in given.items()} for id, given in own.items()}
    rule = round_.rule
    return Count(
        own,
        {id: tuple(b for b in given.values() if not b.counts) for id, given in newest.items()},
        {id: judge(tally(round_.electorate, given), rule) for id, given in values.items()},
        {number: frozenset(id for id, given in own.items() if number in given) for number in round_.electorate},
        last,
    )


def _newest(view: View, round_: Round) -> dict[str, dict[str, Ballot]]:
    """The ballots that count: of each measure and voter the last, given to the version the round is about."""
    newest: dict[str, dict[str, Ballot]] = {id: {} for id in round_.measures}
    versions = {item.measure: item.text_version for item in round_.items}
    for ballot in view.find(Ballot, {"round": round_.id}, order="sequence"):
        if versions.get(ballot.measure) == ballot.text_version:
            newest[ballot.measure][ballot.voter] = ballot
    return newest
