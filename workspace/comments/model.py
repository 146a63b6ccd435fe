"""A thread tied to a passage of a document's version, and the comments in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, NamedTuple

import msgspec

from workspace.access import Actor, Audience
from workspace.clean import clean_line, is_blank
from workspace.errors import Conflict, Invalid, _
from workspace.record import By, Record

LONGEST = 20_000  # characters
LONGEST_BYTES = 64 * 1024
LONGEST_QUOTE = 1_000  # characters
LONGEST_REASON = 4_000  # characters
LONGEST_LINE = 200  # characters of a party, a name or a source

KINDS = ("question", "suggestion", "objection", "support", "knowledge")  # what a comment is; "" where nobody said
TAKEN_IN, NOT_TAKEN_IN = "taken_in", "not_taken_in"
OUTCOMES = (TAKEN_IN, NOT_TAKEN_IN)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step in the life of a thread. It stays when a later one takes its place, so that all can see what was said."""

    what: str  # "answered", "resolved", "reopened", TAKEN_IN or NOT_TAKEN_IN
    at: datetime
    by: str
    name: str
    reason: str = ""
    led_to: int = 0


class Thread(Record, frozen=True, kw_only=True):
    """A talk about a passage. Where it is tied never changes: block, start and end in the text of one version.

    Where it stands in later versions is in that version's Placements. Its state goes open -> answered -> taken in or
    not taken in, with a reason (or plainly resolved) -> and may be opened again.
    """

    table: ClassVar[str] = "threads"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("document",), order="opened"),
        By(("about",), order="opened"),
        By(("municipality",), order="opened"),
    )

    document: str = ""  # the document it is about, or
    about: str = ""  # what else: "measure:<id>", "outcome:<id>"
    number: int  # of that text's version
    page: int = 0  # of a file that has pages or sheets, from 1
    block: int  # of the paragraph in that version (and on that page), from 1
    start: int = 0  # the passage in the paragraph's text; start = end for the whole paragraph
    end: int = 0
    quote: str = ""  # the passage's words, "" for the whole paragraph
    block_text: str = ""  # the paragraph as it was
    audience: Audience = Audience.REGION
    by: str
    municipality: str | None = None
    opened: datetime
    resolved: datetime | None = None
    resolved_by: str = ""
    resolved_name: str = ""
    kind: str = ""  # of KINDS
    answered: datetime | None = None  # when staff first answered it
    answered_by: str = ""
    outcome: str = ""  # TAKEN_IN or NOT_TAKEN_IN once it is settled; "" where it is open, or plainly resolved
    reason: str = ""  # why
    led_to: int = 0  # the version of the text that it was taken in with
    comments: int = 0  # how many are in it; 0 where they were not counted when it was made
    last: datetime | None = None  # when the newest was posted
    steps: tuple[Step, ...] = ()  # what its life has been so far, oldest first
    serial: int = 0  # 1, 2, 3 ... among the threads of its text; 0 where they were not numbered when it was made

    @property
    def subject(self) -> str:
        """What it is about, as subject.find knows it."""
        return self.about or f"document:{self.document}"

    @property
    def state(self) -> str:
        """One of "open", "answered", "resolved", TAKEN_IN and NOT_TAKEN_IN."""
        if self.resolved is not None:
            return self.outcome or "resolved"
        return "answered" if self.answered is not None else "open"

    def answer(self, by: Actor, at: datetime) -> Thread:
        """The thread as answered. Raises Conflict when it is already, or is settled."""
        if self.state != "open":
            raise Conflict(_("Tråden er alt besvart."), current=self)
        return self._with("answered", by, at).changed(answered=at, answered_by=by.by)

    def settle(self, by: Actor, at: datetime, outcome: str, reason: str = "", led_to: int = 0) -> Thread:
        """The thread as taken in with a version of the text, or as not taken in, for a reason that all can see.

        Raises Invalid, and Conflict when it has an outcome: it must be opened again first.
        """
        if self.outcome:
            raise Conflict(_("Utfallet er alt satt. Åpne tråden igjen først."), current=self)
        check_outcome(outcome, reason)
        led_to = led_to if outcome == TAKEN_IN else 0
        return self._with(outcome, by, at, reason.strip(), led_to).changed(
            answered=self.answered or at,
            answered_by=self.answered_by or by.by,
            resolved=at,
            resolved_by=by.by,
            resolved_name=by.name,
            outcome=outcome,
            reason=reason.strip(),
            led_to=led_to,
        )

    def resolve(self, by: Actor, at: datetime) -> Thread:
        """The thread as resolved. Raises Conflict when it is already."""
        if self.resolved is not None:
            raise Conflict(_("Tråden er alt markert som løst."), current=self)
        return self._with("resolved", by, at).changed(resolved=at, resolved_by=by.by, resolved_name=by.name)

    def reopen(self, by: Actor, at: datetime) -> Thread:
        """The thread as open again: it waits for an answer anew. Raises Conflict when it is open."""
        if self.resolved is None:
            raise Conflict(_("Tråden er alt åpen."), current=self)
        return self._with("reopened", by, at).changed(
            resolved=None, resolved_by="", resolved_name="", outcome="", reason="", led_to=0, answered=None,
            answered_by="",
        )  # fmt: skip

    def classify(self, kind: str) -> Thread:
        """The thread as one of this kind, "" for none. Raises Invalid."""
        return self.changed(kind=check_kind(kind))

    def posted(self, at: datetime, comments: int) -> Thread:
        """The thread with one more comment; so many are in it with that."""
        return self.changed(comments=comments, last=at)

    def _with(self, what: str, by: Actor, at: datetime, reason: str = "", led_to: int = 0) -> Thread:
        step = Step(what=what, at=at, by=by.by, name=by.name, reason=reason, led_to=led_to)
        return self.changed(steps=(*self.steps, step))


