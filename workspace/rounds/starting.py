"""What the outcome of a round does with its measures: those with consensus are agreed, and some begin at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workspace.access import Actor
from workspace.errors import Invalid, _
from workspace.measures.life import move
from workspace.measures.model import Measure
from workspace.rounds.model import Round
from workspace.rounds.verdict import REACHED, Outcome, Verdict
from workspace.store.port import Transaction

BEFORE_AGREED = frozenset({"idea", "proposed"})  # a measure that has come further stays where it is
MAY_START = frozenset({"agreed", "adopted"})


def is_agreed(round_: Round, measure: Measure, verdict: Verdict | None) -> bool:
    """Whether the round has agreed on the measure as it is worded now. Votes are bound to a wording: a text that was
    changed after the close is one that nobody has taken a stand on."""
    is_same = measure.text_version == round_.text_version(measure.id)
    return is_same and verdict is not None and verdict.outcome in REACHED


def can_start(round_: Round, measure: Measure, verdict: Verdict | None) -> bool:
    """Whether the outcome may start a measure: it has consensus, or was agreed on before and is not blocked now, and
    has not begun."""
    if verdict is not None and verdict.outcome is Outcome.BLOCKED:
        return False
    return measure.status in MAY_START or (is_agreed(round_, measure, verdict) and measure.status in BEFORE_AGREED)


def agree_and_start(
    tx: Transaction, actor: Actor, round_: Round, verdicts: Mapping[str, Verdict], at: datetime
) -> None:
    """Set the status of the measures of a concluded round, in its transaction. Raises Invalid (field `starts`)."""
    for id in round_.measures:
        measure = tx.get(Measure, id)
        if measure is None:
            continue
        verdict = verdicts.get(id)
        starts = id in round_.starts
        if starts and measure.status != "started" and not can_start(round_, measure, verdict):
            if verdict is not None and verdict.outcome in REACHED and not is_agreed(round_, measure, verdict):
                raise Invalid(
                    {"starts": _("%(code)s er endret etter at runden ble lukket. Lag en ny runde.", code=measure.code)}
                )
            raise Invalid({"starts": _("%(code)s har ikke konsensus, og kan ikke startes nå.", code=measure.code)})
        if is_agreed(round_, measure, verdict) and measure.status in BEFORE_AGREED:
            measure = move(tx, actor, measure, "proposed", at) if measure.status == "idea" else measure
            measure = move(tx, actor, measure, "agreed", at)
        if starts and measure.status != "started":
            move(tx, actor, measure, "started", at)
