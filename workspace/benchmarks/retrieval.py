"""The command `workspace bench search`: how well and how fast search finds what real questions ask for.

The texts go into the index of a new instance, through the same port as in the product, and the questions are asked of
it one after the other. The time of a question is that of the query alone, with the index warm. Given a database, the
same is done on PostgreSQL in a schema of its own there, and what the two differ in is that of this run.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from workspace import assembly
from workspace.benchmarks import query_sets
from workspace.benchmarks.query_sets import QuerySet, Question
from workspace.config import Config
from workspace.search.port import Index, Query
from workspace.search.postgres.scratch import scratch
from workspace.terminal import Terminal, close

REGION = "bench"
AUDIENCES = ("region",)
BATCH = 1000  # texts in one commit
DEEPEST = 10  # hits that are looked at
WARMING = 20  # questions asked before any is timed
QUICK = 200


# Opens a new index, and answers with it and with what tells its size in bytes once it has been asked.
Engine = Callable[[], AbstractContextManager[tuple[Index, Callable[[], int]]]]


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
@click.option(
    "--database-url", metavar="URL", help="Measure PostgreSQL as well, in a schema that is made and taken away again."
)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each set and engine.")
def search(data: Path, quick: bool, database_url: str | None, as_json: bool) -> None:
    """Retrieval on real questions: recall, MRR, times, build time and size."""
    terminal = Terminal()
    engines: dict[str, Engine] = {"embedded": embedded}
    if database_url:
        engines["postgresql"] = lambda: on_postgresql(database_url)
    sets, missing = query_sets.read(data)
    for name in missing:
        terminal.warn(f"not there, so left out: {name}")
    for each in query_sets.sample(sets, QUICK) if quick else sets:
        for name, engine in engines.items():
            figures = {"engine": name} | measure(each, engine)
            if as_json:
                terminal.json(figures)
            else:
                terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))


@contextmanager
def embedded() -> Iterator[tuple[Index, Callable[[], int]]]:
    """The index of a new instance folder."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = assembly.open_workspace(Config(instance=Path(folder)))
        try:
            files = (Path(folder) / "regions").rglob
            yield (
                workspace.indexes.region(REGION),
                lambda: sum(path.stat().st_size for path in files("*") if path.is_file()),
            )
        finally:
            close(workspace)


@contextmanager
def on_postgresql(url: str) -> Iterator[tuple[Index, Callable[[], int]]]:
    """An index in a schema of its own. Raises StoreRefused when the database can't be used."""
    with scratch(url) as (indexes, size):
        yield indexes.region(REGION), size


def measure(questions: QuerySet, engine: Engine = embedded) -> dict[str, str | int | float]:
    """Put the texts of a set into a new index, ask its questions, and answer with the figures."""
    with engine() as (index, size):
        began = time.perf_counter()
        _build(index, questions)
        build = time.perf_counter() - began
        asked = ask(index, questions.questions)
        taken = size()
    figures: dict[str, str | int | float] = {"set": questions.name, "passages": len(questions.entries)}
    figures["questions"] = len(asked)
    figures |= _quality(asked)
    for half in "ab":
        part = _quality([each for each in asked if each.question.half == half])
        figures |= {f"{name}_half_{half}": value for name, value in part.items()}
    return figures | _times(asked) | {"build_s": round(build, 2), "index_mb": round(taken / 1e6, 2)}


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
