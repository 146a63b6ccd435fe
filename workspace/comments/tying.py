"""Which sentence of one version is which in the next: what is known for certain, and nothing else.

First those that say the same and can be no other; then what stands beside them; then those that are changed, and have
one counterpart alone. What is there more than once is tied only where what stands on both sides of it is tied too, so
that a look-alike is never taken for what was removed.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from workspace.comments.changing import LOOK_ALIKE, Changes, Gap, around
from workspace.comments.likeness import Vocabulary
from workspace.comments.passages import Sentence, Text, is_plain
from workspace.documents.aligning import heaviest_chain

KEPT, CHANGED, MOVED, REMOVED = "kept", "changed", "moved", "removed"

_LEAST_TOLD = 24  # characters of a sentence that can be known by its words
_LEAST_WORDS = 4
_NEARLY = 0.8  # of the words in common, for a sentence to be the same one slightly changed

_LABEL = re.compile(r"\w+( \w+)? :")


class Ties:
    """What became of each sentence."""

    def __init__(self, before: Text, after: Text) -> None:
        self.before, self.after = before, after
        self.old, self.new = before.sentences, after.sentences
        self.to: dict[int, int] = {}
        self.back: dict[int, int] = {}
        self.changed: set[int] = set()
        self.kept: set[int] = set()  # those tied that stand in the same order as before
        self.vocabularies = Vocabulary(before), Vocabulary(after)
        self._pairs = _once_each(self.old, self.new)
        self._tie_known()
        self._tie_between()
        self._tie_beside()
        self._order()
        self._tie_in_place()
        self._tie_beside()
        self._order()
        for _round in range(2):  # what says little is known by what was found beside it in the first
            self._tie_changed()
            self._tie_beside()
            self._order()
        self._tie_renamed()

    def how(self, old: int) -> str:
        """One of KEPT, CHANGED, MOVED and REMOVED."""
        if old in self.changed:
            return CHANGED
        return REMOVED if old not in self.to else KEPT if old in self.kept else MOVED

    def words_of(self, old: int) -> range:
        """The words of an old sentence."""
        return range(self.old[old].first, self.old[old].last)

    def gap(self, old: int) -> Gap:
        """Between which sentences of the new text an old one belongs: those that the nearest kept ones around it are.

        A kept one is itself on both sides.
        """
        above, below = around(self._in_order, old, len(self.old))
        return self._goes(above), self._goes(below)

    def _tie(self, old: int, new: int) -> None:
        self.to[old] = new
        self.back[new] = old

    # -- The same words --

    def _tie_known(self) -> None:
        """Sentences that are there once on each side and can be known by their words, wherever they stand."""
        names = _names(self.old), _names(self.new)
        titles = _titles(self.old), _titles(self.new)
        for i, j in self._pairs.items():
            sentence = self.old[i]
            if sentence.is_row and self.new[j].is_row and _is_named(sentence, names):
                self._tie(i, j)
            elif sentence.is_heading and self.new[j].is_heading:
                if all(counts[_untold(sentence.key)] == 1 for counts in titles):
                    self._tie(i, j)
            elif _is_told(sentence) and (self._has_company(i, j) or self._stands_alone(i, j)):
                self._tie(i, j)

    def _has_company(self, i: int, j: int) -> bool:
        """Whether one beside it in the same paragraph is there once on each side too, and beside it in both."""
        return any(
            self._pairs.get(i + step) == j + step and self.old[i + step].home == self.old[i].home for step in (1, -1)
        )

    def _stands_alone(self, i: int, j: int) -> bool:
        """Whether a sentence says enough to be known by it, and no other in either version is like it."""
        if is_label(self.old[i].key):
            return False
        words = self.vocabularies[0].words(i)
        sides = zip(self.vocabularies, (i, j), strict=True)
        return not any(vocabulary.has_like(words, LOOK_ALIKE, [own]) for vocabulary, own in sides)

    def _tie_between(self) -> None:
        """Sentences that are there more than once, but once between the same two, which say enough."""
        olds, news = _triples(self.old), _triples(self.new)
        counts = Counter(olds.values()), Counter(news.values())
        places = {triple: j for j, triple in news.items()}
        for i, triple in olds.items():
            if i in self.to or counts[0][triple] != 1 or counts[1][triple] != 1 or places[triple] in self.back:
                continue
            around_it = self.old[i - 1], self.old[i + 1]
            if all(_is_told(each) and not is_label(each.key) for each in around_it):
                self._tie(i, places[triple])

    def _tie_in_place(self) -> None:
        """Sentences that are there once on each side, between the same tied ones: look-alikes do not matter there."""
        olds, news = sorted(self.to), sorted(self.back)
        found: dict[Gap, list[tuple[int, int, float]]] = {}
        for i, j in self._pairs.items():
            if i in self.to or not _is_told(self.old[i]) or is_label(self.old[i].key):
                continue
            above, below = around(olds, i, len(self.old))
            gap = self._goes(above), self._goes(below)
            if gap == around(news, j, len(self.new)) and not self._is_nearly_there(i, j):
                found.setdefault(gap, []).append((i, j, 1.0))
        for pairs in found.values():
            for i, j in heaviest_chain(pairs):
                self._tie(i, j)

    def _is_nearly_there(self, i: int, j: int) -> bool:
        """Whether another new sentence that is left says nearly the same: it may be the one, slightly changed."""
        ranked = self.vocabularies[1].best(self.vocabularies[0].words(i))
        return any(likeness >= _NEARLY and n != j and n not in self.back for likeness, n in ranked)

    # -- What stands beside --

    def _tie_beside(self) -> None:
        """The same words beside what is tied: right after it, or before it in its paragraph; and all between two."""
        self._fill()
        waiting = sorted(self.to)
        while waiting:
            i = waiting.pop()
            for step in (1, -1):
                a, b = i + step, self.to[i] + step
                if self._is_free(a, b) and self._pairs.get(a) == b and self._belongs(i, step):
                    self._tie(a, b)
                    waiting.append(a)
        self._fill()

    def _is_free(self, old: int, new: int) -> bool:
        is_there = 0 <= old < len(self.old) and 0 <= new < len(self.new)
        return is_there and old not in self.to and new not in self.back

    def _belongs(self, old: int, step: int) -> bool:
        """Whether what stands beside a sentence goes with it: after it, or before it in the same paragraph."""
        new = self.to[old]
        is_one = self.old[old + step].home == self.old[old].home
        if is_one != (self.new[new + step].home == self.new[new].home):
            return False
        return step == 1 or (is_one and not self.old[old].is_row)

    def _goes(self, old: int) -> int:
        """Where a tied sentence has gone; the edges of the text are tied to each other."""
        if old < 0:
            return -1
        return self.to[old] if old < len(self.old) else len(self.new)

    def _fill(self) -> None:
        """All between two tied ones where nothing is lost: each is there, once, in the order they had."""
        above = -1
        for below in [*sorted(self.to), len(self.old)]:
            olds, news = range(above + 1, below), range(self._goes(above) + 1, self._goes(below))
            above = below
            if not olds or len(news) < len(olds):
                continue
            if any(j in self.back for j in news):
                continue
            if [self.old[i].key for i in olds] == [self.new[j].key for j in news]:
                found: list[int] = list(news)
            else:
                found = [self._pairs.get(i, -1) for i in olds]
            if found[0] in news and found[-1] in news and all(a < b for a, b in pairwise(found)):
                for i, j in zip(olds, found, strict=True):
                    self._tie(i, j)

    def _order(self) -> None:
        """Which of those tied stand in the order they had: as many paragraphs as can be. The others have moved."""
        sizes = Counter(sentence.home for sentence in self.old)
        same = self._pairs | self.to
        chain = heaviest_chain([(i, j, 1 / sizes[self.old[i].home]) for i, j in same.items()])
        self.kept = {i for i, _j in chain if i in self.to}
        self._in_order = sorted(self.kept - self.changed)

    # -- Other words --

    def _tie_changed(self) -> None:
        names = _names(self.old), _names(self.new)

        def is_told(sentence: Sentence) -> bool:
            return (_is_told(sentence) and not is_label(sentence.key)) or (
                sentence.is_row and _is_named(sentence, names)
            )

        changes = Changes((self.before, self.after), self.vocabularies, self.to, self.kept, is_told)
        for i, j in changes.pairs():
            self._tie(i, j)
            self.changed.add(i)

    def _tie_renamed(self) -> None:
        """Headings whose first sentence is still right under them are the same heading with another name."""
        for i, sentence in enumerate(self.old[:-1]):
            j = self.to.get(i + 1, 0) - 1
            if sentence.is_heading and self._is_free(i, j) and self.new[j].is_heading:
                self._tie(i, j)
                self.changed.add(i)


def _once_each(old: list[Sentence], new: list[Sentence]) -> dict[int, int]:
    """Sentences that are there once on each side."""
    counts = [Counter(sentence.key for sentence in side) for side in (old, new)]
    places = {sentence.key: j for j, sentence in enumerate(new)}
    return {i: places[s.key] for i, s in enumerate(old) if counts[0][s.key] == counts[1][s.key] == 1}


def _triples(sentences: list[Sentence]) -> dict[int, tuple[str, str, str]]:
    """Each sentence with those before and after it."""
    keys = [sentence.key for sentence in sentences]
    return {n: (keys[n - 1], keys[n], keys[n + 1]) for n in range(1, len(keys) - 1)}


def is_label(key: str) -> bool:
    """Whether a sentence says what something is without saying of what, as "Ansvar: Regionrådet." does."""
    return _LABEL.match(key) is not None


def _is_told(sentence: Sentence) -> bool:
    return len(sentence.key) >= _LEAST_TOLD and sentence.last - sentence.first >= _LEAST_WORDS


def _names(sentences: list[Sentence]) -> Counter[str]:
    """What the rows and items of a text are called by: their first words."""
    return Counter(sentence.key.split(" ", 1)[0].casefold() for sentence in sentences if sentence.is_row)


def _is_named(row: Sentence, names: tuple[Counter[str], Counter[str]]) -> bool:
    """Whether a row says more than its name, and has that alone."""
    name, *more = row.key.split(" ")
    said = any(is_plain(word) for word in more)
    return said and name.isalpha() and len(name) > 1 and all(counts[name.casefold()] == 1 for counts in names)


def _titles(sentences: list[Sentence]) -> Counter[str]:
    return Counter(_untold(sentence.key) for sentence in sentences if sentence.is_heading)


def _untold(title: str) -> str:
    """A heading without its numbers: "Tiltak 1" and "Tiltak 2" are told apart by nothing that stays."""
    return " ".join(word for word in title.casefold().split() if not word.isdigit())
