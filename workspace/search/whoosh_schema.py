"""What Whoosh keeps of an entry, in which fields, and how its segments are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from whoosh import fields
from whoosh.analysis import Analyzer, Token
from whoosh.matching import FilterMatcher

from workspace.access import Audience
from workspace.search import analysis
from workspace.search.port import FACETS, Entry
from workspace.search.schema import kept, text_field
from workspace.search.segments import Held, Segment


class _Norwegian(Analyzer):  # type: ignore[misc]
    """Our analysis in Whoosh's clothes."""

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, **_: Any) -> Iterator[Token]:
        token = Token(positions)
        for word in analysis.words(value):
            token.text, token.boost, token.stopped = word.stem, 1.0, False
            if positions:
                token.pos = start_pos + word.position
            yield token


SCHEMA = fields.Schema(
    uid=fields.ID(unique=True),
    pages_of=fields.ID,
    things=fields.ID,
    audience=fields.ID,
    **{facet: fields.ID for facet in FACETS},
    card=fields.COLUMN(),
    entry=fields.STORED,
    body=fields.STORED,
    **{text_field(audience): fields.TEXT(analyzer=_Norwegian(), phrase=True) for audience in Audience},
)


def document(entry: Entry) -> dict[str, Any]:
    """What Whoosh keeps of an entry."""
    made = kept(entry)
    return {
        "uid": made.uid,
        "pages_of": made.pages_of or None,
        "things": list(made.things),
        "audience": made.audience,
        **{facet: list(values) or None for facet, values in made.facets.items()},
        "card": made.card,
        "entry": made.entry,
        "body": made.body,
        text_field(made.audience): made.searched,
    }


class WhooshSegment:
    """One segment, read with Whoosh's reader of it."""

    def __init__(self, leaf: Any) -> None:
        self._leaf = leaf
        self.name: str = leaf.segment().segment_id()
        self.size: int = leaf.doc_count_all()

    def deleted(self) -> Iterable[int]:
        """The documents that are deleted."""
        return self._leaf.segment().deleted_docs() if self._leaf.has_deletions() else ()

    def stems(self, field: str) -> list[str]:
        """All stems in a field of text, in order."""
        return [stem.decode() for stem in self._leaf.lexicon(field)]

    def frequency(self, field: str, stem: str) -> int:
        """How many documents hold a stem."""
        return int(self._leaf.doc_frequency(field, stem))

    def held(self, field: str, stem: str) -> Held:
        """The documents that hold a stem."""
        documents: list[int] = []
        counts: list[float] = []
        places: list[bytes] = []
        matcher = self._all(field, stem)
        while matcher.is_active():
            documents.append(matcher.id())
            counts.append(matcher.weight())
            places.append(matcher.value())
            matcher.next()
        decode = self._leaf.schema[field].format.decode_positions
        return Held(documents, counts, lambda at: decode(places[at]))

    def lengths(self, field: str) -> list[int]:
        """How many words each document has in a field, as near as Whoosh keeps it."""
        return [self._leaf.doc_field_length(number, field, 0) for number in range(self.size)]

    def total_length(self, field: str) -> int:
        """How many words all of them have."""
        return int(self._leaf.field_length(field))

    def values(self, field: str) -> Mapping[str, Iterable[int]]:
        """The documents with each value of a facet, or for each audience."""
        return {value.decode(): self._all(field, value).all_ids() for value in self._leaf.lexicon(field)}

    def things(self, id: str) -> Iterable[int]:
        """The documents that are this thing, belong to it or are gathered under it."""
        found: Iterable[int] = self._all("things", id).all_ids() if ("things", id) in self._leaf else ()
        return found

    def cards(self) -> Sequence[bytes]:
        """The encoded card of each document."""
        column = self._leaf.column_reader("card")
        return [column[number] for number in range(self.size)]

    def stored(self, number: int) -> tuple[bytes, bytes]:
        """The encoded entry and body of a document."""
        found = self._leaf.stored_fields(number)
        return found["entry"], found["body"]

    def _all(self, field: str, term: str | bytes) -> Any:
        """The postings of a term, with those that are deleted: they are looked for at the end, and all at once."""
        matcher = self._leaf.postings(field, term)
        return matcher.child if isinstance(matcher, FilterMatcher) else matcher


class WhooshSnapshot:
    """What one reader reads: each word and each document by itself, for the files are at hand."""

    def __init__(self, reader: Any) -> None:
        leaves = [leaf for leaf, _offset in reader.leaf_readers()]
        # An index that was never written to has one that is of no segment.
        self.segments = [WhooshSegment(leaf) for leaf in leaves if leaf.segment() is not None]

    def held(self, wanted: Sequence[tuple[Segment, str, str]]) -> Iterable[Held]:
        """The documents of a segment that hold a stem of a field, for each of these."""
        return [segment.held(field, stem) for segment, field, stem in wanted]

    def stored(self, wanted: Sequence[tuple[Any, int]], *, texts: bool) -> Iterable[tuple[bytes, bytes]]:
        """The encoded entry and body of documents."""
        return [segment.stored(number) for segment, number in wanted]