class Comment(Record, frozen=True, kw_only=True):
    """One comment in a thread. The author's name and party are kept as they were when it was posted."""

    table: ClassVar[str] = "comments"
    indexes: ClassVar[tuple[By, ...]] = (By(("thread",), order="at"),)

    thread: str
    text: str  # Markdown: paragraphs, lists, emphasis and links
    by: str
    name: str
    party: str = ""  # the municipality or organisation the author spoke for
    group: str = ""  # "municipality", or the group of the organisation
    audience: Audience = Audience.REGION
    at: datetime
    edited: datetime | None = None
    withdrawn: datetime | None = None  # taken back by its author: the text is gone, the place in the thread stays
    removed: datetime | None = None  # taken away by those who lead, with a reason that is shown
    removed_by: str = ""
    removed_name: str = ""
    removed_reason: str = ""
    source: str = ""  # of a comment entered on somebody's behalf: the meeting or the letter it comes from
    entered_by: str = ""  # who entered it; `by` is then "", and `name` and `party` say whose it is
    entered_name: str = ""

    @property
    def gone(self) -> bool:
        """Whether it has been withdrawn or taken away: its place stays, its text is for nobody."""
        return self.withdrawn is not None or self.removed is not None

    @property
    def said(self) -> str:
        """The text as it may be shown, found, exported and sent: "" for one that is gone."""
        return "" if self.gone else self.text

    def edit(self, text: str, at: datetime) -> Comment:
        """The comment with another text. Raises Invalid, and Conflict when it is gone."""
        self.check_here()
        return self.changed(text=check_text(text), edited=at)

    def withdraw(self, at: datetime) -> Comment:
        """The comment as taken back by its author, its text erased. Raises Conflict when it is already."""
        if self.withdrawn is not None:
            raise Conflict(_("Kommentaren er alt trukket."), current=self)
        return self.changed(text="", withdrawn=at)

    def remove(self, by: Actor, at: datetime, reason: str) -> Comment:
        """The comment as taken away by those who lead, for a reason. Raises Invalid, and Conflict when it is gone."""
        self.check_here()
        if is_blank(reason):
            raise Invalid({"reason": _("Skriv hvorfor kommentaren fjernes. Alle får se det.")})
        check_reason(reason)
        return self.changed(removed=at, removed_by=by.by, removed_name=by.name, removed_reason=reason.strip())

    def restore(self) -> Comment:
        """The comment as put back. Raises Conflict when it was not taken away, or its author has withdrawn it."""
        if self.removed is None or self.withdrawn is not None:
            raise Conflict(_("Kommentaren er ikke fjernet."), current=self)
        return self.changed(removed=None, removed_by="", removed_name="", removed_reason="")

    def check_here(self) -> None:
        """Raise Conflict when the comment is gone."""
        if self.withdrawn is not None:
            raise Conflict(_("Kommentaren er trukket."), current=self)
        if self.removed is not None:
            raise Conflict(_("Kommentaren er fjernet av prosesslederen."), current=self)


