"""R7: any sequence of writes, crashes, torn ends, rotations and restarts gives what a plain dict would give."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.contract.test_store import Note
from workspace.store import journal
from workspace.store.tinydb import TinyStore

IDS = st.sampled_from([f"{n}" for n in range(6)])
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)


class StoreMachine(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = TinyStore(self.folder)
        self.model: dict[str, str] = {}

    @rule(id=IDS, text=TEXTS, kind=st.sampled_from("ab"))
    def write(self, id: str, text: str, kind: str) -> None:
        with self.store.transaction() as tx:
            note = tx.get(Note, id) or Note(id=id)
            tx.put(note.changed(text=text, kind=kind))
        self.model[id] = text

    @rule(first=IDS, second=IDS, text=TEXTS)
    def write_two_or_none(self, first: str, second: str, text: str) -> None:
        try:
            with self.store.transaction() as tx:
                for id in {first, second}:
                    tx.put((tx.get(Note, id) or Note(id=id)).changed(text=text))
                if first == second:
                    raise KeyError
        except KeyError:
            return
        self.model |= {first: text, second: text}

    @rule(id=IDS)
    def remove(self, id: str) -> None:
        with self.store.transaction() as tx:
            note = tx.get(Note, id)
            if note is not None:
                tx.remove(note)
        self.model.pop(id, None)

    @rule()
    def rotate(self) -> None:
        self.store._journal.rotate()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = TinyStore(self.folder)

    @rule(garbage=st.binary(max_size=80))
    def crash(self, garbage: bytes) -> None:
        """Killed with an unacknowledged frame half written."""
        os.close(self.store._journal._descriptor)  # type: ignore[arg-type]
        whole, _crc = journal.frame(self.store._journal.seq + 1, b'{"ops":[["notes","0",null]]}', 1)
        path = journal.newest(self.folder)
        assert path is not None
        with path.open("ab") as file:
            file.write(whole[: len(whole) // 2] + garbage.replace(b"\n", b""))
        self.store = TinyStore(self.folder)

    @invariant()
    def same_as_the_model(self) -> None:
        view = self.store.view()
        assert {note.id: note.text for note in view.find(Note)} == self.model
        by_kind = [note.id for kind in "ab" for note in view.find(Note, {"kind": kind}, order="at")]
        assert sorted(by_kind) == sorted(self.model)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(
    max_examples=int(os.environ.get("STORE_EXAMPLES", "300")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
