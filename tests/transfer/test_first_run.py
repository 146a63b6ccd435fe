"""An installation that has only printed the code of its first run is as good as empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transfer.conftest import opened
from workspace import assembly
from workspace.accounts import limits
from workspace.accounts.model import Attempts
from workspace.accounts.service import add_person
from workspace.config import Config
from workspace.regions import first_run
from workspace.regions.model import FirstRun
from workspace.store.port import StoreRefused
from workspace.terminal import close
from workspace.transfer import restoring


def started(config: Config) -> None:
    """As after a start, and one who guessed."""
    workspace = assembly.open_workspace(config)
    first_run.make_code(workspace)
    limits.count(workspace, "first run", "192.0.2.1")
    close(workspace)


def test_a_backup_can_be_restored_into_it(target: Config) -> None:
    started(target)
    with opened(target) as stores:
        assert stores.house.view().find(FirstRun) and stores.house.view().find(Attempts)
        restoring.require_empty(stores)
        assert stores.house.view().tables() == []


def test_but_not_where_there_is_somebody(target: Config, tmp_path: Path) -> None:
    started(target)
    workspace = assembly.open_workspace(target)
    add_person(workspace, "Anne", "anne@example.no")
    close(workspace)
    with opened(target) as stores:
        with pytest.raises(StoreRefused):
            restoring.require_empty(stores)
        assert stores.house.view().find(FirstRun)
