"""An answer to a hearing, in parts: on the whole text, on a question, on a chapter; and what was made of each."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record

LONGEST = 60_000  # characters of one part
LONGEST_BYTES = 180_000  # of all of them: a form holds no more
LONGEST_NAME = 120  # characters
LONGEST_ASSESSMENT = 5_000
MOST_PARTS = 200
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")

FORM, ACCOUNT, EMAIL, LETTER, MEETING = "form", "account", "email", "letter", "meeting"
SOURCES = (FORM, ACCOUNT, EMAIL, LETTER, MEETING)
BY_HAND = (EMAIL, LETTER, MEETING)  # what staff enter
TAKEN_IN, PARTLY, NOT_TAKEN_IN, NOTED = "taken_in", "partly", "not_taken_in", "noted"
OUTCOMES = (TAKEN_IN, PARTLY, NOT_TAKEN_IN, NOTED)
WHOLE = ""  # what a part is about, when it is all of the text


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says about one thing, and what staff made of it."""

    about: str = WHOLE  # or "q<number>" of a question, "b<block>" of a chapter's heading in the text sent out
    heading: str = ""  # the question's or the chapter's words, as they were
    text: str
    assessment: str = ""  # what staff think of it
    outcome: str = ""  # of OUTCOMES; "" where it is not assessed yet
    reason: str = ""  # why
    led_to: int = 0  # the version of the document in which its text was changed; 0 for none
    thread: str = ""  # a thread of the document that takes up the same
    assessed: datetime | None = None
    assessed_by: str = ""
    assessed_name: str = ""


class HearingAnswer(Record, frozen=True, kw_only=True):
    """One answer. Who it is from is what they say themselves."""

    table: ClassVar[str] = "hearing_answers"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("hearing",), order="received"),
        By(("hearing", "person"), order="received"),
        By(("code",)),
    )

    hearing: str
    number: int  # 1, 2, 3 ... in the hearing
    name: str = ""
    party: str = ""  # the organisation or body they answer for; "" for themselves
    role: str = ""
    municipality: str = ""  # its number, where they belong to one of the region
    group: str = ""  # of one with an account
    email: str = ""  # for staff alone
    parts: tuple[Part, ...]
    received: datetime
    source: str
    person: str = ""  # of one with an account
    entered_by: str = ""  # who entered what came by e-mail, letter or in a meeting
    entered_name: str = ""
    code: str = ""  # what its receipt is known by, hashed
    edited: datetime | None = None
    withdrawn: datetime | None = None  # taken back: the text is gone, that there was an answer stays

    @property
    def who(self) -> str:
        """Whom it is from, in a line."""
        return ", ".join(part for part in (self.party, self.name) if part)

    @property
    def is_assessed(self) -> bool:
        """Whether staff have said what came of all of it."""
        return all(part.outcome for part in self.parts)

    def rewrite(self, parts: tuple[Part, ...], at: datetime, **about: str) -> HearingAnswer:
        """The answer with another text. What staff made of a part that is the same stands. Raises Conflict."""
        self._check_stands()
        known = {(part.about, part.text): part for part in self.parts}
        return self.changed(parts=tuple(known.get((part.about, part.text), part) for part in parts), edited=at, **about)

    def withdraw(self, at: datetime) -> HearingAnswer:
        """The answer as taken back: nothing that it said is left, nor who said it but for whom. Raises Conflict."""
        self._check_stands()
        return self.changed(withdrawn=at, parts=(), email="", role="", name="")

    def assess(self, at_part: int, version: int, **said: object) -> HearingAnswer:
        """The answer with what staff made of one of its parts, from 0.

        `version` is the record's that they read. Raises Conflict with the answer as it is when that is stale.
        """
        self._check_stands()
        if self.version != version or not 0 <= at_part < len(self.parts):
            raise Conflict(current=self)
        part = msgspec.structs.replace(self.parts[at_part], **said)
        return self.changed(parts=(*self.parts[:at_part], check_assessment(part), *self.parts[at_part + 1 :]))

    def _check_stands(self) -> None:
        if self.withdrawn is not None:
            raise Conflict(_("Høringsuttalelsen er trukket."), current=self)


def check(answer: HearingAnswer) -> HearingAnswer:
    """The answer, if it may be kept. Raises Invalid naming each field that may not."""
    errors: dict[str, Message] = {}
    if is_blank(answer.name) and is_blank(answer.party):
        errors["name"] = _("Skriv navnet ditt.")
    for field in ("name", "party", "role"):
        if len(getattr(answer, field)) > LONGEST_NAME:
            errors[field] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_NAME)
    if answer.email and (len(answer.email) > LONGEST_NAME or not _EMAIL.fullmatch(answer.email)):
        errors["email"] = _("Skriv e-postadressen som navn@sted.no, eller la feltet stå tomt.")
    if answer.source not in SOURCES:
        errors["source"] = _("Velg hvordan høringsuttalelsen kom.")
    errors |= _errors_in(answer.parts)
    if errors:
        raise Invalid(errors)
    return answer


def _errors_in(parts: tuple[Part, ...]) -> dict[str, Message]:
    if not parts:
        return {"text": _("Skriv hva du mener, om hele teksten eller om et kapittel.")}
    too_long = {
        f"part-{part.about}" if part.about else "text": _(
            "Teksten har %(count)s tegn. Grensen er %(limit)s.", count=len(part.text), limit=LONGEST
        )
        for part in parts
        if len(part.text) > LONGEST
    }
    if not too_long and sum(len(part.text.encode()) for part in parts) > LONGEST_BYTES:
        return {"text": _("Svaret er for langt til å sendes her. Send det på e-post i stedet.")}
    return too_long


def check_assessment(part: Part) -> Part:
    """What staff made of a part, if it may be kept. Raises Invalid."""
    errors: dict[str, Message] = {}
    if part.outcome not in OUTCOMES:
        errors["outcome"] = _("Velg hva som er gjort med innspillet.")
    if part.outcome in {NOT_TAKEN_IN, PARTLY} and is_blank(part.reason):
        errors["reason"] = _("Skriv hvorfor innspillet ikke er tatt inn, eller bare delvis.")
    for field in ("assessment", "reason"):
        if len(getattr(part, field)) > LONGEST_ASSESSMENT:
            errors[field] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_ASSESSMENT)
    if errors:
        raise Invalid(errors)
    return part


def code_hash(code: str) -> str:
    """What a receipt's code is kept as: whoever reads the store can't use it. Case and hyphens don't count."""
    plain = re.sub(r"[^0-9a-z]", "", code.casefold())
    return hashlib.sha256(plain.encode()).hexdigest() if plain else ""
