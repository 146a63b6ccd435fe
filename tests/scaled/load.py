"""Many people at once, and whether what is there at the end can be explained by what they did.

`python -m tests.scaled.load PLAN.json --base URL [--process URL,URL] [--clients 100] [--seconds 60]` against servers
that run (URL of the proxy in front of them, and of each process behind it, whose pages are compared at the end), or
`--serve INSTANCE [--kill N]` to start one on an embedded instance, and kill it (kill -9) so often amid the run.

PLAN.json comes from `tests.scaled.seed`. The record and what each process shows at the end are left beside it, for
`tests.histories.check`. The exit code is 0 when everything can be explained and all processes show the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from tests.histories.checker import check
from tests.histories.record import Recorder, load
from tests.running import ROOT, environment, free_port
from tests.scaled.browser import Browser, Lost, signed_in
from tests.scaled.pages import final
from tests.scaled.person import Figures, Person
from tests.scaled.seed import Plan

TIMEOUT = 10.0  # seconds that a person waits for an answer


class Server:
    """A server of our own on an embedded instance, which can be killed."""

    def __init__(self, instance: Path) -> None:
        self._log = instance.with_name("serve.log")
        self.base = f"http://127.0.0.1:{free_port()}"
        self._words = [
            sys.executable, "-m", "workspace.cli", "--instance", str(instance),
            "serve", "--port", self.base.rpartition(":")[2],
        ]  # fmt: skip
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            process = subprocess.Popen(self._words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log, env=environment())
        with closing(Browser(self.base, TIMEOUT)) as browser:
            for _attempt in range(300):
                try:
                    if browser.get("/readyz").status == 200:
                        return process
                except Lost:
                    if process.poll() is not None:
                        break
                time.sleep(0.1)
        process.kill()
        raise RuntimeError(f"the server does not start; see {self._log}")

    def kill_and_start_again(self) -> float:
        """Kill it at once, and start it again; how many seconds it was away."""
        started = time.monotonic()
        self.process.kill()
        self.process.wait()
        self.process = self._start()
        return time.monotonic() - started

    def stop(self) -> None:
        """Stop it cleanly."""
        self.process.terminate()
        self.process.wait(30)


class Run:
    """Everybody at work for a while."""

    def __init__(self, plan: Plan, base: str, recorder: Recorder, seconds: float, pause: float) -> None:
        self.plan, self.base, self.recorder, self.seconds, self.pause = plan, base, recorder, seconds, pause
        self.figures = Figures()
        self.began = 0.0

    def work(self, clients: int, kills: int, server: Server | None, random: Random) -> None:
        """Sign everybody in, let them work, close all rounds but one on the way, and kill the server so often."""
        emails = (list(self.plan.people) * (clients // len(self.plan.people) + 1))[:clients]
        with ThreadPoolExecutor(4) as door:  # a password takes the server long to check, on purpose
            everybody = list(door.map(lambda email: self._person(email, random), emails))
        leader = self._person(self.plan.leader, random)
        print(f"{clients} are signed in", flush=True)
        self.began = time.monotonic()
        until = self.began + self.seconds
        _all(
            [
                *(threading.Thread(target=self._busy, args=(person, until)) for person in everybody),
                threading.Thread(target=self._lead, args=(leader, until)),
                threading.Thread(target=self._kill, args=(server, kills)),
            ]
        )

    def _person(self, email: str, random: Random) -> Person:
        browser = signed_in(self.base, email, self.plan.password, TIMEOUT)
        return Person(browser, self.plan, email, self.recorder, self.figures, Random(random.random()))

    def _busy(self, person: Person, until: float) -> None:
        time.sleep(person.random.uniform(0, 2 * self.pause))
        while time.monotonic() < until:
            person.act(until + 30)
            time.sleep(person.random.uniform(0, 2 * self.pause))
        person.browser.close()

    def _lead(self, leader: Person, until: float) -> None:
        """Close all rounds but the last, evenly through the run, so that answers race each closing."""
        rounds = list(self.plan.rounds)[:-1]
        for number, round in enumerate(rounds, start=1):
            time.sleep(max(0.0, self.began + self.seconds * number / (len(rounds) + 1) - time.monotonic()))
            leader.close(round, until + 30)
        leader.browser.close()

    def _kill(self, server: Server | None, kills: int) -> None:
        for number in range(1, kills + 1 if server else 1):
            time.sleep(max(0.0, self.began + self.seconds * number / (kills + 1) - time.monotonic()))
            assert server is not None
            print(f"killed; ready again after {server.kill_and_start_again():.1f} s", flush=True)


def _all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tell(figures: Figures, seconds: float) -> None:
    """How much was answered, and how fast."""
    everything = sum(len(times) for times in figures.seconds.values())
    print(f"{everything} answers in {seconds:.0f} s ({everything / seconds:.0f}/s)")
    for kind, times in sorted(figures.seconds.items()):
        times.sort()
        at = [times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.95, 0.99)]
        print(f"  {kind}: {len(times)}, p50 {at[0]:.0f} ms, p95 {at[1]:.0f} ms, p99 {at[2]:.0f} ms")
    moments = sorted(figures.answers)
    longest = max((later - earlier for earlier, later in pairwise(moments)), default=0.0)
    lost = ", ".join(f"{count} {why}" for why, count in sorted(figures.lost.items()))
    print(f"  the longest time without any answer: {longest:.1f} s; no answer: {lost or 'never'}")
    for what, count in Counter(figures.strange).items():
        print(f"  strange: {count} x {what}")


def judge(plan: Plan, record: Path, bases: list[str]) -> bool:
    """Read what each process shows, compare, and check it against the record. Whether all is well."""
    shown: list[dict[str, Any]] = []
    for number, base in enumerate(bases, start=1):
        with closing(signed_in(base, plan.leader, plan.password, 60)) as browser:
            shown.append(final(browser, plan))
        record.with_name(f"final-{number}.json").write_text(json.dumps(shown[-1]), encoding="utf-8")
    operations = load(record)
    outcomes = Counter(f"{one.op} {one.outcome}" for one in operations)
    print("recorded: " + ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))
    same = all(one == shown[0] for one in shown)
    faults = check(operations, shown[0])
    for fault in faults:
        print(f"FAULT {fault.kind}: {fault.text}")
    print(f"{len(bases)} process(es) show {'the same' if same else 'NOT THE SAME'}; {len(faults)} faults")
    return same and not faults


def main(words: list[str] | None = None) -> int:
    """Run it, print what came of it, and answer with the exit code."""
    parser = argparse.ArgumentParser(prog="tests.scaled.load")
    parser.add_argument("plan", type=Path)
    parser.add_argument("--base", help="the address people use")
    parser.add_argument("--process", default="", help="addresses of the processes behind it, with commas between")
    parser.add_argument("--serve", type=Path, help="start a server on this instance instead")
    parser.add_argument("--kill", type=int, default=0, help="how often that server is killed")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two acts of a person, on average")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    if bool(given.base) == bool(given.serve):
        parser.error("give either --base or --serve")
    plan = msgspec.json.decode(given.plan.read_bytes(), type=Plan)
    record = given.plan.with_name("record.jsonl")
    record.unlink(missing_ok=True)
    server = Server(given.serve) if given.serve else None
    try:
        base = server.base if server else given.base
        recorder = Recorder(record, "load")
        run = Run(plan, base, recorder, given.seconds, given.pause)
        run.work(given.clients, given.kill, server, Random(given.seed))
        tell(run.figures, time.monotonic() - run.began)
        recorder.close()
        time.sleep(2)  # what is still under way comes to its end
        well = judge(plan, record, [one for one in given.process.split(",") if one] or [base])
        return 0 if well and not run.figures.strange else 1
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
