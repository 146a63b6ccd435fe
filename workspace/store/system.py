"""The few calls to the operating system that durability rests on, in one class, so that tests can make each fail."""

from __future__ import annotations

import os
from pathlib import Path


class System:
    """Files of a store's folder. Each method is one call that may fail or be lost in a power cut."""

    def create(self, path: Path) -> int:
        """Open a new file for appending, readable by its owner only; one that was there is emptied."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, descriptor: int, content: bytes) -> int:
        """Write, and answer how many bytes were taken."""
        return os.write(descriptor, content)

    def fdatasync(self, descriptor: int) -> None:
        """Make the file's bytes durable."""
        os.fdatasync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file."""
        os.ftruncate(descriptor, size)

    def rename(self, old: Path, new: Path) -> None:
        """Give the file its name, in one step."""
        os.rename(old, new)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def unlink(self, path: Path) -> None:
        """Take a file's name away."""
        path.unlink(missing_ok=True)

    def close(self, descriptor: int) -> None:
        """Close the file."""
        os.close(descriptor)
