"""What Whoosh keeps of an entry, and in which fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from whoosh import fields
from whoosh.analysis import Analyzer, Token

from workspace.access import Audience
from workspace.search import analysis
from workspace.search.port import FACETS, Entry

FORMAT = f"4 {analysis.fingerprint()} {' '.join(sorted(Audience))}"  # another one means: to be made again


TITLED = ("document", "measure")  # kinds that can be found by their title alone


class _Norwegian(Analyzer):  # type: ignore[misc]
    """Our analysis in Whoosh's clothes."""

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, **_: Any) -> Iterator[Token]:
        token = Token(positions)
        for word in analysis.words(value):
            token.text, token.boost, token.stopped = word.stem, 1.0, False
            if positions:
                token.pos = start_pos + word.position
            yield token


def text_field(audience: str) -> str:
    """The field for texts that are for this audience."""
    return f"text_{audience}"


SCHEMA = fields.Schema(
    uid=fields.ID(unique=True),
    pages_of=fields.ID,  # for one page of a file, the uid of the whole
    things=fields.ID,  # the ids of the thing, of its parent and of what it is gathered under
    audience=fields.ID,
    **{facet: fields.ID for facet in FACETS},
    card=fields.COLUMN(),
    entry=fields.STORED,
    body=fields.STORED,
    **{text_field(audience): fields.TEXT(analyzer=_Norwegian(), phrase=True) for audience in Audience},
)


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

    text: str
    anchors: tuple[tuple[int, str], ...]


def document(entry: Entry) -> dict[str, Any]:
    """What Whoosh keeps of an entry. The text is in composed form, as questions are."""
    title, text = unicodedata.normalize("NFC", entry.title), unicodedata.normalize("NFC", entry.text)
    light = msgspec.structs.replace(entry, title=title, text="", anchors=(), group=entry.group or entry.id)
    named = title if entry.kind in TITLED and entry.page <= 1 else ""
    card = Card(entry.uid, light.group, entry.page, entry.date, entry.audience, entry.kind, named, bool(entry.file))
    return {
        "uid": entry.uid,
        "pages_of": entry.uid.rpartition("#")[0] or None,
        "things": sorted({light.id, light.group, entry.parent or entry.id}),
        "audience": entry.audience,
        **{facet: list(values) or None for facet, values in _facets(entry).items()},
        "card": msgspec.json.encode(card),
        "entry": msgspec.json.encode(light),
        "body": msgspec.json.encode(Body(text, entry.anchors)),
        text_field(entry.audience): _searched(entry, title, text),
    }


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
