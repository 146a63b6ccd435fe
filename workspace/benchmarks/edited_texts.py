"""Real texts with edits made to them from a fixed seed, so that it is known where every sentence has gone."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workspace.comments.passages import Spot, Text
from workspace.markup import Block

SEED = 2026
MOST_WORDS = 12_000  # of a text; longer sets are cut into several
PARALLEL, PARAGRAPHS = "nob_nno_parallel.jsonl", "ud_paragraphs.jsonl"
LAWS_READ = 200
QUESTIONS, LAWS = "norquad_dev.jsonl", "lovtidend_2025.jsonl"


Rows = list[dict[str, Any]]


class Edited(NamedTuple):
    """Two versions of a text, where each of its sentences was, and where it is; one that is gone is in `were` alone."""

    before: Text
    after: Text
    were: dict[int, Spot]
    are: dict[int, Spot]


class Part:
    """A heading, or a paragraph of sentences; each sentence has a number that stays with it."""

    def __init__(self, kind: str, said: list[tuple[int, str]]) -> None:
        self.kind, self.said = kind, said


def read(folder: Path) -> tuple[dict[str, list[Edited]], list[str]]:
    """The edited texts of each set whose file is in the folder, and the names of the files that are not."""
    missing = sorted({file for file, _make in SETS.values() if not (folder / file).is_file()})
    return {
        name: list(make(rows(folder / file))) for name, (file, make) in SETS.items() if file not in missing
    }, missing


def rows(path: Path) -> Rows:
    """The rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def text_of(parts: list[Part]) -> tuple[Text, dict[int, Spot]]:
    """Parts as a text, and where each of their sentences stands in it."""
    blocks: list[Block] = []
    spots: dict[int, Spot] = {}
    for number, part in enumerate(parts, start=1):
        at = 0
        for name, words in part.said:
            spots[name] = Spot(0, number, at, at + len(words))
            at += len(words) + 1
        blocks.append(Block(number, part.kind, "", " ".join(words for _name, words in part.said), 2, ""))
    return Text([(0, blocks)]), spots


# -- Rewritten in the other standard --


def _rewritten(rows: Rows, every: int) -> Iterator[Edited]:
    old = [Part("paragraph", [(number, row["nb"])]) for number, row in enumerate(rows)]
    new = [Part("paragraph", [(number, row["nb" if number % every else "nn"])]) for number, row in enumerate(rows)]
    before, were = text_of(old)
    after, are = text_of(new)
    yield Edited(before, after, were, are)


# -- Edited as people edit --


def _edited(sources: list[list[tuple[str, str]]]) -> Iterator[Edited]:
    rnd = random.Random(SEED)  # noqa: S311  a fixed seed, no secret
    parts: list[Part] = []
    names = iter(range(10_000_000))
    words = 0
    for sections in sources:
        for heading, text in sections:
            parts += [Part("heading", [(next(names), heading)])] if heading else []
            parts += [Part("paragraph", [(next(names), each) for each in said]) for said in _sentences(text)]
            words += len(text.split())
        if words > MOST_WORDS:
            yield _with_edits(parts, rnd, names)
            parts, words = [], 0
    if parts:
        yield _with_edits(parts, rnd, names)


def _sentences(text: str) -> list[list[str]]:
    """The sentences of each paragraph."""
    paragraphs = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    read = Text([(0, [Block(n, "paragraph", "", each, 0, "") for n, each in enumerate(paragraphs)])])
    found: list[list[str]] = [[] for _each in paragraphs]
    for number, sentence in enumerate(read.sentences):
        found[sentence.home[1]].append(read.text_of(read.spot_of(number)))
    return [said for said in found if said]


def _with_edits(parts: list[Part], rnd: random.Random, names: Iterator[int]) -> Edited:
    before, were = text_of(parts)
    vocabulary = [word.text for word in before.words if word.text.isalpha()]
    new: list[Part] = []
    for part in parts:
        chance = rnd.random()
        said = [each for each in part.said if part.kind == "heading" or rnd.random() > 0.03]  # some sentences go
        if chance < 0.05 or not said:  # and some paragraphs
            continue
        if part.kind == "paragraph":
            said = [(name, _reworded(words, rnd, vocabulary)) for name, words in said]
            if chance > 0.97:
                said.insert(
                    rnd.randint(0, len(said)), (next(names), " ".join(rnd.sample(vocabulary, 9)).capitalize() + ".")
                )
        new += _laid_out(Part(part.kind, said), rnd, new)
    for _move in range(len(new) // 40):
        first = rnd.randrange(len(new))
        moved = new[first : first + rnd.randint(1, 6)]
        del new[first : first + len(moved)]
        at = rnd.randint(0, len(new))
        new[at:at] = moved
    after, are = text_of(new)
    return Edited(before, after, were, are)


def _reworded(sentence: str, rnd: random.Random, vocabulary: list[str]) -> str:
    """A sentence as it was, or, of each eighth, with one to three words put in, taken out or replaced."""
    words = sentence.split(" ")
    if rnd.random() > 0.125 or len(words) < 4:
        return sentence
    for _each in range(rnd.randint(1, 3)):
        at, how = rnd.randrange(1, len(words)), rnd.random()
        if how < 0.4:
            words.insert(at, rnd.choice(vocabulary).lower())
        elif how < 0.7 and len(words) > 4 and at < len(words) - 1:
            words.pop(at)
        elif at < len(words) - 1:
            words[at] = rnd.choice(vocabulary).lower()
    return " ".join(words)


def _laid_out(part: Part, rnd: random.Random, before: list[Part]) -> list[Part]:
    """A paragraph as it is, in two, or put at the end of the one before."""
    chance = rnd.random()
    if part.kind == "paragraph" and chance < 0.02 and len(part.said) > 1:
        at = rnd.randrange(1, len(part.said))
        return [Part(part.kind, part.said[:at]), Part(part.kind, part.said[at:])]
    if part.kind == "paragraph" and chance < 0.04 and before and before[-1].kind == "paragraph":
        before[-1].said += part.said
        return []
    return [part]


def _passages(rows: Rows) -> Iterator[Edited]:
    return _edited([[(row["title"], row["text"])] for row in rows if row["type"] == "passage"])


def _sections(rows: Rows) -> Iterator[Edited]:
    return _edited([[(part["heading"], part["text"]) for part in row["sections"]] for row in rows[:LAWS_READ]])


SETS: dict[str, tuple[str, Callable[[Rows], Iterator[Edited]]]] = {
    "nb to nn": (PARALLEL, lambda rows: _rewritten(rows, 1)),
    "nb to nn, one in four": (PARALLEL, lambda rows: _rewritten(rows, 4)),
    "ud": (PARAGRAPHS, lambda rows: _edited([[("", row["text"])] for row in rows])),
    "norquad": (QUESTIONS, _passages),
    "laws": (LAWS, _sections),
}
