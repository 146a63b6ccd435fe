"""A wire to PostgreSQL that is cut at the k-th packet, on its way there or on its way back."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from pathlib import Path
from typing import Self

from psycopg import conninfo


class Wire:
    """Stands between the pool and the server. `cut(k)` loses the k-th packet from then on, and its connection."""

    def __init__(self, url: str) -> None:
        self._parts = conninfo.conninfo_to_dict(url)
        self._folder = tempfile.TemporaryDirectory(prefix="wire-")
        self._path = Path(self._folder.name) / ".s.PGSQL.5432"
        self._door = socket.socket(socket.AF_UNIX)
        self._lock = threading.Lock()
        self._left, self._answers = 0, False
        self._open: list[socket.socket] = []
        self.url = conninfo.make_conninfo("", **{**self._parts, "host": self._folder.name, "port": 5432})

    def __enter__(self) -> Self:
        self._door.bind(str(self._path))
        self._door.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._door, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._folder.cleanup()

    def cut(self, at: int, *, answers: bool) -> None:
        """Lose the packet of this number: a question before the server has it, or an answer after it was given."""
        with self._lock:
            self._left, self._answers = at, answers

    @property
    def waiting(self) -> bool:
        """Whether the cut has not come yet."""
        return self._left > 0

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = self._server()
                self._open += [client, server]
                for answers, source, target in ((False, client, server), (True, server, client)):
                    threading.Thread(target=self._carry, args=(answers, source, target), daemon=True).start()

    def _server(self) -> socket.socket:
        host, port = str(self._parts.get("host", "")), int(self._parts.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        made = socket.socket(socket.AF_UNIX)
        made.connect(f"{host}/.s.PGSQL.{port}")
        return made

    def _carry(self, answers: bool, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (packet := source.recv(65536)) and not self._lost(answers):
                target.sendall(packet)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _lost(self, answers: bool) -> bool:
        with self._lock:
            if self._left and answers == self._answers:
                self._left -= 1
                return self._left == 0
            return False
