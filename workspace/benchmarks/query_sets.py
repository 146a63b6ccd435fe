"""The query sets that search is measured with, read from the folder `data` (its README says what each file is)."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workspace.search import analysis
from workspace.search.port import Entry

NORQUAD, PARALLEL = "norquad_dev.jsonl", "nob_nno_parallel.jsonl"
PADDING = ("lovtidend_2025.jsonl", "gov_ndt.jsonl", "ud_paragraphs.jsonl", PARALLEL)
SEED = 2026  # of the order in which passages are put in: it must not matter
PASSAGE_WORDS = 90  # a long section is cut at ends of lines into passages of about so many words
HARD_WORDS = 3  # of a question across the written standards, at most
_WORD = re.compile(r"[^\W\d_]{4,}")


class Question(NamedTuple):
    """What is asked, and the refs that answer it."""

    id: str
    text: str
    relevant: frozenset[str]

    @property
    def half(self) -> str:
        """Which half it belongs to: what is tuned on one is checked on the other."""
        return "ab"[hashlib.sha256(self.id.encode()).digest()[0] % 2]


class QuerySet(NamedTuple):
    """Texts to put into an index, and questions to ask of it."""

    name: str
    entries: list[Entry]
    questions: list[Question]


def read(folder: Path) -> tuple[list[QuerySet], list[str]]:
    """The query sets whose files are in the folder, and the names of the files that are not."""
    missing = [name for name in (NORQUAD, *PADDING) if not (folder / name).is_file()]
    sets: list[QuerySet] = []
    if NORQUAD not in missing:
        passages, questions = _norquad(folder)
        sets.append(QuerySet("norquad", _shuffled(passages), questions))
        padding = [entry for name in PADDING if name not in missing for entry in _padding(folder / name)]
        if padding:
            sets.append(QuerySet("norquad among many", _shuffled(passages + padding), questions))
    if PARALLEL not in missing:
        sets.append(_across_standards(folder / PARALLEL))
    return sets, missing


def sample(sets: list[QuerySet], count: int) -> list[QuerySet]:
    """The same with at most so many questions each, evenly spread."""
    return [each._replace(questions=each.questions[:: max(1, -(-len(each.questions) // count))]) for each in sets]


def _norquad(folder: Path) -> tuple[list[Entry], list[Question]]:
    lines = list(_lines(folder / NORQUAD))
    passages = [_entry(line["id"], line["title"], line["text"], "nb") for line in lines if line["type"] == "passage"]
    questions = [
        Question(line["id"], line["text"], frozenset(line["relevant"])) for line in lines if line["type"] == "question"
    ]
    return passages, questions


def _padding(path: Path) -> Iterator[Entry]:
    for line in _lines(path):
        if "sections" in line:
            yield from _sections(line)
        elif "nn" in line:
            yield _entry(f"{line['id']}-nb", "", line["nb"], "nb")
            yield _entry(f"{line['id']}-nn", "", line["nn"], "nn")
        else:
            yield _entry(line["id"], line.get("title", ""), line["text"], line.get("lang", ""))


def _sections(line: dict[str, Any]) -> Iterator[Entry]:
    number = 0
    for section in line["sections"]:
        title = section["heading"] or line.get("title", "")
        for text in _cut(section["text"]):
            number += 1
            yield _entry(f"{line['id']}#{number}", title, text, line.get("lang", ""))


def _cut(text: str) -> Iterator[str]:
    passage: list[str] = []
    words = 0
    for row in text.split("\n"):
        count = len(row.split())
        if passage and words + count > PASSAGE_WORDS:
            yield "\n".join(passage)
            passage, words = [], 0
        passage.append(row)
        words += count
    if words:
        yield "\n".join(passage)


def _across_standards(path: Path) -> QuerySet:
    """Asked in bokmål for a sentence in nynorsk. Hard: no word of the question stands in the sentence as it is."""
    pairs = list(_lines(path))
    questions = []
    for pair in pairs:
        there = set(_WORD.findall(pair["nn"].lower()))
        words = [word for word in dict.fromkeys(_WORD.findall(pair["nb"].lower())) if word not in analysis.STOP]
        hard = [word for word in words if word not in there][:HARD_WORDS]
        if len(hard) > 1:
            questions.append(Question(pair["id"], " ".join(hard), frozenset([pair["id"]])))
    return QuerySet(
        "bokmål asks nynorsk", _shuffled([_entry(pair["id"], "", pair["nn"], "nn") for pair in pairs]), questions
    )


def _entry(id: str, title: str, text: str, language: str) -> Entry:
    return Entry(
        uid=f"document:{id}",
        kind="document",
        id=id,
        ref=id,
        title=title,
        text=text,
        audience="region",
        language=language,
    )


def _shuffled(entries: list[Entry]) -> list[Entry]:
    return random.Random(SEED).sample(entries, len(entries))  # noqa: S311 - an order, not a secret


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
