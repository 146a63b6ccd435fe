"""Names that have changed places: a sentence in which one name stands for another may not be the same sentence."""

from __future__ import annotations

from collections.abc import Iterable

from workspace.comments.passages import Sentence, Text

_NEAR = 10  # sentences around one, among which a name that it lost is looked for


class Swaps:
    """Which names each sentence that is changed, gone or new has lost or got."""

    def __init__(
        self, before: Text, after: Text, left: Iterable[int], free: Iterable[int], pairs: list[tuple[int, int]]
    ) -> None:
        self._before, self._after = before, after
        self._common = _lower_words(before) | _lower_words(after)
        to, back = dict(pairs), {j: i for i, j in pairs}
        old = {i: self._names(before, before.sentences[i]) for i in left}
        new = {j: self._names(after, after.sentences[j]) for j in free}
        self._lost = {i: names - new[to[i]] if i in to else names for i, names in old.items()}
        self._got = {j: names - old[back[j]] if j in back else names for j, names in new.items()}

    def _names(self, text: Text, sentence: Sentence) -> frozenset[str]:
        spelled = {word.text for word in text.words[sentence.first : sentence.last] if word.text[0].isupper()}
        return frozenset(word for word in spelled if word.casefold() not in self._common)

    def has_swapped(self, old: int, new: int) -> bool:
        """Whether a name took another's place here, and one of the two is among what is changed nearby."""
        lost, got = self._lost[old], self._got[new]
        if not lost or not got:
            return False
        around = range(-_NEAR, _NEAR + 1)
        is_lost_there = any(got & self._lost.get(old + n, frozenset()) for n in around if n)
        return is_lost_there or any(lost & self._got.get(new + n, frozenset()) for n in around if n)


def _lower_words(text: Text) -> set[str]:
    return {word.text for word in text.words if word.text[0].islower()}
