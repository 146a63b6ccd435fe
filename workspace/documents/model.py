"""A document of the knowledge base or the plan, and the versions of its text."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import ClassVar

import msgspec

from workspace.access import Audience
from workspace.clean import clean_line, is_blank
from workspace.errors import Invalid, Message, _
from workspace.record import By, Record

KINDS = ("interview", "analysis", "survey", "swot", "plan", "minutes", "note")
LANGUAGES = ("nb", "nn", "en")
LONGEST_TITLE = 200  # characters
LONGEST_TEXT = 1024 * 1024  # bytes
LONGEST_LEAVES = 8 * 1024 * 1024  # bytes of all pages of a file
MOST_TAGS = 30
LONGEST_TAG = 60  # characters
LONGEST_NOTE = 300  # characters
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WORD = re.compile(r"\w+(?:[-’']\w+)*")


PAGE_BREAK = "\f"  # stands between the pages or sheets of a file, and in no text that a person types


class File(msgspec.Struct, frozen=True, kw_only=True):
    """The file a document was brought in as, and how much of its text could be read."""

    name: str  # as people know it, and as it is downloaded
    digest: str  # of what is kept, among the region's blobs
    size: int  # bytes
    kind: str  # "pdf", "docx", "png" ... (extraction/kinds.py)
    state: str  # "read", "partial", "picture", or why its text can't be read (extraction/model.py)
    unit: str = ""  # "page" or "sheet" where the text is in leaves; else it flows
    leaves: int = 0  # how many of them we have
    of: int = 0  # how many the file has
    labels: tuple[str, ...] = ()  # the names of sheets
    bare: int = 0  # pages that are only pictures
    pictures: int = 0  # left out of the text
    title: str = ""  # what it calls itself, else its name


class Document(Record, frozen=True, kw_only=True):
    """What the region knows or writes: the current text is here, older ones are versions."""

    table: ClassVar[str] = "documents"
    indexes: ClassVar[tuple[By, ...]] = (
        By(order="changed_at"),
        By(order="title"),
        By(("audience",), order="changed_at"),
        By(("kind",), order="changed_at"),
        By(("kind",), order="title"),
        By(("ref",)),
        By(("digest",)),
        By(("attached_to",), order="title"),
    )
    blobs: ClassVar[tuple[str, ...]] = ("file.digest",)

    title: str
    kind: str = "note"
    text: str  # Markdown
    number: int = 1  # of the current text version
    language: str = "nb"  # "" when we don't know
    audience: Audience = Audience.REGION
    tags: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()  # numbers
    value_chain: str = ""
    date: str = ""  # ISO, what the document itself is dated
    ref: str = ""  # the id or path it was imported with
    file: File | None = None
    digest: str = ""  # SHA-256 of the file as it came
    attached_to: str = ""  # the document it is an attachment of
    words: int = 0
    created: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    changed_name: str = ""  # "" when it was imported

    @property
    def unit(self) -> str:
        """What its text comes in: "page", "sheet", or "" for a text that flows."""
        return self.file.unit if self.file is not None else ""

    @property
    def readable(self) -> bool:
        """Whether its text could be read. A picture has none to read."""
        return self.file is None or self.file.state in {"read", "partial", "picture"}

    def leaf(self, number: int) -> str:
        """The text of one page or sheet, from 1; "" for one there is none of."""
        return leaf(self.text, number)


def leaf(text: str, number: int) -> str:
    """One page or sheet of the text of a file, from 1; "" for one there is none of."""
    leaves = text.split(PAGE_BREAK) if text else []
    return leaves[number - 1] if 1 <= number <= len(leaves) else ""


class Version(Record, frozen=True, kw_only=True):
    """One version of a document's text; the text itself is a blob. The id is `<document>:<number>`."""

    table: ClassVar[str] = "document_versions"
    indexes: ClassVar[tuple[By, ...]] = (By(("document",), order="number"),)
    blobs: ClassVar[tuple[str, ...]] = ("digest", "file.digest")

    document: str
    number: int
    title: str
    digest: str  # of the text among the region's blobs
    note: str = ""  # what was changed, in the writer's words
    file: File | None = None  # the edition of the file it was read from
    words: int = 0
    by: str
    name: str = ""
    at: datetime


def version_id(document: str, number: int) -> str:
    """The id of a document's version."""
    return f"{document}:{number}"


def count_words(text: str) -> int:
    """How many words a text has."""
    return sum(1 for _word in _WORD.finditer(text))


def is_date(text: str) -> bool:
    """Whether this is a day of the calendar as ISO 8601 writes it: 2026-11-23."""
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def split_tags(text: str) -> tuple[str, ...]:
    """Tags as typed, with commas between: trimmed, without doubles, in the order typed."""
    tags = (clean_line(tag) for tag in text.split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def check(document: Document) -> Document:
    """The document, if it may be kept as it is. Raises Invalid naming each field that may not."""
    errors: dict[str, Message] = {}
    if is_blank(document.title):
        errors["title"] = _("Skriv en tittel.")
    elif len(document.title) > LONGEST_TITLE:
        errors["title"] = _(
            "Tittelen har %(count)s tegn. Grensen er %(limit)s.", count=len(document.title), limit=LONGEST_TITLE
        )
    if is_blank(document.text) and document.file is None:
        errors["text"] = _("Skriv en tekst.")
    elif len(document.text.encode()) > (LONGEST_LEAVES if document.unit else LONGEST_TEXT):
        errors["text"] = _("Teksten er for lang. Grensen er 1 MB. Del den i flere dokumenter.")
    errors |= _errors_about(document)
    if errors:
        raise Invalid(errors)
    return document


def _errors_about(document: Document) -> dict[str, Message]:
    """What is wrong with what is said about the text."""
    errors: dict[str, Message] = {}
    if document.kind not in KINDS:
        errors["kind"] = _("Velg hva slags dokument dette er.")
    if document.language and document.language not in LANGUAGES:
        errors["language"] = _("Velg språk.")
    if document.date and not is_date(document.date):
        errors["date"] = _("Skriv datoen som dag, måned og år.")
    if len(document.value_chain) > LONGEST_TAG:
        errors["value_chain"] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_TAG)
    if len(document.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in document.tags):
        errors["tags"] = _(
            "Bruk høyst %(count)s emneord, hvert på høyst %(limit)s tegn.", count=MOST_TAGS, limit=LONGEST_TAG
        )
    return errors
