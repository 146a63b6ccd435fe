"""`python -m tests.store.dying GOLDEN.tar.gz FOLDER`: open the golden instance, killed at each call in turn.

Leaves a folder for each call, named by its number, in which the process was killed (kill -9) just before that call to
the operating system, or halfway through it where it writes; and prints how many there are. The one after the last
came to its end.
"""

from __future__ import annotations

import os
import signal
import sys
import tarfile
from pathlib import Path

from workspace.store.system import System
from workspace.store.tinydb import TinyStores


class DyingSystem(System):
    """Dies at the k-th call, whichever it is."""

    def __init__(self, at: int) -> None:
        self.left = at

    def _count(self) -> bool:
        self.left -= 1
        return self.left == 0

    def _die_when_due(self) -> None:
        if self._count():
            os.kill(os.getpid(), signal.SIGKILL)

    def create(self, path: Path) -> int:
        self._die_when_due()
        return super().create(path)

    def write(self, descriptor: int, content: bytes) -> int:
        if self._count():
            super().write(descriptor, content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return super().write(descriptor, content)

    def fdatasync(self, descriptor: int) -> None:
        self._die_when_due()
        super().fdatasync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        self._die_when_due()
        super().truncate(descriptor, size)

    def rename(self, old: Path, new: Path) -> None:
        self._die_when_due()
        super().rename(old, new)

    def sync_folder(self, folder: Path) -> None:
        self._die_when_due()
        super().sync_folder(folder)

    def unlink(self, path: Path) -> None:
        self._die_when_due()
        super().unlink(path)

    def close(self, descriptor: int) -> None:
        self._die_when_due()
        super().close(descriptor)


def open_all(instance: Path, system: System) -> None:
    """Open every store there is, and stop cleanly."""
    stores = TinyStores(instance, readonly=False, system=system)
    for slug in stores.slugs():
        stores.region(slug)
    stores.close()


def main(golden: str, folder: str) -> None:
    """Die at the first call, at the second ... until one comes to its end."""
    for at in range(1, 1000):
        instance = Path(folder) / str(at)
        with tarfile.open(golden) as archive:
            archive.extractall(instance, filter="data")
        child = os.fork()
        if child == 0:
            open_all(instance, DyingSystem(at))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            print(at - 1)
            sys.exit(status)
    sys.exit("it never came to its end")


if __name__ == "__main__":
    main(*sys.argv[1:])
