"""A workshop of many phones, as `workspace bench rounds` tries it: all answer every measure while the wall asks.

Every phone comes in by the meeting's code, as a guest, and answers one measure after the other, spread over the time.
One in ten is on a bad network and sends each answer twice, with the same key. Beside it a bare Flask page is asked for.
"""

from __future__ import annotations

import http.client
import random
import re
import secrets
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from workspace import access, assembly, create_app
from workspace.access import Action
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.benchmarks import serving
from workspace.config import Config
from workspace.measures import service as measures
from workspace.parts import Workspace, new_id
from workspace.regions import service as regions
from workspace.rounds import life, meeting_leading, service
from workspace.rounds.ballot import Ballot
from workspace.terminal import close

REGION = "workshop"
MEASURES = 18
WALL = 2.0  # seconds between its questions, as the page has it
BAD_NETWORK = 10  # one in so many phones sends everything twice
REASON = "Vi vil se tallene først."
_FORM = re.compile(r'action="(/m/[A-Z]+/measures/([0-9a-z]+)/answers)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ANSWERED = re.compile(r"(\d+)\s+av\s+\d+\s+har\s+svart")


class Made(NamedTuple):
    """The workshop that was made: its round, its code, and the cookie of the one who leads it."""

    round: str
    code: str
    cookie: str


class Refused(Exception):
    """An answer was not taken as it should be."""


def figures(config: Config, phones: int, seconds: float) -> dict[str, Any]:
    """Hold the workshop in a new installation, and say how it went. Raises Refused when something was not taken."""
    made = _made(config)
    with serving.workspace(config) as port, serving.bare(config) as bare_port:
        room = Room(port, made, phones, seconds)
        seen = room.hold(bare_port)
    return seen | _counted(config, made, room)


def _made(config: Config) -> Made:
    workspace = assembly.open_workspace(config)
    try:
        operator = access.operator(REGION)
        regions.create_region(workspace, access.operator(), REGION, "Verkstedregionen", {"1804": ""})
        with workspace.house.transaction() as tx:
            person = tx.put(Person(id=new_id(), name="Leder", email="leder@example.no", created=workspace.now()))
        regions.add_member(workspace, operator, person, role=access.Role.FACILITATOR, municipality="1804")
        leader = regions.actor_in(workspace, person, REGION)
        access.require(leader, Action.WRITE_ROUND)
        ids = tuple(
            measures.create(workspace, leader, title=f"Tiltak {number}", text="Vi gjør det sammen.").id
            for number in range(1, MEASURES + 1)
        )
        closes = workspace.now() + timedelta(days=1)
        draft = life.create(workspace, leader, ids, title="Verksted", closes=closes, counted_by="person", guests=True)
        round_ = meeting_leading.start(workspace, leader, life.open_round(workspace, leader, draft.id).id)
        return Made(round_.id, round_.code, _cookie(workspace, person.id))
    finally:
        close(workspace)


def _cookie(workspace: Workspace, person: str) -> str:
    token = accounts.start_session(workspace, person, device="bench")
    app = create_app(workspace)
    session = {"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)}
    signed = app.session_interface.get_signing_serializer(app).dumps(session)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


class Phone:
    """One phone: comes in, and answers what it is shown."""

    def __init__(self, room: Room, number: int) -> None:
        self._room = room
        self._chance = random.Random(number)  # noqa: S311  no secret
        self._connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=30)
        self._cookie = ""
        self._sends = 1 if number % BAD_NETWORK else 2
        self.acknowledged: dict[str, int] = {}  # value by measure

    def come_in(self) -> str:
        """Join by the code; the page of the first measure."""
        page = self._ask("GET", f"/m/{self._room.made.code}")
        fields = {"place": "business:", "csrf_token": _one(_TOKEN, page), "key": new_id()}
        self._ask("POST", f"/m/{self._room.made.code}/guests", fields)
        return self._ask("GET", f"/m/{self._room.made.code}/answer")

    def answer(self, page: str) -> str:
        """Answer the measure on this page; the next page."""
        found = _FORM.search(page)
        if found is None:
            raise Refused(f"no form to answer with: {page[:200]}")
        value = self._chance.choice((5, 4, 4, 3, 3, 2, 0))
        fields = {"value": str(value), "reason": REASON if value == 2 else "", "key": new_id()}
        fields["csrf_token"] = _one(_TOKEN, page)
        for _time in range(self._sends):
            began = time.monotonic()
            page = self._ask("POST", found[1], fields)
            self._room.took(time.monotonic() - began)
        self.acknowledged[found[2]] = value
        self._room.acknowledged()
        return page

    def leave(self) -> None:
        """Put the phone away."""
        self._connection.close()

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        self._connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
        answer = self._connection.getresponse()
        content = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._cookie = value.partition(";")[0]
        if answer.status not in {200, 204, 303}:
            raise Refused(f"{method} {path}: {answer.status}")
        return content


class Room:
    """All phones and the wall, and what they saw."""

    def __init__(self, port: int, made: Made, phones: int, seconds: float) -> None:
        self.port, self.made, self._seconds = port, made, seconds
        self._lock = threading.Lock()
        self._times: list[float] = []
        self._bare: list[float] = []
        self._acknowledged: list[float] = []  # when
        self._wall: list[tuple[float, int]] = []  # when, and how many answers it showed
        self._faults: list[str] = []
        self._over = threading.Event()
        self.phones = [Phone(self, number) for number in range(phones)]

    def took(self, seconds: float) -> None:
        """An answer was sent and came back."""
        with self._lock:
            self._times.append(seconds)

    def acknowledged(self) -> None:
        """A measure is answered."""
        with self._lock:
            self._acknowledged.append(time.monotonic())

    def hold(self, bare_port: int) -> dict[str, Any]:
        """Let everybody answer everything, and say what was seen. Raises Refused."""
        pages = [phone.come_in() for phone in self.phones]
        began = time.monotonic()
        people = [
            threading.Thread(target=self._answer_all, args=(phone, page, began))
            for phone, page in zip(self.phones, pages, strict=True)
        ]
        watchers = [
            threading.Thread(target=self._look_at_the_wall),
            threading.Thread(target=self._ask_bare, args=(bare_port,)),
        ]
        for each in (*watchers, *people):
            each.start()
        for each in people:
            each.join()
        lasted = time.monotonic() - began
        self._over.wait(WALL * 1.5)  # the wall looks once more
        self._over.set()
        for each in watchers:
            each.join()
        if self._faults:
            raise Refused(self._faults[0])
        return self._seen(lasted)

    def _answer_all(self, phone: Phone, page: str, began: float) -> None:
        chance = random.Random(id(phone))  # noqa: S311  no secret
        try:
            for turn in range(MEASURES):
                due = began + (turn + chance.random()) * self._seconds / MEASURES
                time.sleep(max(0.0, due - time.monotonic()))
                page = phone.answer(page)
        except (Refused, OSError, http.client.HTTPException) as fault:
            self._faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            phone.leave()

    def _look_at_the_wall(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        path = f"/r/{REGION}/rounds/{self.made.round}/wall?overview=1"
        seen = ""
        while not self._over.is_set():
            headers = {"Cookie": self.made.cookie, "HX-Request": "true"}
            connection.request("GET", path + seen, headers=headers)
            answer = connection.getresponse()
            page = answer.read().decode().replace("\u00a0", " ")
            if answer.status == 200:
                self._wall.append((time.monotonic(), sum(map(int, _ANSWERED.findall(page)))))
                newest = re.search(r"[?&;]seen=(\w+)", page)
                seen = f"&seen={newest[1]}" if newest else ""
            self._over.wait(WALL)
        connection.close()

    def _ask_bare(self, port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while not self._over.wait(0.02):
            began = time.monotonic()
            connection.request("GET", "/6000")
            connection.getresponse().read()
            self._bare.append(time.monotonic() - began)
        connection.close()

    def _seen(self, lasted: float) -> dict[str, Any]:
        return {
            "phones": len(self.phones),
            "measures": MEASURES,
            "seconds": round(lasted, 1),
            "acknowledged": len(self._acknowledged),
            "sent": len(self._times),
            "per_second": round(len(self._times) / lasted, 1),
            "p50_ms": _percentile(self._times, 50),
            "p95_ms": _percentile(self._times, 95),
            "p99_ms": _percentile(self._times, 99),
            "bare_p50_ms": _percentile(self._bare, 50),
            "bare_p95_ms": _percentile(self._bare, 95),
            "wall_behind_s": round(max(self._lags(), default=0.0), 2),
            "wall_asked": len(self._wall),
        }

    def _lags(self) -> Iterator[float]:
        """For each acknowledged answer: how long until the wall showed so many."""
        views = iter(self._wall)
        when, shown = next(views, (float("inf"), 0))
        for number, at in enumerate(sorted(self._acknowledged), 1):
            while shown < number or when < at:
                when, shown = next(views, (float("inf"), 10**9))
            yield when - at


def _counted(config: Config, made: Made, room: Room) -> dict[str, Any]:
    """What the store has, against what was acknowledged."""
    workspace = assembly.open_workspace(config)
    try:
        view = workspace.region(REGION).view()
        ballots = view.find(Ballot, {"round": made.round}, order="sequence")
        standing = service.standing(workspace, access.operator(REGION), made.round)
        given: dict[str, list[int]] = {id: [] for id in standing.round.measures}
        for phone in room.phones:
            for measure, value in phone.acknowledged.items():
                given[measure].append(value)
        kept = {id: sorted(b.value for b in own.values()) for id, own in standing.ballots.items()}
        return {
            "ballots": len(ballots),
            "doubles": len(ballots) - len({(ballot.voter, ballot.measure) for ballot in ballots}),
            "tally_right": kept == {id: sorted(values) for id, values in given.items()},
        }
    finally:
        close(workspace)


def _percentile(seconds: list[float], percent: int) -> float:
    if len(seconds) < 2:
        return 0.0
    return round(statistics.quantiles(seconds, n=100)[percent - 1] * 1000, 1)


def _one(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise Refused(f"not on the page: {pattern.pattern}")
    return found[1]
