"""The command `workspace bench anchors`: how many passages are found again in the next version, and none wrongly.

Passages of versions that were paired by hand, of sentences rewritten in the other standard, and of real texts with
edits whose truth is known. A passage that is placed anywhere but on its own sentence is wrong, but for one between the
very same sentences that says the very same: which of two such it is, nobody can tell.
"""

from __future__ import annotations

import difflib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from workspace import access, assembly, markup
from workspace.access import Actor
from workspace.benchmarks import edited_texts, version_pairs
from workspace.benchmarks.edited_texts import SEED, Edited
from workspace.comments import placing
from workspace.comments import subject as subjects
from workspace.comments.anchoring import CHANGED, KEPT, MOVED, REMOVED, Difference, Spot, Text
from workspace.comments.model import Thread
from workspace.config import Config
from workspace.documents import service as documents
from workspace.markup import Block
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.terminal import Terminal, close

REGION = "bench"
WORDS, THREADS = 60_000, 500  # of the long document
PIECE = 20_000  # words of it that are compared by difflib as well


class Tried(NamedTuple):
    """A passage, and what became of it: placed how, whether it is still there, and whether it is placed wrongly."""

    how: str
    is_there: bool
    is_suggested: bool
    is_wrong: bool


@click.command("anchors")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder with ud_paragraphs.jsonl and the other files.",
)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each set.")
@click.pass_context
def anchors(context: click.Context, data: Path, as_json: bool) -> None:
    """Passages placed in the next version: how many, how fast. Ends with 1 when any is placed wrongly."""
    terminal = Terminal()
    sets, missing = edited_texts.read(data)
    for name in missing:
        terminal.warn(f"not there, so left out: {name}")
    found = [{"set": "pairs"} | counted(pairs())]
    found += [
        {"set": name} | counted(tried for each in texts for tried in edited(each)) for name, texts in sets.items()
    ]
    if edited_texts.PARAGRAPHS not in missing:
        found.append({"set": "long document"} | long_document(data))
    for figures in found:
        if as_json:
            terminal.json(figures)
        else:
            terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))
    if any(figures.get("WRONG") for figures in found):
        context.exit(1)


