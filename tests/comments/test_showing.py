"""Which threads a page shows: all of them open where little is said, and only what is looked at where much is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import AMUND, BJORN, KARI, REGION, Clock
from workspace.comments import life, service, showing
from workspace.comments import subject as subjects
from workspace.comments.model import Comment, Thread
from workspace.comments.showing import FURTHER, LISTED, OPEN_AT_ONCE, Shown, Wanted
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace
from workspace.store.port import View

TEXT = "Første avsnitt om kaien.\n\nAndre avsnitt om kraften.\n\nTredje avsnitt om dekningen."


class Counted:
    """A view that counts what is asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += name in {"find", "get", "count", "first"}
        return getattr(self._view, name)


@pytest.fixture
def document(workspace: Workspace) -> Document:
    return documents.create(workspace, AMUND, title="Planutkast", kind="plan", text=TEXT)


def opened(workspace: Workspace, document: Document, count: int, block: int = 1) -> list[Thread]:
    return [service.open_thread(workspace, KARI, document.id, block, f"Innspill {at}") for at in range(count)]


def shown(workspace: Workspace, document: Document, wanted: Wanted | None = None) -> Shown:
    view = workspace.region(REGION).view()
    subject = subjects.of_document(workspace, KARI, documents.get(workspace, KARI, document.id))
    return showing.on_page(workspace, KARI, subject, view, wanted=wanted or Wanted())


def test_little_is_open_and_much_is_lines(workspace: Workspace, document: Document) -> None:
    opened(workspace, document, OPEN_AT_ONCE)
    found = shown(workspace, document)
    assert found.are_open and len(found.talks) == OPEN_AT_ONCE and all(talk.comments for talk in found.talks)
    opened(workspace, document, 1, block=2)
    found = shown(workspace, document)
    assert not found.are_open and not any(talk.comments for talk in found.talks)
    assert [talk.block for talk in found.talks] == [1] * LISTED + [2]
    assert dict(found.more) == {1: LISTED}
    assert {talk.said for talk in found.talks} == {1}


def test_the_one_that_is_asked_for_is_open_wherever_it_is(workspace: Workspace, document: Document) -> None:
    last = opened(workspace, document, OPEN_AT_ONCE + 10)[-1]
    found = shown(workspace, document, Wanted(which="resolved", thread=last.id))
    assert [talk.thread.id for talk in found.talks if talk.comments] == [last.id]
    found = shown(workspace, document, Wanted(thread=last.id))
    assert len(found.talks) == LISTED + 1 and found.talks[0].comments[0].text == f"Innspill {OPEN_AT_ONCE + 9}"


def test_more_are_listed_at_a_paragraph_until_there_are_none(workspace: Workspace, document: Document) -> None:
    threads = opened(workspace, document, FURTHER + LISTED + 10)
    seen = [talk.thread.id for talk in shown(workspace, document).talks]
    found = shown(workspace, document, Wanted(at=1, skip=LISTED))
    assert dict(found.more) == {1: LISTED + FURTHER}
    seen += [talk.thread.id for talk in found.talks]
    found = shown(workspace, document, Wanted(at=1, skip=LISTED + FURTHER))
    assert seen + [talk.thread.id for talk in found.talks] == [thread.id for thread in threads]
    assert found.more == {}
    assert all(talk.comments for talk in shown(workspace, document, Wanted(all_open=True)).talks)


def test_what_is_chosen(workspace: Workspace, document: Document) -> None:
    resolved, open_ = opened(workspace, document, 2)
    theirs = service.open_thread(workspace, BJORN, document.id, 2, "Fra næringslivet")
    life.resolve(workspace, KARI, resolved.id)
    with workspace.region(REGION).transaction() as tx:
        stored = tx.get(Thread, theirs.id)
        assert stored is not None
        tx.put(stored.changed(kind="question", answered=workspace.now()))
    of = {which: shown(workspace, document, Wanted(which=which)) for which in showing.CHOICES}
    ids = {which: {talk.thread.id for talk in found.talks} for which, found in of.items()}
    assert ids["all"] == {resolved.id, open_.id, theirs.id}
    assert ids["open"] == {open_.id, theirs.id} and ids["resolved"] == {resolved.id}
    assert ids["mine"] == {resolved.id, open_.id} and ids["none"] == set()
    assert ids["answered"] == ids["question"] == {theirs.id} and ids["support"] == set()
    counts = of["none"].counts
    assert {which: counts[which] for which in ids if which not in {"mine", "none"}} == {
        which: len(found) for which, found in ids.items() if which not in {"mine", "none"}
    }
    assert showing.asked("nothing of the kind") == "all"


def test_what_is_read_does_not_grow_with_the_threads(workspace: Workspace, document: Document) -> None:
    subject = subjects.of_document(workspace, KARI, document)
    asked = []
    for count in (OPEN_AT_ONCE + 5, 60):
        opened(workspace, document, count, block=3)
        view = Counted(workspace.region(REGION).view())
        showing.on_page(workspace, KARI, subject, view)  # type: ignore[arg-type]
        asked.append(view.asked)
    assert asked[0] == asked[1] <= 2


@pytest.mark.both_stores
def test_a_thread_keeps_its_number_and_old_ones_get_one(
    workspace: Workspace, document: Document, product: str, clock: Clock
) -> None:
    threads = []
    for _turn in range(3):
        clock.forward(minutes=1)
        threads += opened(workspace, document, 1)
    clock.forward(minutes=1)
    above = service.open_thread(workspace, KARI, document.id, 1, "Enda en", quote="Første")
    assert [thread.serial for thread in (*threads, above)] == [1, 2, 3, 4]
    with workspace.region(REGION).transaction() as tx:
        for id in (threads[1].id, threads[2].id):
            stored = tx.get(Thread, id)
            assert stored is not None
            tx.put(stored.changed(serial=0, comments=0))
    assert [service.talk(workspace, KARI, thread.id)[1].number for thread in (*threads, above)] == [1, 2, 3, 4]
    assert {talk.number for talk in shown(workspace, document).talks} == {1, 2, 3, 4}
    opened(workspace, document, OPEN_AT_ONCE, block=2)
    assert {talk.said for talk in shown(workspace, document).talks} == {1}
    view = workspace.region(REGION).view()
    assert view.count(Comment, {"thread": threads[1].id}, order="at") == 1
