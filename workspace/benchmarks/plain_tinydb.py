"""TinyDB as it is shipped, so that a reader sees why it is not used so: each change writes the whole file anew."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.table import Document


def write_times(path: Path, documents: Iterable[Mapping[str, Any]], writes: int) -> list[float]:
    """How long each of some changes takes, in milliseconds, in a new file with these documents. Nothing is synced."""
    database = TinyDB(path)
    table = database.table("documents")
    table.insert_multiple(Document(dict(document), doc_id=at) for at, document in enumerate(documents, start=1))
    times = []
    for number in range(writes):
        began = time.perf_counter()
        table.update({"words": number}, doc_ids=[1])
        times.append((time.perf_counter() - began) * 1000)
    database.close()
    return times
