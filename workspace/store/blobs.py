"""Files and long texts by the SHA-256 of their bytes, in a folder of the store they belong to."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from workspace.errors import Unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileBlobs:
    """Content-addressed files under a folder. Written and synced before any record names them."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self.folder = folder
        self.readonly = readonly
        self._keeping = threading.Lock()  # a file is not taken away between being found and being marked as put anew

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and answer their SHA-256. Raises Unavailable when they can't be kept."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        with self._keeping:
            if path.exists():
                os.utime(path)  # so that a sweep that runs now does not take it for forgotten
                return digest
        if self.readonly:
            raise Unavailable()
        try:
            self._write(path, content)
        except OSError as error:
            raise Unavailable() from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when there are none, ValueError when they no longer match their digest."""
        if not _DIGEST.fullmatch(digest):
            raise KeyError(digest)
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"blob {digest} is damaged")
        return content

    def digests(self, before: datetime | None = None) -> Iterator[str]:
        """The digests of all that is kept, sorted; only what was last put before a moment where one is given."""
        for path in sorted(self.folder.glob("??/*")):
            if _DIGEST.fullmatch(path.name) and (before is None or path.stat().st_mtime < before.timestamp()):
                yield path.name

    def remove(self, digest: str, before: datetime | None = None) -> None:
        """Take the bytes away, if they are there; only if they were last put before a moment where one is given."""
        if not _DIGEST.fullmatch(digest):
            return
        path = self._path(digest)
        with self._keeping, contextlib.suppress(FileNotFoundError):
            if before is None or path.stat().st_mtime < before.timestamp():
                path.unlink()

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def _write(self, path: Path, content: bytes) -> None:
        new_folder = not path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        for folder in (path.parent, self.folder) if new_folder else (path.parent,):
            sync = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(sync)
            finally:
                os.close(sync)
