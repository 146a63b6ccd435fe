"""Clients that answer, comment, read and close rounds through the services, in threads of a process that may be killed.

`python -m tests.histories.voting ROOM.json RECORD.jsonl NAME SEED OPERATIONS` is one process; `run` is a whole history.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from tests.histories.record import OK, REFUSED, UNKNOWN, Operation, Recorder, load
from tests.installations import Settings, close, open_workspace, surroundings
from tests.running import ROOT
from workspace.access import Actor, Role, operator
from workspace.comments import service as comments
from workspace.comments.model import Comment
from workspace.documents import service as documents
from workspace.errors import Conflict, Unavailable
from workspace.measures import service as measures
from workspace.once import Once
from workspace.parts import Workspace, new_id
from workspace.regions import service as regions
from workspace.rounds import answering, life
from workspace.rounds import service as rounds
from workspace.rounds.ballot import Ballot

SLUG = "fjord"
MUNICIPALITIES = ("4601", "4602", "4611", "4612", "4613", "4614")
LEADER = Actor(person="marit", name="Marit", region=SLUG, role=Role.FACILITATOR)
CLIENTS = 6
REASON = "Vi vil se tallene først."


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What the clients work on."""

    rounds: dict[str, tuple[str, ...]]  # the measures of each round
    thread: str


def prepare(workspace: Workspace) -> Room:
    """Make a region with four open rounds of two measures each, and a thread to reply in."""
    regions.create_region(workspace, operator(), SLUG, "Fjordregionen", dict.fromkeys(MUNICIPALITIES, ""))
    opened = {}
    for number in range(1, 5):
        made = [measures.create(workspace, LEADER, title=f"Tiltak {number}.{n}", text="Sammen.") for n in (1, 2)]
        draft = life.create(
            workspace, LEADER, tuple(measure.id for measure in made), title=f"Runde {number}",
            closes=workspace.now() + timedelta(days=7),
        )  # fmt: skip
        opened[life.open_round(workspace, LEADER, draft.id).id] = draft.measures
    fields = {"title": "Notat", "kind": "analysis", "language": "nb", "text": "Første avsnitt."}
    document = documents.create(workspace, LEADER, **fields)
    return Room(rounds=opened, thread=comments.open_thread(workspace, LEADER, document.id, 1, "Hva mener dere?").id)


def voter(municipality: str, which: int) -> Actor:
    """The voting member of a municipality, or its deputy: both answer for it, at the same time if they like."""
    person = f"{municipality}-{which}"
    voices = frozenset({municipality})
    return Actor(
        person=person, name=person, region=SLUG, role=Role.PARTICIPANT, municipality=municipality, voices=voices
    )


class Client:
    """One client: does one act after the other, and now and then does not wait for the answer."""

    def __init__(self, workspace: Workspace, room: Room, recorder: Recorder, name: str, random: Random) -> None:
        self.workspace, self.room, self.recorder, self.name, self.random = workspace, room, recorder, name, random
        self.left_alone: list[threading.Thread] = []

    def act(self) -> None:
        """Answer most of the time; else reply, or read a round."""
        chance = self.random.random()
        if chance < 0.1:
            self._read()
        elif chance < 0.2:
            self._comment()
        else:
            self._answer()

    def _round(self) -> str:
        return self.random.choice(list(self.room.rounds))

    def _answer(self) -> None:
        round = self._round()
        measure = self.random.choice(self.room.rounds[round])
        municipality, value = self.random.choice(MUNICIPALITIES), self.random.randrange(6)
        who = voter(municipality, self.random.randrange(2))
        args = {"round": round, "measure": measure, "voter": municipality, "value": value}
        self._sent(
            "answer",
            args,
            lambda once: answering.answer(self.workspace, who, round, measure, str(value), REASON, once=once),
        )

    def close(self) -> None:
        """Close a round, whichever."""
        round = self._round()
        self._sent(
            "close",
            {"round": round},
            lambda once: life.close_round(self.workspace, LEADER, round, "Alle har svart.", once=once),
        )

    def _comment(self) -> None:
        who, text = voter(self.random.choice(MUNICIPALITIES), 0), f"Kommentar {new_id()}"
        self._sent(
            "comment",
            {"text": text},
            lambda once: comments.reply(self.workspace, who, self.room.thread, text, once=once),
        )

    def _read(self) -> None:
        round = self._round()
        begun = self.recorder.begin(self.name, "read", round=round)
        self.recorder.end(begun, OK, state(self.workspace, round))

    def _sent(self, op: str, args: dict[str, Any], act: Callable[[Once], object]) -> None:
        """Do it, now and then twice with one key, as an impatient browser does."""
        once = Once(new_id(), "the same each time")
        for _attempt in range(self.random.choice((1, 1, 1, 2))):
            self._do(self.recorder.begin(self.name, op, **args, key=once.key), lambda: act(once))

    def _do(self, begun: Operation, work: Callable[[], object]) -> None:
        if self.random.random() >= 0.04:
            self.recorder.end(begun, outcome_of(work))
            return
        # Does not wait long. What comes of it is never recorded, though it may be under way still.
        alone = threading.Thread(target=outcome_of, args=(work,))
        alone.start()
        alone.join(self.random.uniform(0, 0.002))
        self.left_alone.append(alone)


