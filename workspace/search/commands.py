"""The commands `workspace search` and `workspace reindex`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from workspace import assembly
from workspace.access import Actor, operator
from workspace.accounts import service as accounts
from workspace.errors import NotFound, _
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.search import following, service
from workspace.search.port import Found, Hit
from workspace.store.port import StoreRefused
from workspace.terminal import Terminal, close, reads, writes

PATIENCE = 5.0  # seconds to wait for a server to take in what was just written
DEEPEST = 1000  # hits looked at for so many different refs


@click.command()
@click.argument("region")
@click.argument("query", required=False)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many hits.")
@click.option("--as", "email", metavar="EMAIL", help="Show what this person would find. Without it: everything.")
@click.option(
    "--queries",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Ask each line {"id", "text"} of a file, and print {"id", "hits", "ms"} for each.',
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads
def search(
    terminal: Terminal,
    workspace: Workspace,
    region: str,
    query: str | None,
    limit: int,
    email: str | None,
    queries: Path | None,
    as_json: bool,
) -> None:
    """Search what REGION holds for the words of QUERY."""
    if (query is None) == (queries is None):
        raise click.UsageError("give either a QUERY or --queries FILE.jsonl")
    slug = regions.region_of(workspace, region).id
    actor = _actor(workspace, slug, email)
    _catch_up(terminal, workspace, slug)
    if queries is not None:
        _ask_all(terminal, workspace, actor, queries, limit)
        return
    found = service.search(workspace, actor, query or "", limit=limit)
    if found.behind:
        terminal.warn("the index is behind; run it again in a moment")
    if as_json:
        terminal.json({"hits": [_as_json(hit) for hit in found.hits], "total": found.total, "ms": round(found.ms, 3)})
    else:
        _say(terminal, found)


def _actor(workspace: Workspace, slug: str, email: str | None) -> Actor:
    """Who asks. Raises NotFound for an email that no member of the region has."""
    if email is None:
        return operator(slug)
    person = accounts.person_by_email(workspace, email)
    actor = regions.actor_in(workspace, person, slug) if person is not None else None
    if actor is None or actor.region is None:
        raise NotFound(_("Ingen i regionen har adressen %(email)s.", email=email))
    return actor


def _catch_up(terminal: Terminal, workspace: Workspace, slug: str) -> None:
    """Bring the index up to date. Where a server runs, it does that itself, and we wait a moment."""
    if not following.is_behind(workspace, slug):
        return
    try:
        owned = assembly.open_workspace(workspace.config)
    except StoreRefused:
        until = time.monotonic() + PATIENCE
        while following.is_behind(workspace, slug) and time.monotonic() < until:
            time.sleep(0.05)
        return
    try:
        _follow(terminal, owned, slug)
    finally:
        close(owned)


def _follow(terminal: Terminal, workspace: Workspace, slug: str) -> None:
    with terminal.progress(workspace.region(slug).view().last_event(), "index") as advance:
        following.follow(workspace, slug, advance=advance)


def _ask_all(terminal: Terminal, workspace: Workspace, actor: Actor, path: Path, limit: int) -> None:
    """Ask every question of a file. The time of each is that of the query alone, with the index warm."""
    for number, question in enumerate(_questions(terminal, path)):
        if number == 0:
            service.search(workspace, actor, question["text"], limit=limit, passages=False)
        found = service.search(workspace, actor, question["text"], limit=limit, passages=False)
        hits = [
            {"ref": ref, "score": score} for ref, score in _by_ref(workspace, actor, question["text"], found, limit)
        ]
        terminal.json({"id": question["id"], "hits": hits, "ms": round(found.ms, 3)})


def _by_ref(workspace: Workspace, actor: Actor, words: str, found: Found, limit: int) -> list[tuple[str, float]]:
    """The best refs with their scores, each once: the pages of a file have one ref, and so have the parts of a text."""
    reach = limit
    while True:
        best: dict[str, float] = {}
        for hit in found.hits:
            best.setdefault(hit.entry.ref, hit.score)
        if len(best) >= limit or len(found.hits) < reach or reach >= DEEPEST:
            return list(best.items())[:limit]
        reach *= 4
        found = service.search(workspace, actor, words, limit=reach, passages=False)


def _questions(terminal: Terminal, path: Path) -> Iterator[dict[str, str]]:
    """The questions of a file. A line that is none is reported, and the command ends with 3."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            question = _question(line)
            if question is None:
                terminal.warn(f"line {number}: not an object with the texts id and text")
                terminal.exit_code = 3
            elif question.get("type", "question") == "question":
                yield question


def _question(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    if read.get("type", "question") != "question":
        return read
    return read if isinstance(read.get("id"), str | int) and isinstance(read.get("text"), str) else None


def _as_json(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    passage = "".join(text for text, _match in hit.passage)
    return {
        "ref": entry.ref,
        "kind": entry.kind,
        "title": entry.title,
        "score": hit.score,
        "passage": passage,
        "page": entry.page or None,
    }


def _say(terminal: Terminal, found: Found) -> None:
    for hit in found.hits:
        page = f" ({hit.entry.label or hit.entry.page})" if hit.entry.page else ""
        terminal.say(f"{hit.score:7.3f}  {hit.entry.ref}{page}  {hit.entry.title}")
        if hit.passage:
            terminal.say("         " + "".join(f"[{text}]" if match else text for text, match in hit.passage))
    terminal.say(f"{found.total} found, {found.ms:.1f} ms")


@click.command()
@click.argument("region")
@writes
def reindex(terminal: Terminal, workspace: Workspace, region: str) -> None:
    """Make the search index of REGION from nothing."""
    slug = regions.region_of(workspace, region).id
    with terminal.progress(workspace.region(slug).view().last_event(), "index") as advance:
        count = following.rebuild(workspace, slug, advance)
    terminal.say(f"{count} records looked at")


COMMANDS = [search, reindex]
