"""What an index keeps of an entry, whatever product it is on."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import msgspec

from workspace.access import Audience
from workspace.search import analysis
from workspace.search.port import Entry

FORMAT = f"4 {analysis.fingerprint()} {' '.join(sorted(Audience))}"  # another one means: to be made again


TITLED = ("document", "measure")  # kinds that can be found by their title alone


def text_field(audience: str) -> str:
    """The field for texts that are for this audience."""
    return f"text_{audience}"


class Card(NamedTuple):
    """What is read of every document of the index: to sort, to gather and to count."""

    uid: str = ""
    group: str = ""
    page: int = 0
    date: str = ""
    audience: str = ""
    kind: str = ""
    title: str = ""  # of what can be found by its title
    is_file: bool = False


class Body(NamedTuple):
    """The text of an entry, and where its blocks begin."""

    text: str = ""
    anchors: tuple[tuple[int, str], ...] = ()


class Kept(NamedTuple):
    """All that an index keeps of an entry."""

    uid: str
    pages_of: str  # for one page of a file, the uid of the whole; else ""
    things: tuple[str, ...]  # the ids of the thing, of its parent and of what it is gathered under
    audience: str
    facets: dict[str, tuple[str, ...]]
    card: bytes
    entry: bytes
    body: bytes
    searched: str  # the words it is found by


def kept(entry: Entry) -> Kept:
    """What an index keeps of an entry. The text is in composed form, as questions are."""
    title, text = unicodedata.normalize("NFC", entry.title), unicodedata.normalize("NFC", entry.text)
    light = msgspec.structs.replace(entry, title=title, text="", anchors=(), group=entry.group or entry.id)
    named = title if entry.kind in TITLED and entry.page <= 1 else ""
    card = Card(entry.uid, light.group, entry.page, entry.date, entry.audience, entry.kind, named, bool(entry.file))
    return Kept(
        uid=entry.uid,
        pages_of=entry.uid.rpartition("#")[0],
        things=tuple(sorted({light.id, light.group, entry.parent or entry.id})),
        audience=entry.audience,
        facets=_facets(entry),
        card=msgspec.json.encode(card),
        entry=msgspec.json.encode(light),
        body=msgspec.json.encode(Body(text, entry.anchors)),
        searched=_searched(entry, title, text),
    )


def _searched(entry: Entry, title: str, text: str) -> str:
    """The words an entry is found by. The title belongs to the whole: were it on each page, all pages were hits."""
    if entry.parent or entry.page > 1:
        return f"{entry.label}\n{text}" if entry.label else text
    return f"{title}\n{title}\n{entry.label}\n{text}" if entry.label else f"{title}\n{title}\n{text}"


def _facets(entry: Entry) -> dict[str, tuple[str, ...]]:
    """The values by which an entry can be chosen and counted."""
    year = entry.date[:4]
    single = {
        "kind": entry.kind,
        "source": entry.source,
        "value_chain": unicodedata.normalize("NFC", entry.value_chain),
        "year": year if len(year) == 4 and year.isascii() and year.isdigit() else "",
        "language": entry.language,
        "unreadable": "" if entry.readable else "1",
    }
    tags = tuple(unicodedata.normalize("NFC", tag) for tag in entry.tags if tag)
    return {facet: (value,) if value else () for facet, value in single.items()} | {
        "municipality": tuple(dict.fromkeys(entry.municipalities)),
        "tag": tuple(dict.fromkeys(tags)),
    }
