"""How like sentences are: the share of their words that they have in common (Dice), of the words that tell anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from workspace.comments.passages import Text, is_plain

_COMMON = 40  # a word in more sentences than this, and than a fiftieth of all, says nothing about which belong together
_VOTES = 8  # sentences with most words in common that are looked at closely
_STEM = 4  # letters
_LEAST_TOLD = 12  # characters of words that tell anything, for a sentence to be like no other


class Vocabulary:
    """The words of each sentence of a text, and which sentences each word stands in."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._counted: dict[int, Counter[str]] = {}
        self._holders: dict[str, list[int]] = {}
        for number, sentence in enumerate(text.sentences):
            for word in {stem(word) for word in text.lower(sentence.first, sentence.last) if is_plain(word)}:
                self._holders.setdefault(word, []).append(number)
        self._most = max(_COMMON, len(text.sentences) // 50)

    def words(self, sentence: int) -> Counter[str]:
        """The plain words of a sentence, or its marks where it has none."""
        if sentence not in self._counted:
            found = self._text.sentences[sentence]
            spelled = self._text.lower(found.first, found.last)
            self._counted[sentence] = Counter([stem(word) for word in spelled if is_plain(word)] or spelled)
        return self._counted[sentence]

    def is_telling(self, word: str) -> bool:
        """Whether a word stands in few enough sentences to say which belong together."""
        return len(self._holders.get(word, ())) <= self._most

    def best(self, words: Counter[str], among: frozenset[int] | set[int] | None = None) -> list[tuple[float, int]]:
        """The sentences most like these words, the best first."""
        votes: Counter[int] = Counter()
        for word in words:
            if self.is_telling(word):
                votes.update(n for n in self._holders.get(word, ()) if among is None or n in among)
        ranked = [(alike(words, self.words(n)), n) for n, _count in votes.most_common(_VOTES)]
        return sorted(ranked, key=lambda one: (-one[0], one[1]))

    def has_like(self, words: Counter[str], least: float, but: Iterable[int]) -> bool:
        """Whether a sentence other than these is so like them; also where too few words tell anything."""
        if sum(len(word) for word in words if self.is_telling(word)) < _LEAST_TOLD:
            return True
        left_out = set(but)
        return any(likeness >= least and n not in left_out for likeness, n in self.best(words))

    def holds(self, words: Counter[str], least: float, but: set[int]) -> bool:
        """Whether a sentence other than these has at least such a share of these words."""
        found = [(words & self.words(n)).total() for _likeness, n in self.best(words) if n not in but]
        return max(found, default=0) >= least * words.total()


def alike(one: Counter[str], other: Counter[str]) -> float:
    """The share of the words of two sentences that they have in common, from 0 to 1."""
    return 2 * (one & other).total() / (one.total() + other.total())


def stem(word: str) -> str:
    """A word without its ending: by that it is known again in another form, and in the other written standard."""
    return word[:_STEM] if len(word) > _STEM and word.isalpha() else word
