"""A seal on the files of an index: Whoosh has no checksums, and may read a damaged file as one with nothing in it.

Whoosh never changes a file it has written. The seal names the size, the time and the checksum of each. When the
process was stopped between a commit and its seal, the files of that commit are not judged, nor those it took away.
"""

from __future__ import annotations

import os
from pathlib import Path

import google_crc32c
import msgspec

_NAME = "seal.json"
_UNSEALED = (".tmp", "LOCK", _NAME)


class Damaged(Exception):
    """A sealed file is missing or not what it was."""


class _Mark(msgspec.Struct, frozen=True):
    size: int
    time: int  # nanoseconds
    checksum: int


class Seal:
    """The seal of one folder. Not safe for threads while it is renewed: a check may then fail for no reason."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks: dict[str, _Mark] = {}

    def check(self, *, thorough: bool = False) -> None:
        """Raise Damaged when a file is missing or changed. Thorough reads all of them, else size and time decide.

        Raises OSError when the machine can't read them now.
        """
        is_older = False
        if thorough:
            self._marks = self._load()
            is_older = any(path.name not in self._marks for path in self._folder.glob("*.toc"))
        for name, mark in self._marks.items():
            try:
                state = os.stat(self._folder / name)
            except FileNotFoundError as error:
                if is_older:
                    continue
                raise Damaged(name) from error
            if state.st_size != mark.size or (not thorough and state.st_mtime_ns != mark.time):
                raise Damaged(name)
            if thorough and _checksum(self._folder / name) != mark.checksum:
                raise Damaged(name)

    def renew(self) -> None:
        """Seal the files as they are now, after a commit."""
        marks = {}
        with os.scandir(self._folder) as found:
            for item in found:
                if item.name.endswith(_UNSEALED):
                    continue
                state, old = item.stat(), self._marks.get(item.name)
                if old is not None and (old.size, old.time) == (state.st_size, state.st_mtime_ns):
                    marks[item.name] = old
                else:
                    marks[item.name] = _Mark(state.st_size, state.st_mtime_ns, _checksum(Path(item.path)))
        self._marks = marks
        new = self._folder / f"{_NAME}.tmp"
        new.write_bytes(msgspec.json.encode(marks))
        new.replace(self._folder / _NAME)

    def _load(self) -> dict[str, _Mark]:
        try:
            marks = msgspec.json.decode((self._folder / _NAME).read_bytes(), type=dict[str, _Mark])
        except (FileNotFoundError, ValueError, msgspec.DecodeError) as error:
            raise Damaged(_NAME) from error
        return marks


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum = int(google_crc32c.extend(checksum, piece))
    return checksum
