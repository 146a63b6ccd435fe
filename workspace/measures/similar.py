"""Measures that may be the same one proposed twice. A person decides whether they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, utils

from workspace.kept import Kept
from workspace.measures.model import Measure

ALIKE = 80  # of 100: titles with the same words in another order, or with a word more, are above
RELATED = 40  # titles less alike than this are not the same, whatever their texts say
SAME_TEXT = 85
WITHIN = 0.9  # a title that is another with some words more is not quite the same
MOST_PAIRS = 10

_kept: Kept[tuple[tuple[str, str, int], ...]] = Kept(200)


class Pair(NamedTuple):
    """Two measures, and how alike they are (of 100)."""

    one: Measure
    other: Measure
    score: int


def score(title: str, text: str, other_title: str, other_text: str) -> int:
    """How alike two measures are, 0 to 100: by their titles, or by texts that say the same under related titles."""
    titles = max(_alike(title, other_title), WITHIN * _within(title, other_title))
    if titles >= ALIKE or titles < RELATED:
        return round(titles)
    texts = _alike(text, other_text)
    return round(max(titles, texts)) if texts >= SAME_TEXT else round(titles)


def _within(one: str, other: str) -> float:
    """How far all words of one title are in the other; nothing for titles of a single word."""
    if min(len(one.split()), len(other.split())) < 2:
        return 0
    return fuzz.token_set_ratio(one, other, processor=utils.default_process)


def _alike(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(one, other, processor=utils.default_process)


def like(title: str, text: str, among: Sequence[Measure]) -> list[Measure]:
    """The measures that may be the one that is being proposed, the likest first."""
    found = [(score(title, text, measure.title, measure.text), measure) for measure in among]
    return [m for points, m in sorted(found, key=lambda one: (-one[0], one[1].number)) if points >= ALIKE]


def pairs(measures: Sequence[Measure]) -> list[Pair]:
    """The measures that may be the same, two and two, the likest first; none that somebody has told apart."""
    made_of = tuple((measure.id, measure.version) for measure in measures)
    known = _kept.get(made_of)
    if known is None:
        known = _kept.put(made_of, tuple(_pairs(measures)))
    by_id = {measure.id: measure for measure in measures}
    return [Pair(by_id[one], by_id[other], points) for one, other, points in known]


def _pairs(measures: Sequence[Measure]) -> list[tuple[str, str, int]]:
    found = []
    for at, one in enumerate(measures):
        for other in measures[at + 1 :]:
            if other.id in one.differs_from or one.id in other.differs_from:
                continue
            points = score(one.title, one.text, other.title, other.text)
            if points >= ALIKE:
                found.append((one.id, other.id, points))
    return sorted(found, key=lambda pair: -pair[2])[:MOST_PAIRS]
