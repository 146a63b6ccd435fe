"""Which sentence that says something else now is which: between the same known ones, and like no other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from workspace.comments.likeness import Vocabulary
from workspace.comments.passages import Sentence, Text
from workspace.comments.swapping import Swaps
from workspace.documents.aligning import heaviest_chain

LOOK_ALIKE = 0.5  # of the words in common, for a sentence to be taken for another
_LIKE = 0.5  # of the words, for a sentence to be another one changed
_MARGIN = 0.15  # by which the best counterpart must be better than the second best
_CARRIED = 0.6  # of the words that say what it is about
_CARRIED_WELL = 0.8  # of them, where only its paragraph is known and not what stands beside it
_LONG = 5  # letters of a word that may say so
_STEM = 4  # letters by which a word is known again in another form

Gap = tuple[int, int]


class Changes:
    """The sentences of two versions that are not tied yet, and what is known of those that are.

    `to` says which new sentence an old one is, `kept` which of these stand in the order they had, and `is_told`
    whether a sentence says enough to be known where nothing beside it is.
    """

    def __init__(
        self,
        texts: tuple[Text, Text],
        vocabularies: tuple[Vocabulary, Vocabulary],
        to: Mapping[int, int],
        kept: set[int],
        is_told: Callable[[Sentence], bool],
    ) -> None:
        self._texts, self._is_told = texts, is_told
        self._old, self._new = texts[0].sentences, texts[1].sentences
        self._vocabularies = vocabularies
        self._to, self._kept = dict(to), kept
        taken = set(to.values())
        self._left = {i for i in range(len(self._old)) if i not in to}
        self._free = {j for j in range(len(self._new)) if j not in taken}

    def pairs(self) -> list[tuple[int, int]]:
        """Each old sentence that is known to be a new one with other words."""
        gaps = self._gaps(self._to), self._gaps(self._kept)
        found: dict[Gap, list[tuple[int, int, float]]] = {}
        for i in sorted(self._left):
            best = self._counterpart(i)
            if best is None:
                continue
            j, likeness = best
            gap = next((old[i] for old, new in gaps if old[i] == new[j]), None)
            if gap is not None and self._old[i].is_heading == self._new[j].is_heading:
                found.setdefault(gap, []).append((i, j, likeness))
        pairs = [pair for chosen in found.values() for pair in heaviest_chain(chosen)]
        swaps = Swaps(*self._texts, self._left, self._free, pairs)
        with_pairs = self._to | dict(pairs)
        return [
            (i, j) for i, j in pairs if self._is_supported(i, j, with_pairs, gaps[0]) and not swaps.has_swapped(i, j)
        ]

    def _gaps(self, tied: Iterable[int]) -> tuple[dict[int, Gap], dict[int, Gap]]:
        """Between which tied sentences each of the others stands, both told by their places in the new text."""
        olds, news = sorted(tied), sorted(self._to[i] for i in tied)
        edges = {-1: -1, len(self._old): len(self._new)}
        to = self._to | edges

        def old_gap(i: int) -> Gap:
            above, below = around(olds, i, len(self._old))
            return to[above], to[below]

        return {i: old_gap(i) for i in self._left}, {j: around(news, j, len(self._new)) for j in self._free}

    # -- Like it, and no other --

    def _counterpart(self, i: int) -> tuple[int, float] | None:
        """The one that is left and like a sentence, when each is the other's best by a margin."""
        before, after = self._vocabularies
        words = before.words(i)
        ranked = after.best(words, self._free)
        if not ranked or ranked[0][0] < _LIKE:
            return None
        likeness, j = ranked[0]
        there = after.words(j)
        held = (words & there).total()
        if any(other > likeness - _MARGIN or (words & after.words(n)).total() > held for other, n in ranked[1:]):
            return None
        if any(other > likeness - _MARGIN for other, n in before.best(there, self._left) if n != i):
            return None
        return (j, likeness) if self._carries(i, j, _CARRIED) and self._is_told_apart(i, there) else None

    def _is_told_apart(self, i: int, there: Counter[str]) -> bool:
        """Whether what sets a sentence apart from each that is like it in its own version, is still there."""
        words = self._vocabularies[0].words(i)
        for likeness, n in self._vocabularies[0].best(words):
            if n != i and likeness >= LOOK_ALIKE:
                own = words - self._vocabularies[0].words(n)
                if not own or 2 * (own & there).total() < own.total():
                    return False
        return True

    def _carries(self, i: int, j: int, least: float) -> bool:
        """Whether enough of what a sentence is about is still there: its names, its numbers and its long words."""
        told, there = _told(self._texts[0], self._old[i]), _told(self._texts[1], self._new[j])
        return (told & there).total() >= least * told.total()

    # -- What speaks for it besides --

    def _is_supported(
        self, i: int, j: int, with_pairs: Mapping[int, int], gaps: tuple[dict[int, Gap], dict[int, Gap]]
    ) -> bool:
        """Whether something beside a sentence has gone the same way. Of one that says little it must be certain."""
        if not self._is_told(self._old[i]):
            return self._has_beside(i, j, self._to)
        if self._has_beside(i, j, with_pairs):
            return True
        if (self._old[i].home, self._new[j].home) in self._homes and self._carries(i, j, _CARRIED_WELL):
            return True
        return all(sum(other == gap[n] for other in gap.values()) == 1 for gap, n in zip(gaps, (i, j), strict=True))

    def _has_beside(self, i: int, j: int, to: Mapping[int, int]) -> bool:
        """Whether what stands before goes with it (the text's edges do), or what comes after in its paragraph."""
        if to.get(i - 1, -2) == j - 1 or i == j == 0:
            return True
        return to.get(i + 1) == j + 1 and self._old[i].home == self._old[i + 1].home

    @cached_property
    def _homes(self) -> set[tuple[tuple[int, int], tuple[int, int]]]:
        """Which paragraphs share a sentence that is known."""
        return {(self._old[i].home, self._new[j].home) for i, j in self._to.items()}


def around(tied: list[int], at: int, end: int) -> Gap:
    """The nearest of the tied ones above and below; -1 and the end where there are none."""
    above, below = bisect_left(tied, at) - 1, bisect_right(tied, at)
    return (tied[above] if above >= 0 else -1), (tied[below] if below < len(tied) else end)


def _told(text: Text, sentence: Sentence) -> Counter[str]:
    """The words that say what a sentence is about, those that are no names without their endings."""
    found: Counter[str] = Counter()
    for word in text.words[sentence.first : sentence.last]:
        if word.text[0].isupper() or word.text.isdigit():
            found[word.text.casefold()] += 1
        elif len(word.text) >= _LONG:
            found[word.text[:_STEM].casefold()] += 1
    return found