def outcome_of(work: Callable[[], object]) -> str:
    """Do it, and say what is known of it."""
    try:
        work()
    except Conflict:
        return REFUSED
    except Unavailable:
        return UNKNOWN  # after a failed sync it may be there after a restart
    return OK


def state(workspace: Workspace, round: str) -> dict[str, Any]:
    """A round as the service shows it, for the checker."""
    found = rounds.standing(workspace, LEADER, round)
    return {
        "closed": found.round.state == "closed",
        "counted": [
            [measure, voter, ballot.value]
            for measure, given in found.ballots.items()
            for voter, ballot in given.items()
        ],
        "tallies": {
            measure: {
                "answered": verdict.tally.answered,
                "supporting": verdict.tally.supporting,
                "reservations": len(verdict.tally.reservations),
                "blocks": len(verdict.tally.blocks),
                "abstained": len(verdict.tally.abstained),
            }
            for measure, verdict in found.verdicts.items()
            if verdict.tally.answered
        },
    }


def final(workspace: Workspace, room: Room) -> dict[str, Any]:
    """What is there at the end, for the checker."""
    said = workspace.region(SLUG).view().find(Comment, {"thread": room.thread}, order="at")
    return {
        "rounds": {round: state(workspace, round) for round in room.rounds},
        "comments": [comment.text for comment in said if comment.text.startswith("Kommentar ")],
    }


def doubled_sequences(workspace: Workspace, room: Room) -> list[tuple[str, int]]:
    """Places in the order of a round that two ballots hold: which of them counts would be chance."""
    view = workspace.region(SLUG).view()
    places = Counter(
        (round, ballot.sequence)
        for round in room.rounds
        for ballot in view.find(Ballot, {"round": round}, order="sequence")
    )
    return sorted(place for place, times in places.items() if times > 1)


def lives(workspace: Workspace, room: Room, recorder: Recorder, random: Random, operations: int) -> None:
    """All clients of one process, until each has done its share."""
    clients = [
        Client(workspace, room, recorder, f"{recorder.name}-{n}", Random(random.random())) for n in range(CLIENTS)
    ]
    share = operations // CLIENTS
    closings = {share * n // 6 for n in (3, 5)}  # of the first client, however long it goes on

    def work(client: Client) -> None:
        for number in range(share):
            if client is clients[0] and number in closings:
                client.close()
            else:
                client.act()
        for alone in client.left_alone:
            alone.join()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(
    settings: Settings, folder: Path, seed: int, operations: int, *, lives: int = 1, processes: int = 1
) -> tuple[list[Operation], dict[str, Any]]:
    """One history: its record, and what is there at the end.

    In each life but the last, one of the processes is killed (kill -9) at a random moment, and all are started anew.
    More than one process at a time needs a store that several may open.
    """
    random = Random(seed)
    workspace = open_workspace(settings)
    room = prepare(workspace)
    close(workspace)
    plan, record = folder / "room.json", folder / "record.jsonl"
    plan.write_bytes(msgspec.json.encode(room))
    for number in range(lives):
        share = operations // lives // processes
        words = [sys.executable, "-m", "tests.histories.voting", str(plan), str(record)]
        started = [
            subprocess.Popen(
                [*words, f"{number}.{n}", str(random.randrange(1 << 32)), str(share)],
                cwd=ROOT, stdout=subprocess.PIPE, env=surroundings(settings),
            )
            for n in range(processes)
        ]  # fmt: skip
        _watch(started, random.uniform(0, 0.3) if number < lives - 1 else None)
    workspace = open_workspace(settings)
    there, doubled = final(workspace, room), doubled_sequences(workspace, room)
    close(workspace)
    assert doubled == []
    return load(record), there


def _watch(started: list[subprocess.Popen[bytes]], kill_after: float | None) -> None:
    """Wait for the processes, and kill the first so many seconds after it has begun to work."""
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
    if kill_after is not None:
        time.sleep(kill_after)
        started[0].kill()
    for process in started:
        code = process.wait(300)
        assert process.stdout is not None
        process.stdout.close()
        assert code == 0 or (kill_after is not None and process is started[0]), code


def main(plan: str, record: str, name: str, seed: str, operations: str) -> None:
    """One process of a history."""
    room = msgspec.json.decode(Path(plan).read_bytes(), type=Room)
    workspace = open_workspace(os.environ)
    recorder = Recorder(Path(record), name)
    with contextlib.closing(recorder):
        print("begun", flush=True)
        lives(workspace, room, recorder, Random(int(seed)), int(operations))
    close(workspace)


if __name__ == "__main__":
    main(*sys.argv[1:])
