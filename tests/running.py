"""A server in a process of its own, as an operator runs it."""

from __future__ import annotations

import http.cookiejar
import itertools
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FIRST_PORT, PORTS_EACH = 12_000, 1_000
# Not from the first: another suite may run on this machine.
PORTS = itertools.cycle(random.sample(range(PORTS_EACH), PORTS_EACH))


@dataclass
class Running:
    """A server that runs: where, on which data, and its process."""

    base: str
    port: int
    instance: Path
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port that nobody listens on, and that no other process of the suite will take before our server does: each
    has a range of its own, below those that the system gives away."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in PORTS:
        with socket.socket() as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind(("127.0.0.1", FIRST_PORT + PORTS_EACH * (worker % 20) + port))
            except OSError:
                continue
            return int(found.getsockname()[1])
    raise AssertionError("no port is free")


def command(instance: Path, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the `workspace` command on this instance."""
    return subprocess.run(  # noqa: PLW1510  the exit code is what tests look at
        [sys.executable, "-m", "workspace.cli", "--instance", str(instance), *words],
        input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=300, env=environment(),
    )  # fmt: skip


def environment() -> dict[str, str]:
    """The environment without settings of ours."""
    return {key: value for key, value in os.environ.items() if not key.startswith("WORKSPACE_")} | {
        "PYTHONPATH": str(ROOT)
    }


@contextmanager
def serving(instance: Path, *options: str, readiness: int = 200) -> Iterator[Running]:
    """Serve this instance until the block ends. `readiness` is what `/readyz` is to answer at the start."""
    port = free_port()
    words = ["-m", "workspace.cli", "--instance", str(instance), "serve", "--port", str(port), *options]
    with running(instance, port, *words, readiness=readiness) as server:
        yield server


@contextmanager
def running(instance: Path, port: int, *words: str, readiness: int = 200) -> Iterator[Running]:
    """Run Python with these words, which serve this instance on a port, until the block ends (see `serving`)."""
    words = (sys.executable, *words)
    with (instance.parent / "serve.log").open("ab") as log, (instance.parent / "serve.out").open("wb") as out:
        process = subprocess.Popen(words, cwd=ROOT, stdout=out, stderr=log, env=environment())
    server = Running(f"http://127.0.0.1:{port}", port, instance, process)
    try:
        wait_until_ready(server, readiness)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


def readiness_of(running: Running) -> tuple[int, str]:
    """What `/readyz` answers. Raises OSError when nobody does."""
    try:
        with urllib.request.urlopen(f"{running.base}/readyz", timeout=2) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def wait_until_ready(running: Running, status: int = 200) -> None:
    """Wait until the server answers with this. Raises AssertionError when it does not within 90 seconds."""
    for _attempt in range(900):
        try:
            if readiness_of(running)[0] == status:
                return
        except OSError:
            if running.process.poll() is not None:
                break
        time.sleep(0.1)
    raise AssertionError((running.instance.parent / "serve.log").read_text()[-2000:])


class Browserless:
    """A person at a server without a browser: steps in, posts forms with their tokens, follows nothing."""

    def __init__(self, running: Running, name: str) -> None:
        self.base = running.base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        page = self.get("/step-in")
        button = re.search(rf'value="(\w+)">Gå inn som {re.escape(name)}', page)
        assert button is not None, name
        self.post("/step-in", page, person=button[1])

    def get(self, path: str) -> str:
        """A page's text."""
        with self._opener.open(self.base + path, timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, path: str, page: str = "", **fields: str) -> int:
        """Post a form with the token of a page; the answer's status (that of the page led to)."""
        return self.send(path, page, **fields)[0]

    def send(self, path: str, page: str = "", **fields: str) -> tuple[int, str]:
        """As `post`, with the address that the answer led to."""
        token = re.search(r'X-CSRFToken": "([^"]+)"', page or self.get("/profile"))
        assert token is not None
        body = urllib.parse.urlencode({"csrf_token": token[1], **fields}).encode()
        with self._opener.open(self.base + path, body, timeout=20) as answer:
            return int(answer.status), urllib.parse.urlsplit(answer.geturl())._replace(scheme="", netloc="").geturl()
