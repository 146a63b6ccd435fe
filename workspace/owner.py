"""Handing a command to the process that owns the data, over a socket in the instance folder.

The command line sends what was typed, as the name of the command's function and its options; the owner calls the same
function with its own workspace, one at a time, and sends back what it prints and how far it has come. Lines of JSON
both ways. Only the same user may speak (mode 0600, and the peer is asked for).
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from workspace.errors import WorkspaceError
from workspace.parts import Workspace
from workspace.store.port import StoreRefused
from workspace.terminal import WRITERS, Advance, Terminal
from workspace.translation import in_english

SOCKET = "owner.sock"


class Cancelled(Exception):
    """The person at the other end went away."""


def hand_over(instance: Path, name: str, options: dict[str, Any], terminal: Terminal) -> bool:
    """Let the owner run a command. False when there is no owner; its exit code is then not set."""
    channel = _connect(instance)
    if channel is None:
        return False
    with channel, channel.makefile("rw", encoding="utf-8") as stream:
        _send(stream, {"command": name, "options": {key: _packed(value) for key, value in options.items()}})
        _relay(stream, terminal)
    return True


def answers(instance: Path) -> bool:
    """Whether a server owns the data in this folder and takes commands."""
    channel = _connect(instance)
    if channel is not None:
        channel.close()
    return channel is not None


def _connect(instance: Path) -> socket.socket | None:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        channel.connect(str(instance / SOCKET))
    except OSError:
        channel.close()
        return None
    return channel


def _relay(stream: TextIO, terminal: Terminal) -> None:
    """Show what the owner prints, until it says how the command ended. Raises StoreRefused when it goes away first."""
    with contextlib.ExitStack() as bars:
        advance: Advance | None = None
        for line in stream:
            message = json.loads(line)
            match message["kind"]:
                case "say":
                    terminal.say(message["text"])
                case "warn":
                    terminal.warn(message["text"])
                case "begin":
                    advance = bars.enter_context(terminal.progress(message["total"], message["label"]))
                case "advance" if advance is not None:
                    advance(message["step"])
                case "end":
                    terminal.exit_code = message["code"]
                    return
    raise StoreRefused("the server stopped before the command was done; run it again")


def _send(stream: TextIO, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def _packed(value: Any) -> Any:
    if isinstance(value, Path):
        return {"path": str(value)}
    return [_packed(one) for one in value] if isinstance(value, list | tuple) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return Path(value["path"])
    return tuple(_unpacked(one) for one in value) if isinstance(value, list) else value


class RemoteTerminal(Terminal):
    """A terminal at the other end of the socket."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def _tell(self, **message: Any) -> None:
        try:
            _send(self._stream, message)
        except OSError as error:
            raise Cancelled from error

    def say(self, text: str) -> None:
        """A line of what was asked for."""
        self._tell(kind="say", text=text)

    def warn(self, text: str) -> None:
        """A line about something that went wrong."""
        self._tell(kind="warn", text=text)

    @contextmanager
    def progress(self, total: float | None, label: str) -> Iterator[Advance]:
        """A bar at the other end; a step also notices that the person went away."""
        self._tell(kind="begin", total=total, label=label)
        yield lambda step: self._tell(kind="advance", step=step)


class Owner:
    """Listens for commands while a server runs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._path = workspace.config.instance / SOCKET
        self._one_at_a_time = threading.Lock()
        self._path.unlink(missing_ok=True)  # we hold the lock, so nobody listens there any more
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            self._listener.bind(str(self._path))
        finally:
            os.umask(mask)
        self._listener.listen(8)
        threading.Thread(target=self._listen, name="owner", daemon=True).start()

    def stop(self) -> None:
        """Take no more commands, and wait for the one that runs."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)
        with self._one_at_a_time:
            pass

    def _listen(self) -> None:
        while True:
            try:
                channel, _address = self._listener.accept()
            except OSError:
                return
            if _uid_of(channel) != os.getuid():
                channel.close()
                continue
            threading.Thread(target=self._serve, args=(channel,), name="command", daemon=True).start()

    def _serve(self, channel: socket.socket) -> None:
        gone = contextlib.suppress(Cancelled, OSError, ValueError)
        with channel, gone, channel.makefile("rw", encoding="utf-8") as stream, self._one_at_a_time:
            terminal = RemoteTerminal(stream)
            self._run(json.loads(stream.readline()), terminal)
            terminal._tell(kind="end", code=terminal.exit_code)

    def _run(self, request: dict[str, Any], terminal: RemoteTerminal) -> None:
        function = WRITERS.get(request["command"])
        if function is None:
            terminal.warn("the server that runs is of another version; restart it")
            terminal.exit_code = 3
            return
        options = {key: _unpacked(value) for key, value in request["options"].items()}
        try:
            function(terminal, self._workspace, **options)
        except WorkspaceError as error:
            terminal.warn(f"workspace: {in_english(error)}")
            terminal.exit_code = 3
        except StoreRefused as error:
            terminal.warn(f"workspace: {error}")
            terminal.exit_code = 3


def _uid_of(channel: socket.socket) -> int:
    credentials = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1])
