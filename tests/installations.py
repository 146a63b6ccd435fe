"""The kinds of installation that a proof is run on. Each gives the settings of a fresh one, for processes of their own.

A new adapter joins by adding one line to INSTALLATIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests import postgres
from tests.running import environment
from workspace import assembly
from workspace import config as configuration
from workspace.parts import Workspace

Settings = Mapping[str, str]  # WORKSPACE_... as in the environment


@contextmanager
def embedded(folder: Path) -> Iterator[Settings]:
    """Everything in the instance folder."""
    yield {"WORKSPACE_INSTANCE": str(folder / "instance")}


@contextmanager
def scaled(folder: Path) -> Iterator[Settings]:
    """Records and files in a PostgreSQL database."""
    with postgres.database() as url:
        yield {"WORKSPACE_INSTANCE": str(folder / "instance"), "WORKSPACE_DATABASE_URL": url}


INSTALLATIONS: dict[str, Callable[[Path], AbstractContextManager[Settings]]] = {"embedded": embedded, "scaled": scaled}


def open_workspace(settings: Settings) -> Workspace:
    """The workspace of these settings, opened as its own commands would."""
    return assembly.open_workspace(configuration.load(settings))


def close(workspace: Workspace) -> None:
    """Stop cleanly."""
    workspace.indexes.close()
    workspace.stores.close()


def surroundings(settings: Settings) -> dict[str, str]:
    """The environment of a process that works on this installation."""
    return environment() | dict(settings)
