"""The command `workspace bench search`: how well and how fast search finds what real questions ask for.

The texts go into the index of a new instance, through the same port as in the product, and the questions are asked of
it one after the other. The time of a question is that of the query alone, with the index warm.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from workspace import assembly
from workspace.benchmarks import query_sets
from workspace.benchmarks.query_sets import QuerySet, Question
from workspace.config import Config
from workspace.search.port import Index, Query
from workspace.terminal import Terminal, close

REGION = "bench"
AUDIENCES = ("region",)
BATCH = 1000  # texts in one commit
DEEPEST = 10  # hits that are looked at
WARMING = 20  # questions asked before any is timed
QUICK = 200


class Asked(NamedTuple):
    """A question, the place of its answer among the hits (1 is first, 0 is not there), and the time it took (ms)."""

    question: Question
    place: int
    ms: float


@click.command("search")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder with norquad_dev.jsonl and the other files.",
)
@click.option("--quick", is_flag=True, help=f"At most {QUICK} questions of each set.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each set.")
def search(data: Path, quick: bool, as_json: bool) -> None:
    """Retrieval on real questions: recall, MRR, times, build time and size."""
    terminal = Terminal()
    sets, missing = query_sets.read(data)
    for name in missing:
        terminal.warn(f"not there, so left out: {name}")
    for each in query_sets.sample(sets, QUICK) if quick else sets:
        figures = measure(each)
        if as_json:
            terminal.json(figures)
        else:
            terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))


def measure(questions: QuerySet) -> dict[str, str | int | float]:
    """Put the texts of a set into a new index, ask its questions, and answer with the figures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = assembly.open_workspace(Config(instance=Path(folder)))
        try:
            index = workspace.indexes.region(REGION)
            began = time.perf_counter()
            _build(index, questions)
            build = time.perf_counter() - began
            asked = ask(index, questions.questions)
        finally:
            close(workspace)
        size = sum(path.stat().st_size for path in (Path(folder) / "regions").rglob("*") if path.is_file())
    figures: dict[str, str | int | float] = {"set": questions.name, "passages": len(questions.entries)}
    figures["questions"] = len(asked)
    figures |= _quality(asked)
    for half in "ab":
        part = _quality([each for each in asked if each.question.half == half])
        figures |= {f"{name}_half_{half}": value for name, value in part.items()}
    return figures | _times(asked) | {"build_s": round(build, 2), "index_mb": round(size / 1e6, 2)}


def ask(index: Index, questions: Sequence[Question]) -> list[Asked]:
    """Ask every question of an index, after a few that warm it."""
    for question in questions[:WARMING]:
        _ask(index, question)
    return [_ask(index, question) for question in questions]


def _build(index: Index, questions: QuerySet) -> None:
    for first in range(0, len(questions.entries), BATCH):
        index.update(questions.entries[first : first + BATCH], [], first + BATCH)


def _ask(index: Index, question: Question) -> Asked:
    found = index.search(Query(words=question.text, audiences=AUDIENCES, limit=DEEPEST, passages=False))
    places = [place for place, hit in enumerate(found.hits, start=1) if hit.entry.ref in question.relevant]
    return Asked(question, places[0] if places else 0, found.ms)


def _quality(asked: Sequence[Asked]) -> dict[str, float]:
    """Recall: the share of the questions whose answer is among so many. MRR: the mean of 1 by its place."""
    count = len(asked) or 1
    shares = {f"recall_{depth}": sum(0 < each.place <= depth for each in asked) / count for depth in (1, 5, DEEPEST)}
    mrr = sum(1 / each.place for each in asked if each.place) / count
    return {name: round(value, 4) for name, value in (shares | {f"mrr_{DEEPEST}": mrr}).items()}


def _times(asked: Sequence[Asked]) -> dict[str, float]:
    times = sorted(each.ms for each in asked) or [0.0]
    return {"p50_ms": round(statistics.median(times), 2), "p95_ms": round(times[int(len(times) * 0.95)], 2)}
