"""A thread tied to a passage of a document's version, and the comments in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from workspace.access import Actor, Audience
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, _
from workspace.record import By, Record

LONGEST = 20_000  # characters
LONGEST_BYTES = 64 * 1024
LONGEST_QUOTE = 1_000  # characters


class Thread(Record, frozen=True, kw_only=True):
    """A talk about a passage. Where it is tied never changes: block, start and end in the text of one version."""

    table: ClassVar[str] = "threads"
    indexes: ClassVar[tuple[By, ...]] = (By(("document",), order="opened"), By(("municipality",), order="opened"))

    document: str
    number: int  # of the document's text version
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

    def resolve(self, by: Actor, at: datetime) -> Thread:
        """The thread as resolved. Raises Conflict when it is already."""
        if self.resolved is not None:
            raise Conflict(_("Tråden er alt markert som løst."), current=self)
        return self.changed(resolved=at, resolved_by=by.by, resolved_name=by.name)

    def reopen(self) -> Thread:
        """The thread as open again. Raises Conflict when it is open."""
        if self.resolved is None:
            raise Conflict(_("Tråden er alt åpen."), current=self)
        return self.changed(resolved=None, resolved_by="", resolved_name="")


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
