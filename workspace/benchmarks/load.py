"""Asking a server for one page over and over, from several clients at once: with wrk where it is installed."""

from __future__ import annotations

import gzip
import http.client
import re
import shutil
import statistics
import subprocess
import threading
import time
from typing import NamedTuple

CLIENTS = 8
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Unanswered(Exception):
    """The page did not come, or came with another status than 200."""


class Load(NamedTuple):
    """What the clients saw."""

    per_second: float
    p50_ms: float
    p99_ms: float


def generator() -> str:
    """What makes the load here: "wrk", or "own"."""
    return "wrk" if shutil.which("wrk") else "own"


def fetch(port: int, path: str, cookie: str = "") -> bytes:
    """A page. Raises Unanswered when it is not answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        return _ask(connection, path, cookie)
    finally:
        connection.close()


def fetch_as_browser(port: int, path: str, cookie: str = "") -> tuple[bytes, int]:
    """A page or a file as a browser asks for it, in gzip: what it is, and its size on the wire with its head.

    Raises Unanswered when it is not answered with 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    asked = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if cookie else {})
    try:
        connection.request("GET", path, headers=asked)
        answer = connection.getresponse()
        sent = answer.read()
        if answer.status != 200:
            raise Unanswered(f"{path}: {answer.status}")
    finally:
        connection.close()
    head = sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
    content = gzip.decompress(sent) if answer.getheader("Content-Encoding") == "gzip" else sent
    return content, head + len(sent)


def measure(port: int, path: str, cookie: str, seconds: float) -> Load:
    """Ask for the page for so long, and answer with what was seen. Raises Unanswered when any answer is not 200.

    wrk counts in whole seconds.
    """
    return _with_wrk(port, path, cookie, seconds) if generator() == "wrk" else _with_own(port, path, cookie, seconds)


def _with_wrk(port: int, path: str, cookie: str, seconds: float) -> Load:
    wrk = shutil.which("wrk") or "wrk"
    words = [wrk, "-t2", f"-c{CLIENTS}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "--latency"]
    words += ["-H", f"Cookie: {cookie}", f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout  # noqa: S603  no shell
    return read(path, said)


def read(path: str, said: str) -> Load:
    """What wrk says it saw at a path. Raises Unanswered when any answer was not as it should be."""
    found = {name: re.search(rf"{name}\s+([\d.]+)(us|ms|s|m)", said) for name in ("50%", "99%")}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said or not all(found.values()):
        raise Unanswered(f"{path}: {said}")
    times = {name: float(match[1]) * _UNITS[match[2]] for name, match in found.items() if match is not None}
    return Load(float(rate[1]), times["50%"], times["99%"])


def _with_own(port: int, path: str, cookie: str, seconds: float) -> Load:
    times: list[float] = []
    refused: list[str] = []
    end = time.perf_counter() + seconds

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < end and not refused:
            began = time.perf_counter()
            try:
                _ask(connection, path, cookie)
            except (Unanswered, OSError, http.client.HTTPException) as error:
                refused.append(str(error))
            times.append((time.perf_counter() - began) * 1000)
        connection.close()

    clients = [threading.Thread(target=client) for _number in range(CLIENTS)]
    began = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if refused or not times:
        raise Unanswered(f"{path}: {refused[:1]}")
    whole = time.perf_counter() - began
    return Load(len(times) / whole, statistics.median(times), sorted(times)[int(len(times) * 0.99)])


def _ask(connection: http.client.HTTPConnection, path: str, cookie: str) -> bytes:
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise Unanswered(f"{path}: {answer.status}")
    return content
