"""Keys as files of their own, beside the stores: `keys/<region>/<name>`, readable by their owner only."""

from __future__ import annotations

import os
import re
from pathlib import Path

from workspace.errors import Unavailable
from workspace.store.system import System

_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")


class FileKeys:
    """The keys of an installation (see the port). A file without content is that of a key that was destroyed."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self._folder = folder
        self._readonly = readonly
        self._system = System()

    def keep(self, region: str, name: str, secret: bytes) -> None:
        """Keep a secret durably. Raises OSError when that can't be done."""
        path = self._path(region, name)
        self._writing()
        for folder in (self._folder, path.parent):
            folder.mkdir(exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{name}.tmp")
        _write(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), secret)
        self._system.rename(temporary, path)
        for folder in (path.parent, self._folder, self._folder.parent):
            self._system.sync_folder(folder)

    def get(self, region: str, name: str) -> bytes | None:
        """The secret, or None."""
        try:
            return self._path(region, name).read_bytes() or None
        except FileNotFoundError:
            return None

    def destroy(self, region: str, name: str) -> None:
        """Write over the secret where it lies, as far as the disk writes in place, and leave the file empty."""
        self._writing()
        try:
            descriptor = os.open(self._path(region, name), os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        _write(descriptor, bytes(os.fstat(descriptor).st_size), keep=False)

    def release(self, region: str, name: str) -> None:
        """Destroy the secret, and take its file away."""
        self.destroy(region, name)
        path = self._path(region, name)
        if path.exists():
            self._system.unlink(path)
            self._system.sync_folder(path.parent)

    def names(self, region: str) -> list[str]:
        """The names of all that are kept or remembered, sorted."""
        found = (self._folder / region).glob("*")
        return sorted(path.name for path in found if _NAME.fullmatch(path.name))

    def _writing(self) -> None:
        if self._readonly:
            raise Unavailable()

    def _path(self, region: str, name: str) -> Path:
        if not _NAME.fullmatch(region) or not _NAME.fullmatch(name):
            raise ValueError(f"not a name for a key: {name!r}")
        return self._folder / region / name


def _write(descriptor: int, content: bytes, *, keep: bool = True) -> None:
    """Write durably from the beginning of a file, and let go of it; with `keep` False it is empty afterwards."""
    try:
        os.pwrite(descriptor, content, 0)
        os.fsync(descriptor)
        if not keep:
            os.ftruncate(descriptor, 0)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
