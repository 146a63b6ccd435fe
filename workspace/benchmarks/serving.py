"""Servers as processes of their own, as they run in earnest."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workspace import config as configuration
from workspace.benchmarks import load
from workspace.config import Config

PATIENCE = 120  # seconds until a server must have answered


@contextmanager
def workspace(config: Config) -> Iterator[int]:
    """Serve this installation until the block ends; the port it is on."""
    with watched(config) as (port, _id):
        yield port


@contextmanager
def watched(config: Config) -> Iterator[tuple[int, int]]:
    """The same; the port it is on, and the id of its process, for how much of a processor it takes."""
    port = _free_port()
    words = ["workspace.cli", "--instance", str(config.instance), "serve", "--port", str(port)]
    with _process([*words, "--threads", str(config.threads)], port, "/readyz") as process:
        yield port, process


def cpu_seconds(process: int) -> float:
    """How long a process has had a processor until now (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def bare(config: Config) -> Iterator[int]:
    """Serve the bare page in the same way until the block ends; the port it is on."""
    port = _free_port()
    with _process(["workspace.benchmarks.bare", str(port), str(config.threads)], port, "/1"):
        yield port


@contextmanager
def _process(words: list[str], port: int, path: str) -> Iterator[int]:
    """A module run by a Python without settings of ours in its environment; the id of its process."""
    process = subprocess.Popen(  # noqa: S603  our own module, no shell
        [sys.executable, "-m", *words],
        cwd=configuration.CHECKOUT,
        env={"LANG": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(process, port, path)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            load.fetch(port, path)
        except (OSError, load.Unanswered):
            time.sleep(0.05)
        else:
            return
    raise load.Unanswered("the server did not come up")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