class CommentText(Record, frozen=True, kw_only=True):
    """What a comment said before it was edited. It is erased when the comment is withdrawn."""

    table: ClassVar[str] = "comment_texts"
    indexes: ClassVar[tuple[By, ...]] = (By(("comment",), order="number"),)

    comment: str
    number: int  # 1 for the first
    text: str
    at: datetime  # when it was written


class Behalf(NamedTuple):
    """Whose comment it is, when it is entered by somebody else: from a meeting, or from a letter."""

    party: str = ""  # a municipality's name, or an organisation
    name: str = ""  # the person who said it, "" where it was the party
    source: str = ""


def check_behalf(behalf: Behalf) -> Behalf:
    """Whose comment it is, if it is said. Raises Invalid (fields `party` and `source`)."""
    found = Behalf(*(clean_line(value)[:LONGEST_LINE] for value in behalf))
    errors = {}
    if not found.party and not found.name:
        errors["party"] = _("Skriv hvem kommentaren kommer fra.")
    if not found.source:
        errors["source"] = _("Skriv hvor kommentaren kommer fra, for eksempel hvilket møte.")
    if errors:
        raise Invalid(errors)
    return found


def check_kind(kind: str) -> str:
    """A kind, or "" for none. Raises Invalid."""
    if kind and kind not in KINDS:
        raise Invalid({"kind": _("Velg en av typene, eller ingen.")})
    return kind


def check_outcome(outcome: str, reason: str) -> None:
    """Raise Invalid unless it is one, with its reason where it needs one."""
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": _("Velg om innspillet er tatt inn eller ikke.")})
    if outcome == NOT_TAKEN_IN and is_blank(reason):
        raise Invalid({"reason": _("Skriv hvorfor innspillet ikke er tatt inn. Alle får se det.")})
    check_reason(reason)


def check_reason(reason: str) -> None:
    """Raise Invalid when a reason is too long to be one."""
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            {
                "reason": _(
                    "Begrunnelsen har %(count)s tegn. Grensen er %(limit)s.", count=len(reason), limit=LONGEST_REASON
                )
            }
        )


def check_text(text: str) -> str:
    """The text of a comment, if it may be posted. Raises Invalid."""
    if is_blank(text):
        raise Invalid({"text": _("Skriv en kommentar.")})
    if len(text) > LONGEST or len(text.encode()) > LONGEST_BYTES:
        raise Invalid(
            {"text": _("Kommentaren har %(count)s tegn. Grensen er %(limit)s.", count=len(text), limit=LONGEST)}
        )
    return text.strip()


def passage(block_text: str, quote: str) -> tuple[int, int]:
    """Where the quoted words are in the paragraph; (0, 0) for the whole of it.

    White space may differ, as it does when words are pasted. Raises Invalid when the words are not there.
    """
    if is_blank(quote):
        return 0, 0
    found = re.search(r"\s+".join(re.escape(word) for word in quote.split()), block_text)
    if found is None:
        raise Invalid({"quote": _("Ordene finnes ikke i avsnittet. Kopier dem derfra, eller la feltet stå tomt.")})
    return found.span()
