"""Two regions that are the same but for what somebody answered, and how what comes out of each is compared.

Ids and the clock are the same in both. So whatever differs between them, in a page, a file or a byte count, tells what
was answered.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, Clock, csrf_of, open_parts, seed, sign_in
from tests.rounds.sealed import LATER, VOTERS, people
from workspace import create_app, keeping
from workspace.access import Actor
from workspace.accounts.model import Person
from workspace.config import Config
from workspace.kept import Kept
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import amending, counting, life, story
from workspace.rounds.amendment import Amendment
from workspace.rounds.model import Round
from workspace.rounds.sealed import unpacked
from workspace.store import journal
from workspace.store.postgres.stores import PostgresStores

WATCHERS = (MARIT, BJORN, ROLF)  # who must not learn it


@dataclass
class Twin:
    """One of two regions, in which a round is open."""

    workspace: Workspace
    app: Flask
    clock: Clock
    round: Round
    measure: Measure
    amendment: Amendment
    first: bool = True  # whether it is the one in which somebody blocks

    def client(self, who: Actor) -> FlaskClient:
        """A browser in which somebody is signed in."""
        return sign_in(self.app.test_client(), who)

    def get(self, who: Actor, path: str, *, htmx: bool = False) -> str:
        """What somebody is answered: status, headers and body, with nothing kept from the other twin."""
        forget()
        headers = {"HX-Request": "true"} if htmx else {}
        response = self.client(who).get(f"/r/{REGION}{path}", headers=headers)
        return told(response)

    def answer(self, who: Actor, value: int, reason: str, how: str = "plain") -> str:
        """Answer as a form does; what the voter is answered."""
        client = self.client(who)
        path = f"/r/{REGION}/rounds/{self.round.id}/measures/{self.measure.id}/answers"
        fields = {"csrf_token": csrf_of(client), "value": value, "reason": reason, "key": self.workspace.new_id()}
        fields |= {"from": "phone"} if how == "phone" else {}
        return told(client.post(path, data=fields, headers={"HX-Request": "true"} if how == "htmx" else {}))

    def close(self) -> None:
        """Close the round."""
        life.close_round(self.workspace, MARIT, self.round.id, "Alle har svart.")

    @cached_property
    def pages(self) -> dict[str, str]:
        """Every address that is read with GET, by the name of its route, with this round and this measure in it."""
        found = {}
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.rule.startswith("/r/<region>"):
                path = rule.rule.removeprefix("/r/<region>")
                path = path.replace("/rounds/<id>", f"/rounds/{self.round.id}")
                path = path.replace("/measures/<id>", f"/measures/{self.measure.id}")
                path = path.replace("<measure>", self.measure.id)
                path = path.replace("/amendments/<id>", f"/amendments/{self.amendment.id}")
                for form in ("csv", "json", "xlsx") if "<form>" in path else ("",):
                    found[f"{rule.endpoint} {form}"] = path.replace("<form>", form)
        return found


def forget() -> None:
    """Empty what a process keeps: the twins have the same ids."""
    keeping._kept = Kept(keeping.MOST)
    counting._counts = Kept(100)
    story._blocking, amending._readings = Kept(100), Kept(500)


@contextmanager
def twin(folder: Path, product: str, visibility: str) -> Iterator[Twin]:
    """A region with an open round, by municipality or (anonymous) by person."""
    clock = Clock()
    numbers = itertools.count(1)
    with open_parts(folder / "instance", product) as (stores, indexes):
        for slug in (REGION, "nabo"):
            stores.create(slug)
        parts = Workspace(
            config=Config(instance=folder / "instance", secret_key="for tests only"),
            stores=stores, indexes=indexes, now=clock, new_id=lambda: f"{next(numbers):026d}",
        )  # fmt: skip
        seed(parts)
        people(parts)
        with parts.house.transaction() as tx:
            for who in VOTERS:
                tx.put(Person(id=who.person, name=who.name, email=f"{who.person}@example.no", created=START))
        app = create_app(parts)
        app.testing = True
        measure = measures.create(parts, AMUND, title="Felles kai", text="Vi bygger.")
        fields = {"visibility": visibility}
        if visibility == "anonymous":
            fields |= {"method": "temperature", "counted_by": "person"}
        made = life.create(parts, MARIT, (measure.id,), title="Runde", closes=LATER, **fields)
        amendment = amending.propose(parts, KARI, measure.id, 1, "Vi bygger i 2029.")
        yield Twin(parts, app, clock, life.open_round(parts, MARIT, made.id), measure, amendment)


# -- What comes out, without what is random in it --

_RANDOM = (
    (re.compile(r'(X-CSRFToken": "|name="csrf_token" value=")[^"]*'), r"\1"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "#"),  # hashes and salts
    (re.compile(r'(class="hash">)[0-9a-f]{4} [0-9a-f]{4}'), r"\1"),  # the first of one, in the log on screen
)


_OF_THE_MOMENT = {"X-Request-Id", "Set-Cookie", "Date", "Last-Modified", "Expires"}


def plain(text: str) -> str:
    """The text without what is random."""
    for pattern, instead in _RANDOM:
        text = pattern.sub(instead, text)
    return text


def told(response: Any) -> str:
    """An answer as text: its headers too, and what is inside a file."""
    headers = {name: value for name, value in response.headers if name not in _OF_THE_MOMENT}
    assert response.status_code < 500, response.request.path
    body = response.get_data()
    if body[:2] == b"PK":
        headers.pop("Content-Length", None)  # of a packed file, which holds when it was made
        return f"{response.status_code} {headers} {inside(body)}"
    return f"{response.status_code} {headers} {plain(body.decode())}"


def inside(packed: bytes) -> str:
    """All files in a zip, but for the one in which an office file says when it was made."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        names = [name for name in files.namelist() if name != "docProps/core.xml"]
        return "\n".join(f"{name}: {plain(files.read(name).decode('utf-8', 'replace'))}" for name in names)


