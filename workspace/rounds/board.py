"""What the board of a round shows, worked out: its rows in the order asked for, its figures, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workspace.clean import alphabetical
from workspace.measures.model import Measure
from workspace.regions.model import Municipality
from workspace.rounds import counting, names, parties
from workspace.rounds.scale import NO, RESERVATION
from workspace.rounds.service import Standing
from workspace.rounds.verdict import REACHED, Outcome, Verdict
from workspace.translation import gettext, ngettext

ORDERS = ("number", "agreement", "outcome")
MOST_NAMED = 60  # persons who have not answered; of more, the number
_ACT_FIRST = (
    Outcome.BLOCKED, Outcome.NO_CONSENSUS, Outcome.NOT_ENDORSED, Outcome.WITH_RESERVATIONS, Outcome.WAITING,
    Outcome.CONSENSUS, Outcome.ENDORSED, Outcome.SENSED, Outcome.RANKED,
)  # fmt: skip


class Row(NamedTuple):
    """A measure on the board."""

    measure: Measure
    verdict: Verdict | None  # None while it is hidden
    agreement: float | None
    given: Mapping[str, int]  # by voice, as it counts
    before: Mapping[str, int]  # by voice: which version of the text an answer that waits to be confirmed was given to
    values: list[int]  # all answers that count
    advice: list[int]
    by_municipality: Mapping[str, list[int]]  # in a round by person
    by_group: Mapping[str, list[int]]


def orders(found: Standing) -> tuple[str, ...]:
    """In which orders the board can be shown: by what is hidden, nothing is sorted."""
    if not found.shown:
        return ("number",)
    has_figure = found.round.method != "priority" and not found.round.is_anonymous
    return tuple(order for order in ORDERS if order != "agreement" or has_figure)


def rows(found: Standing, order: str) -> list[Row]:
    """The measures of a round in an order; what the board can't be sorted by is sorted by number."""
    made = [_row(found, measure) for measure in found.measures]
    if order not in orders(found):
        return made
    if order == "agreement":
        return sorted(made, key=lambda row: -(row.agreement or 0))
    return sorted(made, key=_urgency) if order == "outcome" else made


def _urgency(row: Row) -> tuple[int, int]:
    """What needs something done comes first; where points are given, the one with the most."""
    if row.verdict is None:
        return (0, 0)
    return (_ACT_FIRST.index(row.verdict.outcome), row.verdict.score.rank if row.verdict.score else 0)


def _row(found: Standing, measure: Measure) -> Row:
    id, by_person = measure.id, found.round.by_person and found.shown
    return Row(
        measure=measure,
        verdict=found.verdicts.get(id),
        agreement=parties.agreement(found, id),
        given=parties.own(found, id),
        before={voice: ballot.text_version for voice, ballot in found.before.get(id, {}).items()},
        values=parties.all_values(found, id),
        advice=[ballot.value for ballot in found.advice.get(id, ())],
        by_municipality=parties.by_municipality(found, id) if by_person else {},
        by_group=parties.by_organisation(found, id) if by_person else {},
    )


# -- Figures at the top --


class Figure(NamedTuple):
    """A number at the top of the board, and what is said of it."""

    title: str
    number: int
    whole: int | None
    note: str


def figures(found: Standing) -> list[Figure]:
    """The figures at the top of the board, as far as they may be seen."""
    return [_answers(found), *(_shown(found) if found.shown else ())]


def _answers(found: Standing) -> Figure:
    done, expected = found.progress
    title = gettext("Svar") if found.round.by_person else gettext("Svar fra kommunene")
    return Figure(str(title), done, expected, str(gettext("%(count)s gjenstår", count=expected - done)))


def _shown(found: Standing) -> list[Figure]:
    made = []
    if not found.round.by_person:
        voters = {ballot.voter for given in found.advice.values() for ballot in given}
        count = sum(map(len, found.advice.values()))
        note = ngettext("fra én person, telles for seg", "fra %(num)s personer, telles for seg", len(voters))
        title = str(gettext("Rådgivende svar"))
        made.append(Figure(title, count, None, str(note if count else gettext("telles for seg"))))
    if found.round.method == "priority":
        return [*made, _points(found)]
    return [*made, _reached(found), _objections(found)]


def _points(found: Standing) -> Figure:
    scores = [verdict.score for verdict in found.verdicts.values() if verdict.score]
    given, possible = sum(score.points for score in scores), max((score.possible for score in scores), default=0)
    note = ngettext("ett tiltak har fått poeng", "%(num)s tiltak har fått poeng", sum(s.points > 0 for s in scores))
    return Figure(str(gettext("Poeng gitt")), given, possible, str(note))


