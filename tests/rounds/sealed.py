"""What tests of anonymous rounds share: a region with voters enough, and all bytes that its store is kept in."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

from tests.conftest import AMUND, MARIT, REGION, START, actor
from workspace.access import Actor, Role
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality
from workspace.rounds import answering, life
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.meeting import Guest
from workspace.rounds.model import Round
from workspace.rounds.sealed import Sealed
from workspace.store.port import Transaction
from workspace.store.postgres.stores import PostgresStores

LATER = START + timedelta(days=7)
VOTERS = tuple(
    actor(f"v{number}", Role.PARTICIPANT, **({"municipality": "9001"} if number < 6 else {"group": "business"}))
    for number in range(12)
)


def people(workspace: Workspace) -> None:
    """Two municipalities; six voters in one of them, and six of businesses."""
    with workspace.region(REGION).transaction() as tx:
        for number, name in (("9001", "Havnsund"), ("9002", "Skarfjord")):
            if tx.get(Municipality, number) is None:
                tx.put(Municipality(id=number, name=name, voting_member="v11" if number == "9002" else None))
        for who in VOTERS:
            tx.put(
                Membership(
                    id=who.person, name=who.name, email=f"{who.person}@example.no", role=who.role,
                    municipality=who.municipality, group=who.group, since=START,
                )
            )  # fmt: skip


def opened(workspace: Workspace, *titles: str, **fields: object) -> tuple[Round, list[Measure]]:
    """An open round without names, on measures of these titles."""
    found = [measures.create(workspace, AMUND, title=title, text="Vi bygger.") for title in titles or ("Felles kai",)]
    asked = {"method": "temperature", "visibility": "anonymous", "counted_by": "person"}
    made = life.create(
        workspace, MARIT, tuple(m.id for m in found), title="Temperatur", closes=LATER, **asked | fields
    )  # fmt: skip
    return life.open_round(workspace, MARIT, made.id), found


def form_sent(key: str, value: int, reason: str = "") -> Once:
    """A form with this key and answer. Its digest is as long as a real one, so that no other bytes are like it."""
    return Once(key, hashlib.sha256(f"{key}\0{value}\0{reason}".encode()).hexdigest())


def answer(
    workspace: Workspace, who: Actor, round_: Round, measure: Measure, value: int, reason: str = "", key: str = ""
) -> Ballot | Sealed:
    """Take a standpoint; with a key, as a form would."""
    once = form_sent(key, value, reason) if key else None
    return answering.answer(workspace, who, round_.id, measure.id, str(value), reason, once=once)


def guest(id: str, round_: Round) -> Actor:
    """Somebody who takes part in the round's meeting without an account, by the id of their voice."""
    return Actor(guest=id, name="Gjest", region=REGION, role=Role.GUEST, round=round_.id)


def seat(tx: Transaction, voice: Voice) -> None:
    """Let a guest in, with a voice."""
    tx.put(voice)
    tx.put(Guest(id=voice.id, round=voice.round, number=1, joined=START))


def give(workspace: Workspace, round_: Round, measure: Measure, groups: dict[str, list[int]], reason: str = "") -> None:
    """Answers of guests in these groups, each with a voice of its own in this measure."""
    for group, values in groups.items():
        for at, value in enumerate(values):
            voice = Voice(id=f"{measure.code}{group}{at}", round=round_.id, group=group, joined=START)
            with workspace.region(REGION).transaction() as tx:
                seat(tx, voice)
            answer(workspace, guest(voice.id, round_), round_, measure, value, reason)


def close(workspace: Workspace, round_: Round) -> Round:
    """Close it before its deadline."""
    return life.close_round(workspace, MARIT, round_.id, "Alle har svart.")


def kept(workspace: Workspace) -> bytes:
    """All that the stores are kept in, but for the keys: journals, or rows, those that are dead too."""
    if not isinstance(workspace.stores, PostgresStores):
        folder = workspace.config.instance
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files if not path.is_relative_to(folder / "keys"))
    with workspace.stores.database._pool.connection() as connection:
        tables = ("document", "place", "event", "blob", "store")
        found = [connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1").fetchall() for table in tables]
    return "\n".join(row for rows in found for (row,) in rows).encode()


def keys(workspace: Workspace) -> bytes:
    """All that the keys are kept in."""
    if not isinstance(workspace.stores, PostgresStores):
        return b"".join(path.read_bytes() for path in key_files(workspace))
    with workspace.stores.database._pool.connection() as connection:
        rows = connection.execute("SELECT secret FROM round_key WHERE secret IS NOT NULL").fetchall()
    return b"".join(bytes(secret) for (secret,) in rows)


def key_files(workspace: Workspace) -> list[Path]:
    """The files of keys, in an embedded installation."""
    return sorted(path for path in (workspace.config.instance / "keys").rglob("*") if path.is_file())
