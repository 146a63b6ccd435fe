"""A real file system that is small, to be full on. Needs root; `REQUIRE_SMALL_DISK=1` says that it must be there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of this size (such as 12m), mounted on a new folder until the block ends."""
    folder.mkdir()
    mounted = subprocess.run(  # noqa: PLW1510  the exit code is looked at
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        why = f"no small disk can be mounted here: {mounted.stderr.strip()}"
        if os.environ.get("REQUIRE_SMALL_DISK") == "1":
            pytest.fail(f"{why}, and REQUIRE_SMALL_DISK=1")
        pytest.skip(why)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Ballast:
    """A file that takes up room, and gives it back."""

    def __init__(self, disk: Path) -> None:
        self.path = disk / "ballast"

    def fill(self, leaving: int = 0) -> None:
        """Take all the room there is but so many bytes."""
        with self.path.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096):
                while True:
                    room = os.statvfs(self.path.parent)
                    if room.f_bavail * room.f_frsize - leaving < size:
                        break
                    file.write(b"\0" * size)

    def give_back(self) -> None:
        """Make room again."""
        self.path.unlink()