def readable(value: Any) -> Any:
    """JSON as one reads it who has no key: of a sealed answer, how long it is; or what it says, if it is not sealed."""
    if isinstance(value, dict):
        return {name: _sealed(item) if name == "ciphertext" else readable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    return value


def _sealed(text: str) -> str:
    content = base64.b64decode(text)
    try:
        value, reason = unpacked(content)
        return f"{value} {reason}" if value <= 5 and reason.isprintable() and content[-1:] == b"\0" else str(len(text))
    except (UnicodeDecodeError, IndexError):
        return str(len(text))


def log(it: Twin) -> str:
    """The log of the region, as a page of it or an export would have it."""
    events = it.workspace.region(REGION).view().events()
    return plain(
        json.dumps([[event.seq, str(event.at), event.action, event.record, event.payload] for event in events])
    )


def kept(it: Twin) -> str:
    """All that the region's store is kept in, read without a key: every frame of its journals, or every row."""
    stores = it.workspace.stores
    if isinstance(stores, PostgresStores):
        with stores.database._pool.connection() as connection:
            rows = connection.execute(
                "SELECT tbl, id, born, died, body::text FROM document WHERE region = %s ORDER BY 1, 2, 3", (REGION,)
            ).fetchall()
            logged = connection.execute(
                "SELECT seq, action, record, payload::text FROM event WHERE region = %s ORDER BY seq", (REGION,)
            )
            found = [[*row[:4], readable(json.loads(row[4]))] for row in rows]
            return plain(json.dumps([found, logged.fetchall()]))
    found = []
    for path in sorted((it.workspace.config.instance / "regions" / REGION).glob("store-*.rj")):
        contents = journal.read(path)
        found.append([path.name, readable(contents.snapshot), [readable(frame) for frame in contents.frames]])
    return plain(json.dumps(found))


def lines(content: bytes) -> str:
    """Lines of JSON, as in a backup and an export, read without a key."""
    return plain("\n".join(json.dumps(readable(json.loads(line))) for line in content.splitlines()))
