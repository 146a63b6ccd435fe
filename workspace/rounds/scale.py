"""What may be answered, step by step, and the words for it.

The words are those of the language page; the meanings are for one who answers for a municipality.
"""

from __future__ import annotations

from typing import NamedTuple

from workspace.errors import Message, _

ABSTAIN = 0
CAN_LIVE_WITH = 3
RESERVATION = 2
BLOCK = 1
YES = 1  # of the method "endorsement"
NO = -1


class Step(NamedTuple):
    """One step: its value, its word, what it means, and what to write when one chooses it.

    Meaning and prompt may be reworded by the facilitator before a round opens; then they are plain text.
    """

    value: int
    label: Message
    meaning: Message | str
    prompt: Message | str
    needs_reason: bool = False


_WHY = _("Hvorfor?")
_WHAT_IT_TAKES = _("Hva skal til?")

SCALE = (
    Step(5, _("Full støtte"), _("Vi vil arbeide aktivt for tiltaket"), _("Hva kan dere bidra med?")),
    Step(4, _("Støtte"), _("Vi er enige"), _WHY),
    Step(3, _("Kan leve med"), _("Ikke vårt førstevalg, men vi står ikke i veien"), _("Hva ville gjort det bedre?")),
    Step(2, _("Forbehold"), _("Vi trenger en endring eller avklaring"), _WHAT_IT_TAKES, needs_reason=True),
    Step(
        1,
        _("Blokkerer"),
        _(
            "Vi kan ikke stille oss bak tiltaket, og sier hvorfor. "
            "Stopper konsensus i runden, ikke vedtak i kommunestyrene."
        ),
        _WHAT_IT_TAKES,
        needs_reason=True,
    ),
    Step(ABSTAIN, _("Avstår"), _("Vi tar ikke stilling"), _WHY),
)
STEPS = {step.value: step for step in SCALE}

ENDORSEMENT = (
    Step(YES, _("Ja"), _("Vi slutter oss til tiltaket"), _WHY),
    Step(NO, _("Nei"), _("Vi slutter oss ikke til tiltaket"), _WHAT_IT_TAKES),
    Step(ABSTAIN, _("Avstår"), _("Vi tar ikke stilling"), _WHY),
)
