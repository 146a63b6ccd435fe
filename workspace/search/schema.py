"""What Whoosh keeps of an entry, and in which fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
from whoosh import fields
from whoosh.analysis import Analyzer, Token

from workspace.access import Audience
from workspace.search import analysis
from workspace.search.port import Entry

FORMAT = f"1 {analysis.fingerprint()} {' '.join(sorted(Audience))}"  # another one means: to be made again


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
    kind=fields.ID,
    source=fields.ID,
    audience=fields.ID,
    entry=fields.STORED,
    **{text_field(audience): fields.TEXT(analyzer=_Norwegian(), phrase=True) for audience in Audience},
)


def document(entry: Entry) -> dict[str, Any]:
    """What Whoosh keeps of an entry. The text is in composed form, as questions are."""
    title, text = unicodedata.normalize("NFC", entry.title), unicodedata.normalize("NFC", entry.text)
    entry = msgspec.structs.replace(entry, title=title, text=text)
    return {
        "uid": entry.uid,
        "kind": entry.kind,
        "source": entry.source,
        "audience": entry.audience,
        "entry": msgspec.json.encode(entry),
        text_field(entry.audience): text if entry.parent else f"{title}\n{title}\n{text}",
    }
