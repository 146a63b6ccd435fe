"""The five steps of a standpoint, and standing aside (method "consensus").

The words are those of the language page; their meanings are for one who answers for a municipality.
"""

from __future__ import annotations

from typing import NamedTuple

from workspace.errors import Message, _

ABSTAIN = 0
CAN_LIVE_WITH = 3


class Step(NamedTuple):
    """One step: its value (5 to 1, 0 to abstain), its word, and what it means."""

    value: int
    label: Message
    meaning: Message

    @property
    def needs_reason(self) -> bool:
        """Whether a reason must be given: «Hva skal til?»."""
        return self.value in {1, 2}


SCALE = (
    Step(5, _("Full støtte"), _("Vi vil arbeide aktivt for tiltaket")),
    Step(4, _("Støtte"), _("Vi er enige")),
    Step(3, _("Kan leve med"), _("Ikke vårt førstevalg, men vi står ikke i veien")),
    Step(2, _("Forbehold"), _("Vi trenger en endring eller avklaring")),
    Step(
        1,
        _("Blokkerer"),
        _(
            "Vi kan ikke stille oss bak tiltaket, og sier hvorfor. "
            "Stopper konsensus i runden, ikke vedtak i kommunestyrene."
        ),
    ),
    Step(ABSTAIN, _("Avstår"), _("Vi tar ikke stilling")),
)
STEPS = {step.value: step for step in SCALE}
