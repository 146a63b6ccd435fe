"""The command `workspace worker`: the jobs of a scaled installation, beside its web processes."""

from __future__ import annotations

import signal
import sys
import threading

from workspace import assembly, request_log
from workspace.config import Config
from workspace.jobs import Jobs
from workspace.store.port import StoreRefused


def work(config: Config) -> None:
    """Do the jobs until a signal says stop. Raises StoreRefused for an embedded installation: its server does them."""
    if not config.database_url:
        raise StoreRefused("an embedded installation needs no worker: `workspace serve` does its jobs")
    request_log.start(config)
    workspace = assembly.open_workspace(config)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    jobs = Jobs(workspace)
    jobs.start()
    sys.stdout.write("The worker is at work.  Stop with Ctrl-C.\n")
    sys.stdout.flush()
    stopping.wait()
    jobs.stop()
    workspace.indexes.close()
    workspace.stores.close()
