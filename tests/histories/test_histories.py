"""R6: histories of many clients at once, with timeouts and kills, through the real services on each store.

By hand: `STORE_HISTORIES=200 STORE_OPERATIONS=2000 pytest -n0 -s tests/histories/test_histories.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.histories import voting
from tests.histories.checker import check
from tests.histories.record import OK, Recorder, load
from tests.installations import INSTALLATIONS, close, embedded, open_workspace
from workspace.parts import Workspace
from workspace.rounds.model import Round

HISTORIES = int(os.environ.get("STORE_HISTORIES", "20"))
OPERATIONS = int(os.environ.get("STORE_OPERATIONS", "500"))


@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_histories_can_be_explained(installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()
    histories = HISTORIES if installation == "embedded" else max(2, HISTORIES // 4)  # a server takes its time to start
    for seed in range(histories):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with INSTALLATIONS[installation](folder) as settings:
            lives = 3 if seed % 2 else 1
            processes = 3 if installation != "embedded" and seed % 3 else 1
            operations, final = voting.run(settings, folder, seed, OPERATIONS, lives=lives, processes=processes)
        assert check(operations, final) == [], f"seed {seed}"
        outcomes.update(f"{one.op} {one.outcome}" for one in operations)
        outcomes["rounds closed"] += sum(state["closed"] for state in final["rounds"].values())
    with capsys.disabled():
        said = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
        print(f"\nR6 {installation}: {histories} histories, {said}; 0 can't be explained")
    assert outcomes["answer ok"] > histories * OPERATIONS / 10
    assert all(outcomes[what] for what in ("answer unknown", "answer refused", "comment ok", "read ok", "close ok"))


class Planted:
    """A store or a transaction with one thing in it that is wrong; all else is the real one's."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Forgetting(Planted):
    """A store that now and then acknowledges what it did not keep."""

    random = Random(1)

    class Dropped(Exception):
        """Ends a transaction so that nothing of it is kept."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        try:
            with self._real.transaction() as tx:
                yield tx
                if self.random.random() < 0.1:
                    raise self.Dropped
        except self.Dropped:
            return


class Behind(Planted):
    """A store whose writers see rounds as they were at the start, as with a cache of their own."""

    def __init__(self, real: Any) -> None:
        super().__init__(real)
        self._rounds = {round.id: round for round in real.view().find(Round, order="number")}

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self._real.transaction() as tx:
            planted = Planted(tx)
            planted.get = lambda kind, id: (  # type: ignore[attr-defined]
                self._rounds[id].changed(version=tx.get(kind, id).version) if kind is Round else tx.get(kind, id)
            )
            yield planted


class WithPlantedStore(Planted):
    """All stores, with the region's own replaced."""

    def __init__(self, real: Any, store: Any) -> None:
        super().__init__(real)
        self.region = lambda slug: store


def _history(folder: Path, plant: type[Planted] | None, operations: int) -> set[str]:
    """The kinds of faults found in a history of this process on a store with a fault."""
    with embedded(folder) as settings:
        workspace = open_workspace(settings)
        room = voting.prepare(workspace)
        stores: Any = workspace.stores
        if plant is not None:
            stores = WithPlantedStore(workspace.stores, plant(workspace.region(voting.SLUG)))
        used = Workspace(config=workspace.config, stores=stores, indexes=workspace.indexes)
        recorder = Recorder(folder / "record.jsonl", "a")
        voting.lives(used, room, recorder, Random(3), operations)
        recorder.close()
        record, final = load(folder / "record.jsonl"), voting.final(workspace, room)
        close(workspace)
    assert any(one.op == "close" and one.outcome == OK for one in record)
    return {fault.kind for fault in check(record, final)}


def test_control_faults_in_the_store_itself_are_found(tmp_path: Path) -> None:
    """What the checker says of the real store means something: it finds a store that is wrong in the same run."""
    for plant, kind in ((None, ""), (Forgetting, "lost comment"), (Behind, "vote after close")):
        folder = tmp_path / str(kind)
        folder.mkdir(exist_ok=True)
        found = _history(folder, plant, 900)
        assert kind in found if kind else found == set()
