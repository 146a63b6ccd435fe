"""What is said and done after a block, until the one who set it stands down or stands by it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.clean import is_blank
from workspace.errors import Invalid, Message, _
from workspace.record import By, Record

BY_LEADER = ("answer", "tried", "next")  # what those who lead write: an answer, what was tried, the next step
KINDS = (*BY_LEADER, "stands")  # and what the blocker does: stands by the block
LONGEST_TEXT = 5_000  # characters
LONGEST_HEADING = 200


class MediationNote(Record, frozen=True, kw_only=True):
    """One entry in the story of a block. Never changed: what comes later is a new one."""

    table: ClassVar[str] = "mediation_notes"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",), order="at"), By(("round", "measure"), order="at"))

    round: str
    measure: str
    kind: str  # one of KINDS
    voter: str = ""  # who stands by the block, as ballots name it
    heading: str = ""  # what was tried: «Samtale på nett, 45 minutter»
    text: str
    by: str
    name: str
    party: str = ""
    at: datetime


def check_note(note: MediationNote) -> MediationNote:
    """The entry, if it may be kept. Raises Invalid."""
    errors: dict[str, Message] = {}
    if note.kind not in KINDS:
        errors["kind"] = _("Velg hva du skriver om.")
    if is_blank(note.text) and note.kind != "stands":
        errors["text"] = _("Skriv minst én setning.")
    if len(note.text) > LONGEST_TEXT:
        errors["text"] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_TEXT)
    if len(note.heading) > LONGEST_HEADING:
        errors["heading"] = _("Overskriften er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_HEADING)
    if errors:
        raise Invalid(errors)
    return note
