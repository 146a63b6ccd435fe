"""Torture case 71: kill -9 when an act is durable and its answer not yet sent; the same request once more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Browserless, free_port, running, serving
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document
from workspace.measures.model import Measure
from workspace.once import Receipt
from workspace.parts import new_id
from workspace.record import Record
from workspace.rounds.ballot import Ballot
from workspace.store.log import broken_at
from workspace.store.tinydb import TinyStores


@pytest.fixture(scope="module")
def instance(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo region, which the tests of this file share."""
    made = tmp_path_factory.mktemp("once") / "instance"
    shutil.copytree(built, made)
    yield made
    stores = TinyStores.open(made)
    assert broken_at(stores.region("skarfjord").view().events()) is None
    stores.close()


def count(instance: Path, kind: type[Record]) -> int:
    stores = TinyStores.open(instance, readonly=True)
    found = stores.region("skarfjord").view().count(kind)
    stores.close()
    return found


def places(person: Browserless) -> dict[str, str]:
    """The ids of a document, a thread in it, the open round and a measure, read from its pages."""
    documents = re.findall(r"/r/skarfjord/documents/(\w{26})\"", person.get("/r/skarfjord/documents/"))
    for document in documents:
        thread = re.search(
            r'action="/r/skarfjord/threads/(\w{26})/comments"', person.get(f"/r/skarfjord/documents/{document}")
        )
        if thread is not None:
            break
    assert thread is not None
    round_ = re.search(r"/r/skarfjord/rounds/(\w{26})\"", person.get("/r/skarfjord/rounds/"))
    measure = re.search(r"/r/skarfjord/measures/(\w{26})\"", person.get("/r/skarfjord/measures/"))
    assert round_ is not None and measure is not None
    return {"document": document, "thread": thread[1], "round": round_[1], "measure": measure[1]}


ACTS = {
    "thread": ("/documents/{document}/threads", {"block": "2", "text": "Stemmer dette?"}, Thread),
    "reply": ("/threads/{thread}/comments", {"text": "Ja, det stemmer."}, Comment),
    "answer": ("/rounds/{round}/measures/{measure}/answers", {"value": "2", "reason": "Driften må avklares."}, Ballot),
    "measure": ("/measures/", {"title": "Nattbåt", "text": "Båten går om natta.", "horizon": "short"}, Measure),
    "document": ("/documents/", {"title": "Referat", "text": "Vi var enige.", "kind": "note"}, Document),
}


@pytest.mark.parametrize("name", ACTS)
def test_killed_before_the_answer_and_asked_again(instance: Path, name: str) -> None:
    path, fields, kind = ACTS[name]
    before = count(instance, kind)
    key, port = new_id(), free_port()
    fields = fields | {"key": key}
    with running(
        instance, port, "-m", "tests.server.dying", str(instance), str(port), path.rpartition("}")[2]
    ) as server:
        person = Browserless(server, "Ingvill Tindeskar" if name in {"measure", "document"} else "Anniken Skogfjær")
        page = person.get("/profile")
        address = f"/r/skarfjord{path.format(**places(person))}"
        with pytest.raises(OSError):
            person.send(address, page, **fields)
        assert server.process.wait(15) == -9
    assert count(instance, kind) == before + 1, "it was durable"
    with serving(instance, "--demo") as server:
        person.base = server.base
        status, to = person.send(address, page, **fields)
        assert status == 200
        assert person.send(address, page, **fields) == (status, to)
    assert count(instance, kind) == before + 1
    stores = TinyStores.open(instance, readonly=True)
    view = stores.region("skarfjord").view()
    [receipt] = [receipt for receipt in view.find(Receipt, order="at") if receipt.kind == kind.table]
    if kind in {Thread, Measure, Document}:
        assert receipt.record in to, "the answer leads to what was made before the kill"
    stores.close()
