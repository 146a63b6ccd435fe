"""The command `workspace bench posting`: comments posted over HTTP, as browsers do, beside what the disk does alone.

Every request is a reply with a key of its own, and is answered with its thread. No limit of the workspace stands in
its way: none counts what somebody posts.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import click

from workspace import access, assembly, create_app, markup
from workspace import config as configuration
from workspace.access import Actor, Role
from workspace.accounts import service as accounts
from workspace.benchmarks import load, serving, writing
from workspace.benchmarks.load import Load
from workspace.benchmarks.made_region import PLAN
from workspace.benchmarks.writing import BareLog
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.comments.model import Comment
from workspace.config import Config
from workspace.documents import service as documents
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.search import following
from workspace.terminal import Terminal, close

REGION = "bench"
DOCUMENTS, THREADS_EACH = 100, 5  # that posts are spread over
CLIENTS = (1, 8)
SYNCS = 200  # of the disk alone, before and after each load
SCRIPT = Path(__file__).with_name("posting.lua")


class Made(NamedTuple):
    """The region that was made: who posts, and the threads they post in."""

    cookie: str
    document: str
    places: dict[str, list[str]]  # threads by what is measured


@click.command("posting")
@click.option("--threads", default=1000, show_default=True, help="How many threads the one document has.")
@click.option("--seconds", default=5, show_default=True, help="How long each number of clients posts.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each figure.")
def posting(threads: int, seconds: int, as_json: bool) -> None:
    """Comments posted by one and by eight, in many threads of many documents and in one document with all of them."""
    terminal = Terminal()
    wrk = shutil.which("wrk")
    if wrk is None:
        terminal.warn("workspace: wrk is not installed, and posting is measured with nothing else")
        raise SystemExit(3)
    with tempfile.TemporaryDirectory() as folder:
        config = configuration.load({}, instance=Path(folder) / "instance")
        made = _made(config, threads)
        acknowledged = 0
        with serving.workspace(config) as port:
            for where in made.places:
                for clients in CLIENTS:
                    figures = _posted(wrk, port, made, where, clients, seconds, Path(folder))
                    acknowledged += figures["posted"]
                    _say(terminal, figures, as_json)
        _say(terminal, {"acknowledged": acknowledged} | _kept(config, made), as_json)


def _posted(wrk: str, port: int, made: Made, where: str, clients: int, seconds: int, folder: Path) -> dict[str, Any]:
    """One load, beside the disk. Raises Unanswered when any answer was not a thread."""
    page = load.fetch(port, f"/r/{REGION}/documents/{made.document}", made.cookie).decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None:
        raise load.Unanswered("no form to post with")
    told = folder / "told"
    told.write_text("\n".join([quote(token[1]), *(f"/r/{REGION}/threads/{id}/comments" for id in made.places[where])]))
    _with_wrk(wrk, port, made.cookie, told, clients, 1)  # warm
    before = _syncs(folder)
    seen, count = _with_wrk(wrk, port, made.cookie, told, clients, seconds)
    disk = before + _syncs(folder)
    return {
        "where": where,
        "clients": clients,
        "posted": count,
        "per_second": round(seen.per_second, 1),
        "p50_ms": seen.p50_ms,
        "p99_ms": seen.p99_ms,
        "disk_sync_p50_ms": writing.middle(disk),
        "disk_sync_p95_ms": writing.late(disk),
        "machine_load": round(os.getloadavg()[0], 1),  # what else goes on here counts too
    }


def _with_wrk(wrk: str, port: int, cookie: str, told: Path, clients: int, seconds: int) -> tuple[Load, int]:
    words = [wrk, f"-t{min(2, clients)}", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    words += ["-s", str(SCRIPT), "-H", f"Cookie: {cookie}", f"http://127.0.0.1:{port}/", "--"]
    words += [str(told), secrets.token_hex(4)]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout  # noqa: S603  no shell
    count = re.search(r"(\d+) requests in", said)
    return load.read("posting", said), int(count[1]) if count else 0


def _syncs(folder: Path) -> list[float]:
    """How long the disk takes to make an append durable, with nothing else going on."""
    bare = BareLog(folder / f"bare-{secrets.token_hex(4)}")
    try:
        return [writing.timed(bare.append) for _append in range(SYNCS)]
    finally:
        bare.close()


def _kept(config: Config, made: Made) -> dict[str, Any]:
    """How many comments there are in the end: what was acknowledged is among them, with what warmed up and what was
    under way when a load ended."""
    workspace = assembly.open_workspace(config)
    try:
        view = workspace.region(REGION).view()
        ids = [id for threads in made.places.values() for id in threads]
        return {"kept": sum(view.count(Comment, {"thread": id}, order="at") for id in ids) - len(ids)}
    finally:
        close(workspace)


# -- The region --


def _made(config: Config, threads: int) -> Made:
    workspace = assembly.open_workspace(config)
    try:
        regions.create_region(workspace, access.operator(), REGION, "Måleregionen", {"9001": "Nordfjord"}, demo=True)
        lead, voter = _member(workspace, "Marit", Role.FACILITATOR), _member(workspace, "Kari", Role.PARTICIPANT)
        text = PLAN
        many = [
            id
            for number in range(DOCUMENTS)
            for id in _threads(workspace, lead, voter, f"Notat {number}", text, THREADS_EACH)[1]
        ]
        document, one = _threads(workspace, lead, voter, "Planutkast", text, threads)
        following.follow(workspace, REGION)  # else the server is busy with that first
        places = {f"{DOCUMENTS} documents": many, f"one document with {threads} threads": one}
        return Made(_cookie(workspace, voter.person or ""), document, places)
    finally:
        close(workspace)


def _member(workspace: Workspace, name: str, role: Role) -> Actor:
    person = accounts.add_person(workspace, name, f"{name.lower()}@maaling.example")
    regions.add_member(workspace, access.operator(REGION), person, role, municipality="9001")
    return regions.actor_in(workspace, person, REGION)


def _threads(
    workspace: Workspace, lead: Actor, voter: Actor, title: str, text: str, count: int
) -> tuple[str, list[str]]:
    """A document in its second version, with so many threads that were begun on the first."""
    document = documents.create(workspace, lead, title=title, text=text, kind="plan")
    paragraphs = [block for block in markup.render(text).blocks if block.kind == "paragraph"]
    ids = []
    for at in range(count):
        block = paragraphs[at * len(paragraphs) // count]
        words = " ".join(block.text.split()[1:5]) if at % 2 else ""
        ids.append(
            comments.open_thread(workspace, voter, document.id, block.number, f"Er dette riktig? {at}", quote=words).id
        )
    documents.save(workspace, lead, document.id, document.version, "Rettet", text=f"{text}\n\nEt avsnitt til.")
    subject = subjects.find(workspace, lead, f"document:{document.id}")
    comments.seats(workspace, lead, subject, workspace.region(REGION).view())  # who replies has read it
    return document.id, ids


def _cookie(workspace: Workspace, person: str) -> str:
    token = accounts.start_session(workspace, person, device="bench")
    app = create_app(workspace)
    session = {"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)}
    signed = app.session_interface.get_signing_serializer(app).dumps(session)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


def _say(terminal: Terminal, figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.json(figures)
    else:
        terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))
