"""Opening a store in a process of its own: how long it takes, and how much memory the process then has.

Run as `python -m workspace.benchmarks.opening INSTANCE REGION [DATABASE_URL]`; it says both as a line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from workspace import assembly
from workspace import config as configuration
from workspace.config import Config
from workspace.documents.model import Document


def measured(config: Config, region: str) -> dict[str, float]:
    """What opening takes: seconds until the first documents are read, and megabytes of memory."""
    words = [str(config.instance), region, *([config.database_url] if config.database_url else [])]
    said = subprocess.run(  # noqa: S603  our own module, no shell
        [sys.executable, "-m", "workspace.benchmarks.opening", *words],
        cwd=configuration.CHECKOUT, env={"LANG": "C.UTF-8"}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return dict(json.loads(said))


def main(instance: str, region: str, database_url: str = "") -> None:
    """Open, read a page of a list, and say what it took."""
    began = time.perf_counter()
    stores = assembly.open_stores(Config(instance=Path(instance), database_url=database_url))
    stores.region(region).view().find(Document, order="changed_at", descending=True, limit=25)
    took = time.perf_counter() - began
    status = Path("/proc/self/status").read_text(encoding="ascii")
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    stores.close()
    sys.stdout.write(json.dumps({"start_s": round(took, 2), "memory_mb": round(memory / 1024)}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
