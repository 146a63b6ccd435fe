"""Servers as processes of their own, as they run in earnest."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from workspace import config as configuration
from workspace.benchmarks import load
from workspace.config import Config

PATIENCE = 120  # seconds until a server must have answered


@contextmanager
def workspace(config: Config) -> Iterator[int]:
    """Serve this installation until the block ends; the port it is on."""
    port = _free_port()
    words = ["workspace.cli", "--instance", str(config.instance), "serve", "--port", str(port)]
    with _process([*words, "--threads", str(config.threads)], port, "/readyz"):
        yield port


@contextmanager
def bare(config: Config) -> Iterator[int]:
    """Serve the bare page in the same way until the block ends; the port it is on."""
    port = _free_port()
    with _process(["workspace.benchmarks.bare", str(port), str(config.threads)], port, "/1"):
        yield port


@contextmanager
def _process(words: list[str], port: int, path: str) -> Iterator[None]:
    """A module run by a Python without settings of ours in its environment."""
    process = subprocess.Popen(  # noqa: S603  our own module, no shell
        [sys.executable, "-m", *words],
        cwd=configuration.CHECKOUT,
        env={"LANG": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(process, port, path)
        yield
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
