"""The command `workspace bench comments`: a document with many threads, and many who ask what is new in them."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import click

from workspace import access, assembly, create_app, markup
from workspace import config as configuration
from workspace.access import Actor, Role
from workspace.accounts import service as accounts
from workspace.benchmarks import load, serving
from workspace.benchmarks.writing import late, middle, timed
from workspace.comments.model import Comment, Thread
from workspace.config import Config
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.terminal import Terminal, close

REGION = "bench"
PARAGRAPHS = 60
EACH = 3  # comments in a thread
TURNS = 200  # times that each page is asked for
PAUSE = 10.0  # seconds between the comments that come while everybody reads
_WORDS = "Kommunene vil bygge felles kai, kraftnett og dekning, og dele kostnaden mellom seg etter innbyggertall."


class Made(NamedTuple):
    """What there is to read, and the cookies of those who read it."""

    document: str
    threads: list[str]
    unresolved: list[str]
    cookies: list[str]
    seen: int


@click.command("comments")
@click.option("--threads", default=1000, show_default=True, help="How many threads the document has.")
@click.option("--readers", default=300, show_default=True, help="How many ask what is new; 0 for none.")
@click.option("--seconds", default=30.0, show_default=True, help="How long they ask, once quietly and once not.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each figure.")
def comments(threads: int, readers: int, seconds: float, as_json: bool) -> None:
    """A document with many threads: how long its page takes, and what those who ask what is new cost a processor."""
    terminal = Terminal()
    with tempfile.TemporaryDirectory() as folder:
        config = configuration.load({}, instance=Path(folder))
        made = _made(config, threads, readers)
        with serving.watched(config) as (port, process), serving.bare(config) as bare_port:
            for figures in _pages(port, bare_port, made):
                _say(terminal, figures, as_json)
            for is_quiet in (True, False) if readers else ():
                _say(terminal, _asking(port, process, made, seconds, is_quiet=is_quiet), as_json)


def _say(terminal: Terminal, figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.json(figures)
    else:
        terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))


# -- What is read --


def _made(config: Config, threads: int, readers: int) -> Made:
    workspace = assembly.open_workspace(config)
    try:
        names = {str(9001 + at): f"Kommune {at + 1}" for at in range(9)}
        regions.create_region(workspace, access.operator(), REGION, "Måleregionen", names, demo=True)
        people = list(_people(workspace, max(readers, 1)))
        document = _document(workspace, people[0], threads)
        view = workspace.region(REGION).view()
        found = view.find(Thread, {"document": document.id}, order="opened")
        ids, unresolved = [thread.id for thread in found], [thread.id for thread in found if thread.resolved is None]
        workspace.indexes.region(REGION).update([], [], view.last_event())  # search has measurements of its own
        return Made(document.id, ids, unresolved, _cookies(workspace, people), view.last_event())
    finally:
        close(workspace)


def _people(workspace: Workspace, count: int) -> Iterator[Actor]:
    """The one who leads, and the others."""
    operator = access.operator(REGION)
    for at in range(count):
        person = accounts.add_person(workspace, f"Person {at}", f"person{at}@maaling.example")
        role = Role.PARTICIPANT if at else Role.FACILITATOR
        regions.add_member(workspace, operator, person, role, municipality=str(9001 + at % 9))
        yield regions.actor_in(workspace, person, REGION)


def _document(workspace: Workspace, lead: Actor, threads: int) -> Document:
    """A text in its second version, with threads all over it, most of them begun on the first."""
    text = "\n\n".join(f"Avsnitt {at}. {_WORDS} {_WORDS} Dette er punkt {at} av planen." for at in range(PARAGRAPHS))
    document = documents.create(workspace, lead, title="Planutkast", kind="plan", text=text)
    _put_threads(workspace, lead, document, threads, range(threads * 3 // 4))
    text = text.replace("Dette er punkt 7 av planen.", "Her er det siste punktet endret i tråd med høringen.")
    document = documents.save(workspace, lead, document.id, document.version, text=text)
    _put_threads(workspace, lead, document, threads, range(threads * 3 // 4, threads))
    return document


def _put_threads(workspace: Workspace, lead: Actor, document: Document, all: int, which: range) -> None:
    blocks, now = markup.render(document.text).blocks, workspace.now()
    with workspace.region(REGION).transaction() as tx:
        for at in which:
            block = blocks[at * len(blocks) // all]
            start, end = (0, 0) if at % 3 == 0 else (10 + at % 7, 60 + at % 40)
            thread = Thread(
                id=workspace.new_id(), document=document.id, number=document.number, block=block.number, start=start,
                end=end, quote=block.text[start:end], block_text=block.text, by=lead.by, opened=now, serial=at + 1,
                resolved=now if at % 4 == 0 else None, resolved_name=lead.name, comments=EACH, last=now,
            )  # fmt: skip
            tx.log("threads.opened", tx.put(thread), at=now, by=lead.by, document=document.id)
            for number in range(1, EACH + 1):
                id = f"{thread.id}-{number}"
                tx.put(Comment(id=id, thread=thread.id, text=_WORDS, by=lead.by, name=lead.name, at=now))


def _cookies(workspace: Workspace, people: list[Actor]) -> list[str]:
    app = create_app(workspace)
    sign = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    tokens = [accounts.start_session(workspace, actor.person or "", device="bench") for actor in people]
    sessions = [{"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)} for token in tokens]
    return [f"{app.config['SESSION_COOKIE_NAME']}={sign.dumps(session)}" for session in sessions]


# -- How long its page takes --


def _pages(port: int, bare_port: int, made: Made) -> Iterator[dict[str, Any]]:
    """Each page as one reader gets it, in turns with a bare page of its size."""
    page, ids = f"/r/{REGION}/documents/{made.document}", cycle(made.threads)
    asked: dict[str, Callable[[], str]] = {
        "the page as before": lambda: page,
        "the page made anew, a thread open": lambda: f"{page}?thread={next(ids)}",
        "a thread opened": lambda: f"/r/{REGION}/threads/{next(ids)}",
    }
    for name, path in asked.items():
        ours, bare = _Client(port, made.cookies[0]), _Client(bare_port, "")
        size = len(ours.get(path()))
        times = [(timed(lambda: ours.get(path())), timed(lambda: bare.get(f"/{size}"))) for _turn in range(TURNS)]  # noqa: B023  asked at once
        ours.close()
        bare.close()
        took, alone = [one for one, _other in times], [other for _one, other in times]
        yield {
            "page": name, "threads": len(made.threads), "bytes": size, "p50_ms": middle(took), "p95_ms": late(took),
            "bare_p50_ms": middle(alone), "p50_to_bare": round(statistics.median(took) / statistics.median(alone), 1),
        }  # fmt: skip


class _Client:
    """A connection that stays open."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Cookie": cookie} if cookie else {}

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def get(self, path: str) -> bytes:
        """A page. Raises Unanswered when it is not answered with 200."""
        is_part = "/threads/" in path
        self._connection.request("GET", path, headers=self._headers | ({"HX-Request": "true"} if is_part else {}))
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise load.Unanswered(f"{path}: {answer.status}")
        return content

    def reply(self, thread: str) -> None:
        """Post a reply as the form of a thread does. Raises Unanswered."""
        form = self.get(f"/r/{REGION}/threads/{thread}")
        token = re.search(rb'name="csrf_token" value="([^"]+)"', form)
        path = f"/r/{REGION}/threads/{thread}/comments"
        fields = {"text": "Enig.", "csrf_token": token[1].decode() if token else ""}
        headers = self._headers | {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, urlencode(fields), headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise load.Unanswered(f"{path}: {answer.status} {said!r}")


# -- What those who ask cost --


def _asking(port: int, process: int, made: Made, seconds: float, *, is_quiet: bool) -> dict[str, Any]:
    """The part of a processor that the server takes while everybody asks what is new."""
    path = f"/r/{REGION}/documents/{made.document}/threads/news?known=2"
    words = [sys.executable, "-m", "workspace.benchmarks.polling", str(port), path, str(made.seen), str(seconds)]
    over = threading.Event()
    writer = threading.Thread(target=_write, args=(port, made, over))
    began, before = time.monotonic(), serving.cpu_seconds(process)
    if not is_quiet:
        writer.start()
    said = subprocess.run(  # noqa: S603  our own module, no shell
        words, input="\n".join(made.cookies), stdout=subprocess.PIPE, text=True, check=True, cwd=configuration.CHECKOUT
    ).stdout
    lasted, taken = time.monotonic() - began, serving.cpu_seconds(process) - before
    over.set()
    if not is_quiet:
        writer.join()
    found = json.loads(said)
    if set(found["answers"]) - {"200", "204"}:
        raise load.Unanswered(str(found))
    return {
        "readers": len(made.cookies), "comments": "none" if is_quiet else f"one in {PAUSE:g} s",
        "seconds": round(lasted, 1), "asked": found["asked"], "answers": found["answers"],
        "p50_ms": round(found["p50_ms"], 2), "p95_ms": round(found["p95_ms"], 2),
        "of_one_core": f"{100 * taken / lasted:.1f} %",
    }  # fmt: skip


def _write(port: int, made: Made, over: threading.Event) -> None:
    """Somebody replies now and then, over HTTP as everybody does."""
    client, ids = _Client(port, made.cookies[-1]), cycle(made.unresolved)
    while not over.wait(PAUSE / 2):
        client.reply(next(ids))
        over.wait(PAUSE / 2)
    client.close()
