"""Operating systems that fail: at the k-th call of a kind, or by losing power."""

from __future__ import annotations

import os
from pathlib import Path

from workspace.store.system import System


class FailingSystem(System):
    """Fails once, at the k-th call of one kind, with this errno; a write may get half of its bytes through first."""

    def __init__(self, call: str, at: int, error: int, *, short: bool = False) -> None:
        self.call, self.at, self.error, self.short = call, at, error, short
        self.count = 0
        self.reached = False

    def _maybe_fail(self, call: str) -> bool:
        if call != self.call or self.reached:
            return False
        self.count += 1
        self.reached = self.count == self.at
        return self.reached

    def _fail(self) -> None:
        raise OSError(self.error, os.strerror(self.error))

    def create(self, path: Path) -> int:
        if self._maybe_fail("create"):
            self._fail()
        return super().create(path)

    def write(self, descriptor: int, content: bytes) -> int:
        if self._maybe_fail("write"):
            if self.short:
                super().write(descriptor, content[: len(content) // 2])
            self._fail()
        return super().write(descriptor, content)

    def fdatasync(self, descriptor: int) -> None:
        if self._maybe_fail("fdatasync"):
            self._fail()
        super().fdatasync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        if self._maybe_fail("rename"):
            self._fail()
        super().rename(old, new)

    def sync_folder(self, folder: Path) -> None:
        if self._maybe_fail("sync_folder"):
            self._fail()
        super().sync_folder(folder)


class RecordingSystem(System):
    """Does the real thing and writes down each call, so that a power cut after any of them can be played back."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...] | tuple[str, int, bytes]] = []
        self.files: dict[int, int] = {}  # descriptor -> number of the file
        self.next_file = 0

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        self.files[descriptor] = self.next_file
        self.calls.append(("create", self.next_file, path.name))
        self.next_file += 1
        return descriptor

    def write(self, descriptor: int, content: bytes) -> int:
        self.calls.append(("write", self.files[descriptor], bytes(content)))
        return super().write(descriptor, content)

    def fdatasync(self, descriptor: int) -> None:
        super().fdatasync(descriptor)
        self.calls.append(("sync", self.files[descriptor]))

    def truncate(self, descriptor: int, size: int) -> None:
        super().truncate(descriptor, size)
        self.calls.append(("truncate", self.files[descriptor], size))

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        self.calls.append(("rename", old.name, new.name))

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self.calls.append(("unlink", path.name))

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self.calls.append(("sync_folder",))

    def acknowledged(self, id: str) -> None:
        """Remember that from here on this note must be there."""
        self.calls.append(("acknowledged", id))
