"""Counting the ballots of a round: once after each that is cast, for all who look at the round until the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from workspace.kept import Kept
from workspace.rounds.ballot import Ballot, Voice, is_block
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.scale import CAN_LIVE_WITH, RESERVATION
from workspace.rounds.sealed import Sealed
from workspace.rounds.verdict import Outcome, Verdict
from workspace.store.port import View


class Count(NamedTuple):
    """The ballots of a round, counted."""

    ballots: Mapping[str, Mapping[str, Ballot]]  # of voices: by measure, then by voice
    advice: Mapping[str, tuple[Ballot, ...]]  # by measure
    verdicts: Mapping[str, Verdict]  # by measure
    answered: Mapping[str, frozenset[str]]  # by voice: the measures it has answered
    last: str  # the id of the ballot that was cast last, "" for none
    voices: Mapping[str, Voice]  # by id, in a round by person
    met: frozenset[str]  # ids of ballots whose condition is met
    before: Mapping[str, Mapping[str, Ballot]]  # given to an earlier text, and not yet confirmed: by measure and voice
    revealed: Mapping[str, Revealed] = {}  # by measure, in an anonymous round that has closed


_counts: Kept[Count] = Kept(100)


def of(view: View, round_: Round) -> Count:
    """Count a round. Ballots are only ever added, and whatever else counts (a sealed answer too) changes the round, so
    that the newest ballot and the round tell what there is."""
    newest = last(view, round_)
    made_of = (round_, newest)
    return _counts.get(made_of) or _counts.put(made_of, _counted(view, round_, newest))


def last(view: View, round_: Round) -> Ballot | None:
    """The ballot that was cast last in a round."""
    return view.first(Ballot, {"round": round_.id}, order="sequence", descending=True)


def electorate_of(round_: Round, voices: Mapping[str, Voice]) -> tuple[str, ...]:
    """Who has a voice: municipalities by number, or ids of persons' voices."""
    return tuple(voices) if round_.by_person else round_.electorate


def voices_of(view: View, round_: Round) -> dict[str, Voice]:
    """The voices of a round by person, by id; none in one by municipality."""
    return {voice.id: voice for voice in view.find(Voice, {"round": round_.id})} if round_.by_person else {}


def is_answered(round_: Round, done: Collection[str], measure: str) -> bool:
    """Whether a voice that has answered these measures has answered one of them: where points are given, a voice that
    has given any has given none to the others."""
    return bool(done) if round_.method == "priority" else measure in done


def progress(round_: Round, count: Count) -> tuple[int, int]:
    """How many answers of voices there are, and how many there would be if all answered everything."""
    electorate = electorate_of(round_, count.voices)
    if round_.method == "priority":
        return sum(bool(done) for done in count.answered.values()), len(electorate)
    return sum(map(len, count.answered.values())), len(round_.items) * len(electorate)


def _counted(view: View, round_: Round, last: Ballot | None) -> Count:
    if round_.is_anonymous:
        return _without_names(view, round_)
    voices = voices_of(view, round_)
    electorate = electorate_of(round_, voices)
    newest, before = _newest(round_, view.find(Ballot, {"round": round_.id}, order="sequence"))
    own = {id: {b.voice: b for b in given.values() if b.counts} for id, given in newest.items()}
    met = frozenset(mark.id for mark in view.find(ConditionMet, {"round": round_.id}) if mark.stands)
    values = {id: {voice: value_of(ballot, met) for voice, ballot in given.items()} for id, given in own.items()}
    earlier = {id: {b.voice: b for b in given.values() if b.counts} for id, given in before.items()}
    return Count(
        ballots=own,
        advice={id: tuple(b for b in given.values() if not b.counts) for id, given in newest.items()},
        verdicts=_asking_blockers(round_, round_.way.judge(electorate, values, round_.settings), earlier),
        answered={voice: frozenset(id for id, given in own.items() if voice in given) for voice in electorate},
        last=last.id if last is not None else "",
        voices=voices,
        met=met,
        before=earlier,
    )


