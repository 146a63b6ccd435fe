"""Words of a question that nothing holds, and how they may have been meant.

Everything comes from the text fields of those who ask: what they may not read can't be suggested to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nsmallest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from workspace.search import analysis, schema
from workspace.search.counting import Shelf, numbers
from workspace.search.port import Query, Spelling

_MOST_WORDS = 8  # of a question that are looked at
_CANDIDATES = 40  # stems compared by how often they stand in texts
_WRITTEN = 6  # of them compared as they are written
_FARTHEST = 4  # letters that differ are another word
_READ = 20  # texts in which the written form of a stem is looked for, and
_MOST_CHARACTERS = 20_000  # of each
_SHORTEST = 3  # letters of a stem that can be mistaken
_RARE, _OFTEN = 1, 20  # a word in so few texts is questioned when a close one is in so many
_WIDEST = 40  # stems that hold a word in their midst
SHORTEST_INSIDE = 4


def spelling(shelf: Shelf, asked: Query, *, rare: bool = True) -> Spelling:
    """Which words are in no text, and the question with the words it may have meant ("" for no better ones).

    Without `rare` only words that are in no text are questioned, so that a question spelled well costs next to nothing.
    """
    known = _Known(shelf, asked)
    words = [word for word in analysis.words(asked.words) if not word.joined][:_MOST_WORDS]
    known.fetch(word.stem for word in words)
    unknown: list[str] = []
    meant = asked.words
    for word in reversed(words):
        typed = asked.words[word.start : word.end]
        held = known.holding(word.stem).bit_count()
        if not held:
            unknown.append(typed)
        better = known.meant(typed, word.stem, held) if held <= (_RARE if rare else 0) else ""
        if better:
            meant = f"{meant[: word.start]}{better}{meant[word.end :]}"
    return Spelling(unknown=tuple(dict.fromkeys(reversed(unknown))), meant=meant if meant != asked.words else "")


def inside(shelf: Shelf, stem: str, text_fields: list[str]) -> list[str]:
    """The stems of the index that hold this one in their midst, those in most texts first."""
    if len(stem) < SHORTEST_INSIDE:
        return []
    held: Counter[str] = Counter()
    for segment, _offset, part in shelf.leaves:
        for field in text_fields:
            for known in part.words(segment, field):
                if stem in known and stem != known:
                    held[known] += part.postings.frequency(segment, field, known)
    return sorted(held, key=lambda known: (-held[known], known))[:_WIDEST]


def _close(word: str, words: list[str], reach: int) -> Iterator[tuple[str, float]]:
    """Words that differ in at most so many letters; in one only, when the word is short."""
    reach = reach if len(word) > 5 else 1
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=reach, limit=_CANDIDATES)
    return ((other, distance) for other, distance, _at in found)


class _Known:
    """The words of the texts that one who asks may read."""

    def __init__(self, shelf: Shelf, asked: Query) -> None:
        self._shelf = shelf
        self._fields = [schema.text_field(audience) for audience in asked.audiences]
        self._own = shelf.living() & ~shelf.of_things(asked.without)

    def fetch(self, stems: Iterable[str]) -> None:
        """Read what will be asked of these stems, all at once."""
        self._shelf.fetch(self._fields, stems)

    def holding(self, stem: str) -> int:
        """The documents with this stem."""
        return self._own & self._shelf.with_words(self._fields, [stem])

    def meant(self, typed: str, stem: str, held: int) -> str:
        """The word that was most likely meant as texts write it, "" for none.

        A slip near its end can change what is cut off a word, so stems are compared with what was typed as well.
        """
        if len(stem) < _SHORTEST:
            return ""
        near: dict[str, int] = {}
        for segment, _offset, part in self._shelf.leaves:
            for field in self._fields:
                for word in {stem, typed.lower()}:
                    for other, distance in _close(word, part.words(segment, field), 1 if held else 2):
                        near[other] = min(int(distance), near.get(other, _FARTHEST))
        near.pop(stem, None)
        closest = sorted(near, key=lambda other: (near[other], other[0] != stem[0], other))[:_CANDIDATES]
        self.fetch(closest)
        counts = {other: self.holding(other).bit_count() for other in closest}
        likely = [other for other in closest if counts[other] >= max(1, held * _OFTEN)]
        likely = sorted(likely, key=lambda other: (near[other], -counts[other], other))[:_WRITTEN]
        written = [(self._written(other, typed), counts[other]) for other in likely]
        best = min(
            ((OSA.distance(word.lower(), typed.lower()), word[0].lower() != typed[0].lower(), -count, word)
             for word, count in written if word),
            default=(_FARTHEST,),
        )  # fmt: skip
        return str(best[-1]) if best[0] < min(_FARTHEST, len(typed) / 2) else ""

    def _written(self, stem: str, typed: str) -> str:
        """How a stem is written in the texts that hold it: the form nearest to what was typed."""
        forms: Counter[str] = Counter()
        cards = self._shelf.cards()
        first = nsmallest(_READ, numbers(self.holding(stem)), key=lambda number: cards[number].uid)
        for number, stored in self._shelf.stored(first, texts=True).items():
            text = f"{cards[number].title}\n{stored.body.text[:_MOST_CHARACTERS]}"
            forms.update(text[word.start : word.end] for word in analysis.words(text) if word.stem == stem)
        nearest = sorted(forms, key=lambda form: (OSA.distance(form.lower(), typed.lower()), -forms[form], form))
        return nearest[0] if nearest else ""
