"""Finding a passage of one version in the next one, by the difference between the two: what is known, never a guess.

The sentences of the two are tied (tying.py), and the words within those that are changed. A passage goes where its
words have gone. What is merely like it becomes a suggestion, which a person has to confirm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from workspace.comments.likeness import stem
from workspace.comments.passages import Sentence, Spot, Text, flat, is_plain
from workspace.comments.tying import CHANGED, KEPT, MOVED, REMOVED, Ties, is_label
from workspace.documents.aligning import Budget, steps

__all__ = ["CHANGED", "KEPT", "MOVED", "REMOVED", "Difference", "Found", "Spot", "Text"]

_STAYS = 0.5  # of a passage's characters, for it to be changed and not gone
_SAME = 0.6  # of its characters, before and after together, that must be the same in all
_FILLS = 0.6  # of a paragraph, for one that became a part of it to be all of it
_PART = 0.34  # of a split paragraph's characters, for the largest of its parts to be where it went
_LEAST_RUN = 24  # characters of words that are known again where sentences were split or joined
_LEAST_SHARE = 1 / 3  # of the sentence they were in
_LONG_WORD = 4  # letters of a word that is the same one, whatever stands beside it in a sentence
_HELD = 0.6  # of a run of words, for another sentence to be where it may as well have come from
_SUGGESTED = 0.4  # of the words, for it to be worth asking a person about
_CLEAR = 0.1  # by which a suggestion must be better than the second best


class Found(NamedTuple):
    """Where a passage is in the next version.

    `how` is KEPT (the same words where they were), CHANGED, MOVED (the same words in another place) or REMOVED. For
    what is removed, `spot` is the heading it stood under (block 0: none is left), and `suggested` a passage like it.
    """

    how: str
    spot: Spot
    suggested: Spot | None = None


class Difference:
    """What became of each sentence and word of one version in the next. Worked out once for all passages."""

    def __init__(self, before: Text, after: Text) -> None:
        self.before, self.after = before, after
        self._ties = Ties(before, after)
        self._words = _Words(self._ties)
        self._suggestions: dict[int, int | None] = {}

    def place(self, spot: Spot) -> Found:
        """Where a passage has gone."""
        words = self.before.words_of(spot)
        if not words:
            return Found(REMOVED, self._seat(self._near(spot)))
        return self._placed(spot, words) or self._rejoined(spot, words) or self._removed(spot, words)

    # -- Where its words have gone --

    def _placed(self, spot: Spot, words: range) -> Found | None:
        tied = {n: m for n in words if (m := self._words.goes(n)) is not None}
        old, new = self.before.words, self.after.words
        weights: Counter[tuple[int, int]] = Counter()
        for n, m in tied.items():
            weights[new[m].page, new[m].block] += len(old[n].text)
        if not weights:
            return None
        home, weight = weights.most_common(1)[0]
        size = self._size(words)
        if not spot.end and weight < _STAYS * size and not self._is_split(weights, weight, size):
            return None
        there = {n: m for n, m in tied.items() if (new[m].page, new[m].block) == home}
        first, last = self._edges(words, there)
        span = sum(len(word.text) for word in new[first : last + 1])
        if spot.end and (weight < _STAYS * size or 2 * weight < _SAME * (size + span)):
            return None
        found = Spot(*home)
        filled = sum(len(new[m].text) for m in self.after.words_of(found))
        if spot.end or weight < _FILLS * filled:
            found = self._trimmed(spot, words, there, Spot(*home, new[first].start, new[last].end))
        return Found(self._how(spot, found, tied), found)

    def _size(self, words: range) -> int:
        return sum(len(word.text) for word in self.before.words[words.start : words.stop])

    def _is_split(self, weights: Counter[tuple[int, int]], largest: int, size: int) -> bool:
        """Whether a paragraph is in several now that stand one after the other."""
        homes = sorted(weights)
        is_one_run = homes[0][0] == homes[-1][0] and homes[-1][1] - homes[0][1] == len(homes) - 1
        return is_one_run and largest >= _PART * size and weights.total() >= 2 * _PART * size

    def _how(self, spot: Spot, found: Spot, tied: dict[int, int]) -> str:
        if flat(self.after.text_of(found)) != flat(self.before.text_of(spot)):
            return CHANGED
        hows = {self._ties.how(self.before.sentence_of(n)) for n in tied}
        return MOVED if hows == {MOVED} else KEPT

    def _edges(self, words: range, there: dict[int, int]) -> tuple[int, int]:
        """The first and last new word of a passage. Where its first or last was replaced, what it was replaced by."""
        first, last = min(there.values()), max(there.values())
        if words[0] not in there and (before := self._beside(words[0], -1)) is not None:
            first = before + 1 if 0 < first - before - 1 <= len(words) else first
        if words[-1] not in there and (after := self._beside(words[-1], 1)) is not None:
            last = after - 1 if 0 < after - last - 1 <= len(words) else last
        return first, last

    def _beside(self, word: int, step: int) -> int | None:
        """Where what stands beside a word has gone; the edge of its sentence goes with that."""
        number = self.before.sentence_of(word)
        sentence, to = self.before.sentences[number], self._ties.to.get(number)
        if to is None:
            return None
        if sentence.first <= word + step < sentence.last:
            return self._words.goes(word + step)
        return self.after.sentences[to].first - 1 if step == -1 else self.after.sentences[to].last

    def _trimmed(self, spot: Spot, words: range, there: dict[int, int], found: Spot) -> Spot:
        """A passage that cuts through a word at its edge still does, where the word is the same."""
        if not spot.end:
            return found
        old, new = self.before.words, self.after.words
        start, end = found.start, found.end
        if (m := there.get(words[0])) is not None and new[m].start == start and new[m].text == old[words[0]].text:
            start += max(0, spot.start - old[words[0]].start)
        if (m := there.get(words[-1])) is not None and new[m].end == end and new[m].text == old[words[-1]].text:
            end -= max(0, old[words[-1]].end - spot.end)
        return found._replace(start=start, end=end)

    # -- Where sentences were split or joined --

    def _rejoined(self, spot: Spot, words: range) -> Found | None:
        """The same words in a row, there once in each version and between the same sentences, with what was around."""
        old = self.before.words
        plain = [n for n in words if is_plain(old[n].text)]
        run = [old[n].text.casefold() for n in plain]
        if sum(map(len, run)) < _LEAST_RUN or len(self.before.runs(run)) != 1:
            return None
        places = self.after.runs(run)
        if len(places) != 1:
            return None
        first = places[0]
        last = self._through(first, len(run))
        if not self._words.is_open(plain[0], plain[-1], first, last) or self._share(plain, first, last) < _LEAST_SHARE:
            return None
        begin, end = self.after.words[first], self.after.words[last]
        found = Spot(begin.page, begin.block, begin.start, end.end)
        how = KEPT if flat(self.after.text_of(found)) == flat(self.before.text_of(spot)) else CHANGED
        return Found(how, found)

    def _through(self, first: int, count: int) -> int:
        """The last of so many plain words from this one on."""
        last = first
        while count > 1:
            last += 1
            count -= is_plain(self.after.words[last].text)
        return last

    def _share(self, plain: list[int], first: int, last: int) -> float:
        """How much of the sentences that a run of words was in is there again around it, word by word."""
        sentences = [self.before.sentences[self.before.sentence_of(n)] for n in (plain[0], plain[-1])]
        low, high = sentences[0].first, sentences[1].last
        old, new = self.before.words, self.after.words
        a, b, c, d = plain[0], plain[-1], first, last
        while a > low and c > 0 and old[a - 1].text.casefold() == new[c - 1].text.casefold():
            a, c = a - 1, c - 1
        while b + 1 < high and d + 1 < len(new) and old[b + 1].text.casefold() == new[d + 1].text.casefold():
            b, d = b + 1, d + 1
        return self._size(range(a, b + 1)) / self._size(range(low, high))

    # -- What is gone --

    def _removed(self, spot: Spot, words: range) -> Found:
        number = self.before.sentence_of(words[len(words) // 2])
        return Found(REMOVED, self._seat(self.before.sentence_of(words[0])), self._suggestion(spot, words, number))

    def _near(self, spot: Spot) -> int:
        """The last sentence at or above a passage without words."""
        return max((n for n, s in enumerate(self.before.sentences) if s.home <= (spot.page, spot.block)), default=-1)

    def _seat(self, at: int) -> Spot:
        """The heading that a removed passage stood under, or the nearest above it that is left."""
        for old in range(at, -1, -1):
            if self.before.sentences[old].is_heading and old in self._ties.to:
                return Spot(*self.after.sentences[self._ties.to[old]].home)
        page = self.before.sentences[at].home[0] if at >= 0 else 0
        tied = next((self._ties.to[i] for i in range(at, -1, -1) if i in self._ties.to), None) if page else None
        return Spot(self.after.sentences[tied].home[0], 0) if tied is not None else self.page_of(page)

    def page_of(self, page: int) -> Spot:
        """A page without a place on it; the nearest one that is there."""
        pages = sorted({page for page, _block in self.after.blocks})
        return Spot(min(pages, key=lambda there: abs(there - page), default=page), 0)

    def _suggestion(self, spot: Spot, words: range, number: int) -> Spot | None:
        """What stands in its place, or the sentence most like the one that is gone, if no other is nearly as like."""
        like = self._ties.to.get(number)
        if like is None:
            if number not in self._suggestions:
                self._suggestions[number] = self._most_like(number)
            like = self._suggestions[number]
        if like is None:
            return None
        found = self.after.spot_of(like)
        if not spot.end:
            return Spot(found.page, found.block)
        return self._in_its_place(words) or found

    def _in_its_place(self, words: range) -> Spot | None:
        """What the words of a passage were replaced by, where both sides of it are known."""
        before, after = self._beside(words[0], -1), self._beside(words[-1], 1)
        if before is None or after is None or not 1 < after - before <= 2 * len(words) + 2:
            return None
        first, last = self.after.words[before + 1], self.after.words[after - 1]
        is_one = (first.page, first.block) == (last.page, last.block)
        return Spot(first.page, first.block, first.start, last.end) if is_one else None

    def _most_like(self, number: int) -> int | None:
        old, new = self._ties.vocabularies
        ranked = [(likeness, j) for likeness, j in new.best(old.words(number)) if j not in self._ties.back]
        if not ranked or ranked[0][0] < _SUGGESTED:
            return None
        return ranked[0][1] if len(ranked) == 1 or ranked[1][0] <= ranked[0][0] - _CLEAR else None


# -- Words --


class _Words:
    """Where the words of tied sentences have gone: worked out for a sentence when it is asked for."""

    def __init__(self, ties: Ties) -> None:
        self._ties = ties
        self._budget = Budget()
        self._known: dict[int, dict[int, int]] = {}

    def goes(self, word: int) -> int | None:
        """Which new word an old one is."""
        number = self._ties.before.sentence_of(word)
        to = self._ties.to.get(number)
        if to is None:
            return None
        old, new = self._ties.old[number], self._ties.new[to]
        if number not in self._ties.changed:
            return new.first + word - old.first
        if number not in self._known:
            self._known[number] = self._within(old, new)
        return self._known[number].get(word)

    def _within(self, old: Sentence, new: Sentence) -> dict[int, int]:
        before = _known_by(self._ties.before, old)
        after = _known_by(self._ties.after, new)
        return {old.first + i: new.first + j for i, j in tied_words(before, after, self._budget).items()}

    def is_open(self, a: int, b: int, first: int, last: int) -> bool:
        """Whether a run of old words may be this run of new ones: of one block, between the same kept sentences, and
        none of the new ones is known to be another word."""
        new, ties = self._ties.after.words, self._ties
        if (new[first].page, new[first].block) != (new[last].page, new[last].block):
            return False
        sides = ties.before.sentence_of(a), ties.before.sentence_of(b)
        gap = ties.gap(sides[0])[0], ties.gap(sides[1])[1]
        numbers = range(ties.after.sentence_of(first), ties.after.sentence_of(last) + 1)
        if not (gap[0] < numbers[0] and numbers[-1] < gap[1]):
            return False
        if self._has_other(a, b, set(range(sides[0], sides[1] + 1)), set(numbers)):
            return False
        taken = {self.goes(n): n for j in numbers if (i := ties.back.get(j)) is not None for n in ties.words_of(i)}
        return all(a <= taken.get(m, a) <= b for m in range(first, last + 1))

    def _has_other(self, a: int, b: int, olds: set[int], news: set[int]) -> bool:
        """Whether other sentences than these, in either version, hold most of a run of old words, or these whole."""
        keys = {self._ties.old[i].key for i in olds}
        if any(is_label(key) for key in keys) or keys & {self._ties.new[j].key for j in news}:
            return True  # it says nothing of what it is about; or whether that is the same one has been asked already
        run = Counter(word for word in self._ties.before.lower(a, b + 1) if is_plain(word))
        sides = zip(self._ties.vocabularies, (olds, news), strict=True)
        return any(vocabulary.holds(run, _HELD, own) for vocabulary, own in sides)


def _known_by(text: Text, sentence: Sentence) -> list[str]:
    """What the words of a sentence are known again by: names and numbers by all of them, others by their beginnings."""
    words = [word.text for word in text.words[sentence.first : sentence.last]]
    return [word.casefold() if word[0].isupper() else stem(word) for word in words]


def tied_words(before: Sequence[str], after: Sequence[str], budget: Budget) -> dict[int, int]:
    """Which word of one sentence is which of another, in order; those that could as well be others left out."""
    pairs = {
        step.a1 + n: step.b1 + n for step in steps(before, after, budget) if step.kept for n in range(step.a2 - step.a1)
    }
    old, new = Counter(before), Counter(after)

    def is_beside(i: int, j: int, step: int) -> bool:
        at, to = i + step, j + step
        if not 0 <= at < len(before) or not 0 <= to < len(after):
            return not 0 <= at < len(before) and not 0 <= to < len(after)
        return pairs.get(at) == to

    def is_certain(i: int, j: int) -> bool:
        counts = old[before[i]], new[before[i]]
        if counts == (1, 1) and before[i].isalpha() and len(before[i]) >= _LONG_WORD:
            return True
        sides = is_beside(i, j, -1) + is_beside(i, j, 1)
        return sides >= (1 if counts[0] == counts[1] else 2)

    return {i: j for i, j in pairs.items() if is_certain(i, j)}