def recounted(
    round_: Round, electorate: Sequence[str], ballots: Iterable[Ballot], met: frozenset[str]
) -> dict[str, Verdict]:
    """The verdicts on ballots, oldest first, as the round and its conditions stood: for counting again afterwards."""
    newest, before = _newest(round_, ballots)
    values = {
        id: {ballot.voice: value_of(ballot, met) for ballot in given.values() if ballot.counts}
        for id, given in newest.items()
    }
    earlier = {id: {b.voice: b for b in given.values() if b.counts} for id, given in before.items()}
    return _asking_blockers(round_, round_.way.judge(electorate, values, round_.settings), earlier)


def _asking_blockers(
    round_: Round, verdicts: dict[str, Verdict], before: Mapping[str, Mapping[str, Ballot]]
) -> dict[str, Verdict]:
    """The verdicts, with the answer of those awaited who blocked an earlier text: a new text lifts nobody's block."""
    if not round_.rule.blocks_stop:
        return verdicts
    return {
        id: verdict._replace(outcome=Outcome.WAITING)
        if verdict.outcome in (Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS)
        and any(is_block(round_, ballot) for ballot in before.get(id, {}).values())
        else verdict
        for id, verdict in verdicts.items()
    }


def value_of(ballot: Ballot, met: frozenset[str]) -> int:
    """What a ballot counts as: a «ja, hvis» whose condition is met is the yes it said."""
    return CAN_LIVE_WITH if ballot.value == RESERVATION and ballot.id in met else ballot.value


def _without_names(view: View, round_: Round) -> Count:
    """An anonymous round: who has answered, while it is open; what was answered, once it has closed."""
    voices = voices_of(view, round_)
    answered: dict[str, set[str]] = {id: set() for id in voices}
    for sealed in view.find(Sealed, {"round": round_.id}):
        answered.setdefault(sealed.voice, set()).add(sealed.measure)
    revealed = {found.measure: found for found in view.find(Revealed, {"round": round_.id})}
    values: dict[str, dict[str, int]] = {id: {} for id in round_.measures}
    for id, found in revealed.items():
        values[id] = {str(at): value for at, value in enumerate(found.values)}  # voices without names
    verdicts = round_.way.judge(tuple(voices), values, round_.settings)
    nothing: dict[str, dict[str, Ballot]] = {id: {} for id in round_.measures}
    return Count(
        ballots=nothing,
        advice={id: () for id in round_.measures},
        verdicts={id: _as_shown(verdict, revealed.get(id)) for id, verdict in verdicts.items()},
        answered={voice: frozenset(done) for voice, done in answered.items()},
        last="",
        voices=voices,
        met=frozenset(),
        before=nothing,
        revealed=revealed,
    )


def _as_shown(verdict: Verdict, revealed: Revealed | None) -> Verdict:
    """The numbers of a temperature; without the counts where they may not be shown, or could not be opened."""
    if revealed is not None and not revealed.is_hidden:
        return verdict
    answered = revealed.answers if revealed is not None else 0
    return verdict._replace(tally=verdict.tally._replace(answered=answered, counts=()))


def _newest(
    round_: Round, ballots: Iterable[Ballot]
) -> tuple[dict[str, dict[str, Ballot]], dict[str, dict[str, Ballot]]]:
    """The ballots that count, and those given to an earlier text that wait to be confirmed: of each measure and voter
    the last."""
    newest: dict[str, dict[str, Ballot]] = {id: {} for id in round_.measures}
    before: dict[str, dict[str, Ballot]] = {id: {} for id in round_.measures}
    items = {item.measure: item for item in round_.items}
    for ballot in ballots:
        item = items.get(ballot.measure)
        if item is None:
            continue
        counts = item.takes(ballot.text_version)
        if ballot.withdrawn:
            newest[ballot.measure].pop(ballot.voter, None)
            before[ballot.measure].pop(ballot.voter, None)
        elif counts:
            newest[ballot.measure][ballot.voter] = ballot
            before[ballot.measure].pop(ballot.voter, None)
        else:
            before[ballot.measure][ballot.voter] = ballot
    return newest, before
