"""Pictures of PDF pages, kept for a while in the instance folder: they can always be drawn again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from workspace.errors import NotFound
from workspace.extraction import reading
from workspace.extraction.model import Unreadable
from workspace.parts import Workspace

MOST_KEPT = 1_000  # of a region, about 100 MB


def page(workspace: Workspace, slug: str, digest: str, number: int, words: Sequence[str] = ()) -> bytes:
    """A page (from 1) of a PDF as a WebP, with some words marked. Raises NotFound when it can't be drawn."""
    folder = workspace.config.instance / "pictures" / slug
    marked = f"-{hashlib.sha256(' '.join(words).encode()).hexdigest()[:16]}" if words else ""
    path = folder / f"{digest}-{number}{marked}.webp"
    with contextlib.suppress(OSError):
        return path.read_bytes()
    try:
        drawn = reading.page_picture(workspace.region(slug).blobs.get(digest), number, words)
    except Unreadable as error:
        raise NotFound() from error
    with contextlib.suppress(OSError):  # a full disk: it is drawn again the next time
        _keep(path, drawn)
        _prune(folder)
    return drawn


def _keep(path: Path, drawn: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    temporary.write_bytes(drawn)
    temporary.replace(path)


def _prune(folder: Path) -> None:
    """Drop the oldest half when there are too many."""
    with os.scandir(folder) as found:
        kept = sorted((item.stat().st_mtime, item.path) for item in found)
    if len(kept) > MOST_KEPT:
        for _time, path in kept[: len(kept) // 2]:
            Path(path).unlink(missing_ok=True)
