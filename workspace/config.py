"""Every setting: its default and one sentence. The only reader of os.environ.

A setting is taken from the environment (`WORKSPACE_<NAME>`), else from `<instance>/config.py`, else its default.
"""

from __future__ import annotations

import os
import runpy
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True)
class Config:
    """The settings of one installation, all read at start."""

    instance: Path = _setting(Path("instance"), "The folder of all data.")
    database_url: str = _setting("", "Empty: embedded in the instance folder. postgresql://...: scaled.")
    secret_key: str = _setting("", "Signs cookies. Made at first start and kept in the instance folder.")
    base_url: str = _setting("http://127.0.0.1:8000", "The address people use, for links in invitations.")
    trusted_hosts: str = _setting(
        "localhost,127.0.0.1,[::1]", "Host names this installation answers to, with commas between."
    )
    proxies: int = _setting(0, "How many proxies stand in front and set X-Forwarded headers.")
    default_locale: str = _setting("nb", "The language of screens for those who have not chosen: nb, nn or en.")
    smtp_url: str = _setting(
        "", "The mail server, smtp://user:password@host:587 or smtps://... Empty: people copy letters and send them."
    )
    mail_from: str = _setting("", "The address mail comes from. Empty: regionrom@ and the host of base_url.")
    reply_address: str = _setting(
        "", "Where answers to letters go: a letter's own code is put in as name+code@host. Empty: they are not taken."
    )
    imap_url: str = _setting(
        "", "The folder that answers come to, imaps://user:password@host/INBOX. Empty: it is not looked in."
    )
    demo: bool = _setting(False, "Demo mode: anybody on this machine may step in as any person of the demo region.")
    threads: int = _setting(8, "Threads that answer requests.")
    log_level: str = _setting("INFO", "How much is logged: DEBUG, INFO, WARNING.")

    @property
    def hosts(self) -> list[str]:
        """The host names this installation answers to: those named, and that of its own address."""
        own = urlsplit(self.base_url).hostname
        return [*(name.strip() for name in self.trusted_hosts.split(",") if name.strip()), *([own] if own else [])]

    @property
    def secure(self) -> bool:
        """Whether cookies are for https only: everywhere but on plain http to this machine itself."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True)
class Source:
    """Where a setting's value came from, for `workspace config`."""

    name: str
    value: Any
    origin: str
    sentence: str


def _parse(kind: Any, text: Any) -> Any:
    if not isinstance(text, str):
        return text
    if kind == "bool":
        return text.strip().lower() in {"1", "true", "yes", "on"}
    return {"int": int, "Path": Path}.get(kind, str)(text)


def explain(environ: Mapping[str, str] | None = None, **given: Any) -> list[Source]:
    """Each setting with its value and where it came from. `given` (from a command's options) wins over all."""
    environ = os.environ if environ is None else environ
    instance = Path(given.get("instance") or environ.get("WORKSPACE_INSTANCE") or "instance").absolute()
    path = instance / "config.py"
    file = {key.lower(): value for key, value in runpy.run_path(str(path)).items()} if path.is_file() else {}
    sources = []
    for setting in fields(Config):
        variable = f"WORKSPACE_{setting.name.upper()}"
        if given.get(setting.name) is not None:
            value, origin = given[setting.name], "option"
        elif variable in environ:
            value, origin = environ[variable], variable
        elif setting.name in file:
            value, origin = file[setting.name], str(path)
        else:
            value, origin = setting.default, "default"
        value = instance if setting.name == "instance" else _parse(setting.type, value)
        sources.append(Source(setting.name, value, origin, setting.metadata["sentence"]))
    return sources


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Config:
    """The settings in force. Options given win over the environment, that over the instance's file."""
    config = Config(**{source.name: source.value for source in explain(environ, **given)})
    return config if config.secret_key else Config(**{**config.__dict__, "secret_key": _kept_secret(config.instance)})


def _kept_secret(instance: Path) -> str:
    """The installation's own secret, made once and readable by its owner only (mode 0600)."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def folder(name: str) -> Path:
    """A folder that the wheel has inside the package (pyproject.toml): there, else beside it in the checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else CHECKOUT / name