def _reached(found: Standing) -> Figure:
    outcomes = {measure.code: found.verdicts[measure.id].outcome for measure in found.measures}
    reached = [outcome for outcome in outcomes.values() if outcome in REACHED]
    if found.round.method == "endorsement":
        no = sum(outcome is Outcome.NOT_ENDORSED for outcome in outcomes.values())
        title = gettext("Tilslutning så langt") if found.round.state == "open" else gettext("Tilslutning")
        note = ngettext("ett uten tilslutning", "%(num)s uten tilslutning", no)
        return Figure(str(title), len(reached), len(outcomes), str(note))
    title = gettext("Konsensus så langt") if found.round.state == "open" else gettext("Konsensus")
    reserved = reached.count(Outcome.WITH_RESERVATIONS)
    note = (
        ngettext("ett med forbehold", "%(num)s med forbehold", reserved) if reserved else gettext("ingen med forbehold")
    )
    blocked = [code for code, outcome in outcomes.items() if outcome is Outcome.BLOCKED]
    if len(blocked) == 1:
        note = gettext("%(reservations)s, %(code)s er blokkert", reservations=note, code=blocked[0])
    elif blocked:
        note = gettext("%(reservations)s, %(count)s er blokkert", reservations=note, count=len(blocked))
    return Figure(str(title), len(reached), len(outcomes), str(note))


def _objections(found: Standing) -> Figure:
    """Reservations whose condition is not met; where one says yes or no, the answers that say no."""
    if found.round.method == "endorsement":
        by_measure = [list(parties.own(found, id).values()).count(NO) for id in found.round.measures]
        title, done = gettext("Nei-svar"), ""
    else:
        by_measure = [list(parties.own(found, id).values()).count(RESERVATION) for id in found.round.measures]
        title, done = gettext("Åpne forbehold"), _met(found)
    note = ngettext("på ett tiltak", "på %(num)s tiltak", sum(count > 0 for count in by_measure))
    return Figure(
        str(title), sum(by_measure), None, f"{note}{done}" if sum(by_measure) else str(gettext("ingen")) + done
    )


def _met(found: Standing) -> str:
    given = [ballot for ballots in found.ballots.values() for ballot in ballots.values()]
    met = sum(ballot.value != counting.value_of(ballot, found.met) for ballot in given)
    return ". " + str(ngettext("Ett vilkår er oppfylt", "%(num)s vilkår er oppfylt", met)) if met else ""


# -- Who is missing --


class Missing(NamedTuple):
    """Who has not answered everything: municipalities or persons, or groups with how many of them have."""

    name: str
    done: int
    whole: int


def left(found: Standing, municipalities: Sequence[Municipality]) -> dict[str, int]:
    """How many measures each municipality has not answered, by its number."""
    return {one.id: len(found.round.items) - _done(found, one.id) for one in municipalities}


def complete(found: Standing, municipalities: Sequence[Municipality]) -> list[Municipality]:
    """The municipalities that have answered everything."""
    return [one for one in municipalities if not left(found, [one])[one.id]]


def missing(found: Standing, municipalities: Sequence[Municipality], *, leads: bool) -> list[Missing]:
    """Who has not answered everything. Those who lead see first who has the most left, and persons by name; others
    see municipalities by the alphabet, and persons as numbers."""
    if not found.round.by_person:
        left = [(one.name, _done(found, one.id)) for one in municipalities]
        return _sorted([Missing(name, done, len(found.round.items)) for name, done in left], leads)
    if leads:
        people = [Missing(found.names[id], _done(found, id), len(found.round.items)) for id in found.electorate]
        return _sorted(people, leads)
    groups: dict[str, list[bool]] = {}
    for id, voice in found.voices.items():
        groups.setdefault(parties.group_of(voice) or "group:other", []).append(
            _done(found, id) == len(found.round.items)
        )
    known = {one.id: one.name for one in municipalities}
    made = [Missing(names.party(group, known), sum(done), len(done)) for group, done in groups.items()]
    return sorted(made, key=lambda one: alphabetical(one.name))


def without_voice(found: Standing, municipalities: Sequence[Municipality]) -> list[str]:
    """The municipalities of an open round that have something left and nobody who answers, by name."""
    if found.round.by_person or found.round.state != "open":
        return []
    return [
        one.name for one in municipalities if not one.is_answered_for and _done(found, one.id) < len(found.round.items)
    ]


def _sorted(found: list[Missing], leads: bool) -> list[Missing]:
    return [one for one in (sorted(found, key=lambda one: one.done) if leads else found) if one.done < one.whole]


def _done(found: Standing, voice: str) -> int:
    """How many measures a voice has answered."""
    done = found.answered.get(voice, frozenset())
    return sum(counting.is_answered(found.round, done, id) for id in found.round.measures)
