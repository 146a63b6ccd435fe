"""What one person does during the run, and its record."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from random import Random

from tests.histories.record import OK, REFUSED, UNKNOWN, Recorder
from tests.scaled.browser import Answer, Browser, Lost
from tests.scaled.pages import round_of
from tests.scaled.seed import Plan
from workspace.parts import new_id

REASON = "Vi vil se tallene først."
RETRY = 0.3  # seconds


class Figures:
    """How long each kind of request took, and what went otherwise than it should. Shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.lost: dict[str, int] = defaultdict(int)
        self.answers: list[float] = []  # when an answer came (monotonic), to see how long nobody got one
        self.strange: list[str] = []

    def answered(self, kind: str, seconds: float) -> None:
        """An answer came."""
        with self._lock:
            self.seconds[kind].append(seconds)
            self.answers.append(time.monotonic())

    def no_answer(self, why: str) -> None:
        """None came, or a 5xx."""
        with self._lock:
            self.lost[why] += 1

    def note(self, what: str) -> None:
        """Something that must not be."""
        with self._lock:
            self.strange.append(what)


class Person:
    """Reads, answers and comments, one thing after the other; what gets no answer is sent again with the same key."""

    def __init__(
        self, browser: Browser, plan: Plan, email: str, recorder: Recorder, figures: Figures, random: Random
    ) -> None:
        self.browser, self.plan, self.email = browser, plan, email
        self.recorder, self.figures, self.random = recorder, figures, random
        self.at = f"/r/{plan.slug}"

    def act(self, until: float) -> None:
        """One thing a person does."""
        chance = self.random.random()
        if chance < 0.4:
            self._answer(until)
        elif chance < 0.6:
            self._comment(until)
        elif chance < 0.75:
            self._read_round()
        else:
            self._open_document()

    def close(self, round: str, until: float) -> None:
        """Close a round, for one who may."""
        self._post(
            until, "close", {"round": round}, f"{self.at}/rounds/{round}/closure", {"closing_reason": "Alle har svart."}
        )

    def _answer(self, until: float) -> None:
        round = self.random.choice(list(self.plan.rounds))
        measure, value = self.random.choice(self.plan.rounds[round]), self.random.randrange(6)
        args = {"round": round, "measure": measure, "voter": self.plan.people[self.email], "value": value}
        path = f"{self.at}/rounds/{round}/measures/{measure}/answers"
        self._post(until, "answer", args, path, {"value": str(value), "reason": REASON})

    def _comment(self, until: float) -> None:
        document, thread = self.random.choice(list(self.plan.documents.items()))
        fields = {"text": f"Kommentar {new_id()}"}
        if self.random.random() < 0.3:
            path, fields = f"{self.at}/documents/{document}/threads", fields | {"block": "3"}
        else:
            path = f"{self.at}/threads/{thread}/comments"
        self._post(until, "comment", {"text": fields["text"]}, path, fields)

    def _post(self, until: float, op: str, args: dict[str, object], path: str, fields: dict[str, str]) -> None:
        """Send it, with one key, until it is known what came of it or the time is over; record each attempt."""
        key = new_id()
        fields = fields | {"key": key}
        while True:
            begun = self.recorder.begin(self.email, op, **args, key=key)
            outcome = self._outcome(op, path, fields)
            self.recorder.end(begun, outcome)
            if outcome != UNKNOWN or time.monotonic() > until:
                return
            time.sleep(RETRY)

    def _outcome(self, op: str, path: str, fields: dict[str, str]) -> str:
        try:
            answer = self._timed(op, lambda: self.browser.post(path, **fields))
        except Lost as lost:
            self.figures.no_answer(str(lost))
            return UNKNOWN
        if answer.status in {303, 409}:
            return OK if answer.status == 303 else REFUSED
        if answer.status < 500:
            self.figures.note(f"{op}: {answer.status}")
            return REFUSED
        self.figures.no_answer(str(answer.status))
        return UNKNOWN

    def _timed(self, kind: str, send: Callable[[], Answer]) -> Answer:
        started = time.monotonic()
        answer = send()
        if answer.status < 500:
            self.figures.answered(kind, time.monotonic() - started)
        return answer

    def _read_round(self) -> None:
        round = self.random.choice(list(self.plan.rounds))
        begun = self.recorder.begin(self.email, "read", round=round)
        text = self._page("round", f"{self.at}/rounds/{round}")
        self.recorder.end(begun, OK if text else UNKNOWN, round_of(text, self.plan.names) if text else None)

    def _open_document(self) -> None:
        self._page("document", f"{self.at}/documents/{self.random.choice(list(self.plan.documents))}")

    def _page(self, kind: str, path: str) -> str:
        """A page's text, "" when there was none to be had."""
        try:
            answer = self._timed(kind, lambda: self.browser.get(path))
        except Lost as lost:
            self.figures.no_answer(str(lost))
            return ""
        if answer.status == 200:
            return answer.text
        if answer.status < 500:
            self.figures.note(f"{kind}: {answer.status}")
        else:
            self.figures.no_answer(str(answer.status))
        return ""
