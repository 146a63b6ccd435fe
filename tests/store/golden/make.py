"""Make the golden instance of the present format, once, at a release: `python -m tests.store.golden.make v1`.

It is the demo region on a clock that stands still. Kept for ever: every later version must open it.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from workspace import assembly
from workspace.config import Config
from workspace.demo import building
from workspace.parts import Workspace
from workspace.store.tinydb import TinyStore, TinyStores

HERE = Path(__file__).parent


def dump(store: TinyStore) -> dict[str, object]:
    """All that a store holds, as plain JSON."""
    return {
        "tables": {name: dict(sorted(rows.items())) for name, rows in sorted(store.tables.items())},
        "events": [[event.seq, event.action, event.record, event.hash] for event in store.view().events()],
    }


def main(version: str) -> None:
    """Write `<version>/instance.tar.gz` and its dump."""
    numbers = count(1)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        parts = assembly.open_workspace(Config(instance=instance, secret_key="golden"))
        workspace = Workspace(
            config=parts.config, stores=parts.stores, indexes=parts.indexes,
            now=lambda: datetime(2026, 11, 23, 14, 44, tzinfo=UTC), new_id=lambda: f"{next(numbers):026d}",
        )  # fmt: skip
        slug = building.build(workspace)
        stores = workspace.stores
        assert isinstance(stores, TinyStores)
        dumped = {"house": dump(stores.house), slug: dump(stores.region(slug))}
        workspace.indexes.close()
        stores.close()
        with tarfile.open(HERE / version / "instance.tar.gz", "w:gz") as archive:
            for name in ("house", "regions"):
                archive.add(instance / name, name, filter=lambda info: None if "/index" in info.name else info)
        (HERE / version / "dump.json.gz").write_bytes(gzip.compress(json.dumps(dumped).encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
