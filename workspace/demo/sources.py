"""Reading the demo's sources: Markdown under a front matter in TOML, and TOML alone. Times in them are Oslo's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from workspace.text import OSLO

SOURCES = Path(__file__).parent / "skarfjord"

Source = Mapping[str, Any]
_FENCE = "+++\n"


class Written(NamedTuple):
    """A text and what is said of it above it."""

    about: Source
    text: str


class DocumentSource(NamedTuple):
    """A document of the demo: its key, and its versions with their names, the first first."""

    key: str
    names: tuple[str, ...]
    versions: tuple[Written, ...]


@cache
def table(name: str) -> Source:
    """A TOML file of the sources."""
    return tomllib.loads((SOURCES / name).read_text(encoding="utf-8"))


def tables(folder: str) -> list[Source]:
    """All TOML files of a folder, in the order of their names."""
    return [table(f"{folder}/{path.name}") for path in sorted((SOURCES / folder).glob("*.toml"))]


@cache
def documents() -> tuple[DocumentSource, ...]:
    """All documents: a file is one with one version, a folder one with a version a file."""
    found = []
    for path in sorted((SOURCES / "documents").iterdir()):
        files = sorted(path.glob("*.md")) if path.is_dir() else [path]
        names = tuple(file.stem for file in files)
        key = path.name if path.is_dir() else path.stem
        found.append(DocumentSource(key, names, tuple(written(file) for file in files)))
    return tuple(found)


def document(key: str) -> DocumentSource:
    """The document with this key: the name of its file or folder."""
    return next(source for source in documents() if source.key == key)


def version_number(key: str, name: str) -> int:
    """The product's number of a version that the sources call "0.5"."""
    return document(key).names.index(name) + 1


def moment(text: str) -> datetime:
    """A time of the sources, "2026-11-16 09:00", in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


def written(file: Path) -> Written:
    """A text of the sources, and what is said of it above it."""
    _before, about, text = file.read_text(encoding="utf-8").split(_FENCE, 2)
    return Written(tomllib.loads(about), text.strip() + "\n")
