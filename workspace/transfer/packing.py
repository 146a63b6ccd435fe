"""Writing a zip piece by piece, with a list of checksums as its last entry."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from workspace.transfer.region_file import CHECKSUMS

_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)  # a zip can tell of no time before this


class Packer:
    """A zip that is being written. Entries come in the order they are added; nothing but `at` tells of the time."""

    def __init__(self, path: Path, at: datetime, compression: int) -> None:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        self._zip = zipfile.ZipFile(path, "w", compression, compresslevel=6)
        self._at = max(at.astimezone(UTC), _OLDEST)
        self._compression = compression
        self._sums: list[str] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add an entry from its pieces."""
        sha256 = hashlib.sha256()
        with self._zip.open(self._entry(name), "w", force_zip64=True) as file:
            for piece in pieces:
                sha256.update(piece)
                file.write(piece)
        self._sums.append(f"{sha256.hexdigest()}  {name}\n")

    def close(self) -> None:
        """Write the list of checksums, as `sha256sum -c` reads it, and end the zip."""
        with self._zip.open(self._entry(CHECKSUMS), "w") as file:
            for line in self._sums:
                file.write(line.encode("utf-8"))
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._zip.close()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        entry.compress_type = self._compression
        entry.external_attr = 0o600 << 16
        entry.create_system = 3
        return entry
