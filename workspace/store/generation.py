"""A generation of a journal while it is made: the whole state in a new file, which then takes its place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import google_crc32c

from workspace.store.system import System

_PIECE = 1024 * 1024  # bytes that are written with one call, about


def frame(seq: int, body: bytes, chain: int) -> tuple[bytes, int]:
    """The frame for this json, and its CRC, which seeds the next."""
    covered = b"%010d " % seq + body
    crc = google_crc32c.extend(chain, covered)
    return b"%08x %08x " % (len(body), crc) + covered + b"\n", crc


def write_all(system: System, descriptor: int, content: bytes) -> None:
    """Write all bytes, however many a call takes. Raises OSError."""
    written = 0
    while written < len(content):
        written += system.write(descriptor, content[written:])


class Generation:
    """A file that begins with a snapshot. Until it has its name, nobody knows of it."""

    def __init__(self, folder: Path, system: System, seq: int, snapshot: Iterable[bytes]) -> None:
        self.path = folder / f"store-{seq:010d}.rj"
        self._temporary = folder / f"store-{seq:010d}.rj.tmp"
        self._system = system
        self._snapshot = snapshot
        self.descriptor = -1
        self.seq = seq
        self.chain = 0
        self.size = 0
        self.base = 0

    def write(self) -> None:
        """Write the snapshot durably. Raises OSError.

        It is made piece by piece, so that other threads get their turn between two.
        """
        pieces = list(self._snapshot)
        number = b"%010d " % self.seq
        crc = google_crc32c.extend(0, number)
        for piece in pieces:
            crc = google_crc32c.extend(crc, piece)
        length = sum(map(len, pieces))
        self.descriptor = self._system.create(self._temporary)
        self._write([b"%08x %08x " % (length, crc), number, *pieces, b"\n"])
        self._system.fdatasync(self.descriptor)
        self.chain, self.base = crc, self.size

    def extend(self, bodies: Sequence[bytes]) -> None:
        """Append frames durably. Raises OSError."""
        if not bodies:
            return
        frames = []
        for body in bodies:
            self.seq += 1
            content, self.chain = frame(self.seq, body, self.chain)
            frames.append(content)
        self._write(frames)
        self._system.fdatasync(self.descriptor)

    def _write(self, pieces: Iterable[bytes]) -> None:
        waiting = bytearray()
        for piece in pieces:
            waiting += piece
            self.size += len(piece)
            if len(waiting) >= _PIECE:
                write_all(self._system, self.descriptor, bytes(waiting))
                waiting.clear()
        if waiting:
            write_all(self._system, self.descriptor, bytes(waiting))

    def take_name(self) -> None:
        """Take the place of the generation before, in one step. Raises OSError."""
        self._system.rename(self._temporary, self.path)

    def give_up(self) -> str | None:
        """Take an unfinished generation away; the answer says why that failed, None when it did not.

        One that stayed would hide what the old one takes from now on.
        """
        if self.descriptor >= 0:
            self._system.close(self.descriptor)
        for leftover in (self._temporary, self.path):
            with contextlib.suppress(OSError):
                self._system.unlink(leftover)
        return f"{self.path} can't be taken away" if self.path.exists() else None
