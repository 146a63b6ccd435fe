"""What the doctor looks at around the stores: settings, the one who serves, disk, clock, and what was left lying."""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from workspace import owner
from workspace.config import Config
from workspace.transfer.findings import Finding, bad, ok, warn

_HERE = {"localhost", "127.0.0.1", "::1"}
_SHORTEST_KEY = 32  # characters
_LOW, _OUT = 1024**3, 100 * 1024**2  # bytes of free disk
_OLD = 3600.0  # seconds: younger ones may be in use
_AHEAD = timedelta(minutes=5)

_LEFTOVERS = (
    ("*.tmp", "files of writes that were cut off", "they may be deleted"),
    ("torn-*.bin", "ends of journals that a crash cut off; they were never acknowledged", "they may be deleted"),
    ("*.aside", "search indexes that were put aside", "they may be deleted"),
    ("replaced-*", "data that a restore moved aside", "delete it when you are sure that you don't need it"),
)


def settings(config: Config) -> Iterator[Finding]:
    """Settings that are risky."""
    about = "settings"
    here = urlsplit(config.base_url).hostname in _HERE
    found = []
    if not here and not config.secure:
        found.append(
            bad(about, f"people reach {config.base_url} without encryption", "set WORKSPACE_BASE_URL to https://...")
        )
    if config.demo:
        level = warn if here else bad
        found.append(
            level(about, "demo mode is on: anybody may step in as any person of the demo", "set WORKSPACE_DEMO=0")
        )
    if any("*" in host or host.startswith(".") for host in config.hosts):
        found.append(warn(about, "WORKSPACE_TRUSTED_HOSTS takes any host", "name the hosts"))
    if len(config.secret_key) < _SHORTEST_KEY:
        found.append(warn(about, "WORKSPACE_SECRET_KEY is short", f"use {_SHORTEST_KEY} characters made at random"))
    found += _open_to_others(config.instance)
    yield from found or [ok(about, f"{config.base_url}, hosts {', '.join(dict.fromkeys(config.hosts))}")]


def _open_to_others(instance: Path) -> Iterator[Finding]:
    """Files with secrets that others on the machine may read."""
    for name, forbidden, mode in (("secret_key", 0o077, "600"), ("config.py", 0o007, "600"), ("keys", 0o077, "700")):
        path = instance / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & forbidden:
            yield bad("settings", f"others on this machine may read {path}", f"chmod {mode} {path}")


def serving(config: Config) -> Finding:
    """Whether a server owns the data."""
    if owner.answers(config.instance):
        return ok("server", "a server runs and takes commands")
    return ok("server", "no server runs on this instance folder")


def disk(config: Config) -> Finding:
    """How much room there is."""
    folder = next(path for path in (config.instance, *config.instance.absolute().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    text, advice = f"{free / 1024**3:.1f} GB free for {config.instance}", "make room"
    if free < _OUT:
        return bad("disk", text, advice)
    return warn("disk", text, advice) if free < _LOW else ok("disk", text)


def clock(now: datetime, newest: datetime | None) -> Finding:
    """Whether the newest event of all logs has happened yet."""
    if newest is not None and newest > now + _AHEAD:
        return warn("clock", f"the newest event is of {newest:%Y-%m-%d %H:%M}, later than now", "set the clock right")
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, no event is later")


def leftovers(config: Config) -> Iterator[Finding]:
    """What crashes and earlier work left lying."""
    before = time.time() - _OLD
    clean = True
    for pattern, what, advice in _LEFTOVERS:
        found = sorted(path for path in config.instance.rglob(pattern) if _is_older(path, before))
        if found:
            clean = False
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield warn("leftovers", f"{what}: {found[0]}{more}", advice)
    if clean:
        yield ok("leftovers", "none")


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.lstat().st_mtime < moment
    except FileNotFoundError:
        return False
