"""Priority (prioritering): each voice has the same number of points to spread over the round's measures (R-101).

It need not use them all, and may give at most so many to one. Shown: the order, and how far the voices lie apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workspace.errors import Invalid, _
from workspace.rounds.methods.method import Answers, Settings, Translate
from workspace.rounds.scale import Step
from workspace.rounds.verdict import Outcome, Score, Tally, Verdict

NAME = "priority"
LABEL = _("Prioritering")
EXPLAINED = _("Hver får poeng å fordele på tiltakene.")
SCALE: tuple[Step, ...] = ()


def parse(value: str, settings: Settings, given: Mapping[str, int]) -> int:
    """A number of points, 0 too. Raises Invalid for more than may be given, to one measure or in all."""
    if not (value.isascii() and value.isdigit() and len(value) <= 4):
        raise Invalid({"value": _("Skriv antall poeng som et helt tall, 0 for ingen.")})
    points = int(value)
    if points > settings.most_points:
        raise Invalid({"value": _("Høyst %(most)s poeng på ett tiltak.", most=settings.most_points)})
    left = settings.points - sum(given.values())
    if points > left:
        raise Invalid({"value": _("Du har %(left)s poeng igjen å fordele.", left=max(0, left))})
    return points


def judge(electorate: Sequence[str], answers: Answers, settings: Settings) -> dict[str, Verdict]:
    """The measures in order of their points; equal points share a rank. A voice that gave any answer has answered."""
    voices = sorted(set(electorate))
    answered = {voice for given in answers.values() for voice in given} & set(voices)
    is_enough = bool(voices) and len(answered) >= settings.rule.quorum * len(voices)
    points = {measure: {v: given.get(v, 0) for v in answered} for measure, given in answers.items()}
    totals = {measure: sum(given.values()) for measure, given in points.items()}
    return {
        measure: Verdict(
            Outcome.RANKED if is_enough else Outcome.WAITING,
            _counted(voices, answered, given),
            settings.rule,
            score=Score(
                points=totals[measure],
                rank=1 + sum(other > totals[measure] for other in totals.values()),
                measures=len(totals),
                given_by=sum(value > 0 for value in given.values()),
                highest=max(given.values(), default=0),
                lowest=min(given.values(), default=0),
                possible=settings.points * len(voices),
            ),
        )
        for measure, given in points.items()
    }


def _counted(voices: Sequence[str], answered: set[str], given: Mapping[str, int]) -> Tally:
    return Tally(
        voices=len(voices),
        answered=len(answered),
        stands=len(answered),
        supporting=sum(value > 0 for value in given.values()),
        reservations=(),
        blocks=(),
        abstained=(),
        missing=tuple(voice for voice in voices if voice not in answered),
        counts=tuple((value, list(given.values()).count(value)) for value in sorted(set(given.values()), reverse=True)),
    )


def because(verdict: Verdict, names: Mapping[str, str], by_person: bool, translate: Translate) -> str:
    """«14 av 90 poeng, fra 5 av de 9 som har svart. Mest fra én: 4, minst: 0.»"""
    score = verdict.score
    if score is None or verdict.tally.answered == 0:
        return translate(_("ingen har gitt poeng ennå."))
    values = {
        "points": score.points,
        "possible": score.possible,
        "given_by": score.given_by,
        "answered": verdict.tally.answered,
        "highest": score.highest,
        "lowest": score.lowest,
    }
    return translate(
        _(
            "%(points)s av %(possible)s poeng, fra %(given_by)s av de %(answered)s som har svart. "
            "Mest fra én: %(highest)s, minst: %(lowest)s.",
            **values,
        )
    )