def counted(tried: Iterable[Tried]) -> dict[str, Any]:
    """How many passages, the share placed in each way, and of those still there the share that was not found."""
    all_ = list(tried)
    hows = Counter(each.how for each in all_)
    there = [each for each in all_ if each.is_there]
    removed = [each for each in all_ if each.how == REMOVED]
    return {
        "threads": len(all_),
        **{how: _share(hows[how], len(all_)) for how in (KEPT, CHANGED, MOVED, REMOVED)},
        "still_there": len(there),
        "not_found": _share(sum(each.how == REMOVED for each in there), len(there)),
        "suggested": _share(sum(each.is_suggested for each in removed), len(removed)),
        "WRONG": sum(each.is_wrong for each in all_),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


# -- What is known --


def pairs() -> Iterator[Tried]:
    """The passages of the pairs of versions that were made by hand."""
    for pair in version_pairs.PAIRS:
        before, passage = version_pairs.read(pair.before, whole=pair.whole)
        after, right = version_pairs.read(pair.after)
        if passage is not None:
            found = Difference(before, after).place(passage)
            whole = right._replace(start=0, end=0) if right is not None and pair.whole else right
            is_wrong = found.how != REMOVED and found.spot not in (right, whole)
            yield Tried(found.how, right is not None, found.suggested is not None, is_wrong)


def edited(each: Edited) -> Iterator[Tried]:
    """A passage of every sentence of an edited text: the sentence, or some words of it."""
    rnd = random.Random(SEED)  # noqa: S311  a fixed seed, no secret
    difference = Difference(each.before, each.after)
    for name, whole in each.were.items():
        passage = whole
        if rnd.random() < 0.5:
            start = rnd.randrange(whole.start, max(whole.start + 1, whole.end - 20))
            passage = whole._replace(start=start, end=min(whole.end, start + rnd.randint(12, 60)))
        if not each.before.words_of(passage):
            continue
        found = difference.place(passage)
        is_wrong = found.how != REMOVED and not _is_right(each, name, found.spot, passage)
        yield Tried(found.how, name in each.are, found.suggested is not None, is_wrong)


def _is_right(each: Edited, name: int, spot: Spot, passage: Spot) -> bool:
    right = each.are.get(name)
    if right is not None and right.block == spot.block:
        shared = min(spot.end, right.end) - max(spot.start, right.start)
        if 2 * shared >= spot.end - spot.start:
            return True
    return _around(each.before, passage) == _around(each.after, spot)


def _around(text: Text, spot: Spot) -> list[str]:
    """A sentence with those before and after it."""
    number = text.sentence_of(text.words_of(spot)[0])
    return [text.sentences[n].key if 0 <= n < len(text.sentences) else "" for n in (number - 1, number, number + 1)]


# -- Time --


def long_document(data: Path) -> dict[str, Any]:
    """A long document with many threads in a store, saved with many edits: how long all of them take to be placed."""
    rnd = random.Random(SEED)  # noqa: S311  a fixed seed, no secret
    paragraphs = _long([row["text"] for row in edited_texts.rows(data / edited_texts.PARAGRAPHS)])
    old, new = "\n\n".join(paragraphs), "\n\n".join(_changed(paragraphs, rnd))
    with tempfile.TemporaryDirectory() as instance:
        workspace = assembly.open_workspace(Config(instance=Path(instance)))
        try:
            figures = _placed_anew(workspace, access.operator(REGION), old, new, rnd)
        finally:
            close(workspace)
    return {"words": len(old.split())} | figures | _beside_difflib(old, new)


def _long(texts: list[str]) -> list[str]:
    """So many paragraphs that there are enough words in them; told apart where a text comes again."""
    found: list[str] = []
    words = 0
    for at in range(10 * len(texts)):
        if words >= WORDS:
            break
        turn, text = at // len(texts), " ".join(texts[at % len(texts)].split())
        found.append(f"{text} ({turn})" if turn else text)
        words += len(found[-1].split())
    return found


def _changed(paragraphs: list[str], rnd: random.Random) -> list[str]:
    vocabulary = " ".join(paragraphs[:50]).split()
    changed: list[str] = []
    for paragraph in paragraphs:
        words, chance = paragraph.split(), rnd.random()
        if chance < 0.05:
            continue
        if chance < 0.3 and len(words) > 3:
            for _each in range(3):
                words[rnd.randrange(1, len(words))] = rnd.choice(vocabulary)
        changed.append(" ".join(words))
        if chance > 0.95:
            changed.append(f"Et nytt avsnitt: {' '.join(rnd.sample(vocabulary, 20))}.")
    return changed


def _placed_anew(workspace: Workspace, actor: Actor, old: str, new: str, rnd: random.Random) -> dict[str, Any]:
    regions.create_region(workspace, access.operator(), REGION, "Måleregionen", {"9001": "Nord"}, demo=True)
    document = documents.create(workspace, actor, title="Lang plan", kind="plan", text=old)
    threads = [_thread(workspace, document.id, rnd.choice(markup.render(old).blocks), rnd) for _each in range(THREADS)]
    with workspace.region(REGION).transaction() as tx:
        for thread in threads:
            tx.put(thread)
    document = documents.save(workspace, actor, document.id, document.version, text=new)
    began = time.perf_counter()
    for text in (old, new):
        markup.render(f"{text}\n")  # as they are read from the store: a text that was rendered just now is remembered
    parsed = time.perf_counter()
    places = placing.places(workspace, actor, subjects.of_document(workspace, actor, document), threads)
    ended = time.perf_counter()
    hows = Counter(place.how for place in places.values())
    return {
        "threads": len(places),
        **{how: _share(hows[how], len(places)) for how in (KEPT, CHANGED, MOVED, REMOVED)},
        "parse_s": round(parsed - began, 3),
        "place_s": round(ended - parsed, 3),
        "whole_s": round(ended - began, 3),
    }


def _thread(workspace: Workspace, document: str, block: Block, rnd: random.Random) -> Thread:
    start = rnd.randrange(max(1, len(block.text) - 60))
    end = min(len(block.text), start + rnd.randint(15, 60))
    return Thread(
        id=workspace.new_id(),
        document=document,
        number=1,
        block=block.number,
        start=start,
        end=end,
        quote=block.text[start:end],
        block_text=block.text,
        by="bench",
        opened=workspace.now(),
    )


def _beside_difflib(old: str, new: str) -> dict[str, Any]:
    """A piece of the document compared word by word, and by us, in the same run."""
    before, after = (" ".join(text.split(" ")[:PIECE]) for text in (old, new))
    began = time.perf_counter()
    Difference(*(Text([(0, markup.render(text).blocks)]) for text in (before, after)))
    ours = time.perf_counter() - began
    began = time.perf_counter()
    difflib.SequenceMatcher(None, before.split(), after.split(), autojunk=False).get_matching_blocks()
    theirs = time.perf_counter() - began
    return {"piece_words": PIECE, "difflib_s": round(theirs, 3), "ours_to_difflib": round(ours / theirs, 4)}
