"""An index follows its region's log: what is saved is found, and what may not be read is not."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import AMUND, KARI, MARIT, OTHER_REGION, REGION, ROLF, Clock, seed
from workspace.access import Actor, Audience, operator
from workspace.comments import service as comments
from workspace.config import Config
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Forbidden
from workspace.measures import service as measures
from workspace.parts import Workspace, new_id
from workspace.rounds import life
from workspace.search import following, service
from workspace.search.port import Entry, Found, Indexes
from workspace.store.tinydb import TinyStores

TEXT = "Ledig kai i Skarsund.\n\nEt felles kjølelager er mulig ved kaien."


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock, open_indexes: Callable[..., Indexes]) -> Iterator[Workspace]:
    """An empty house with two empty regions, on a real store, with the indexes on each adapter."""
    stores = TinyStores.open(tmp_path)
    stores.create(REGION)
    stores.create(OTHER_REGION)
    config = Config(instance=tmp_path, secret_key="for tests only")
    yield Workspace(config=config, stores=stores, indexes=open_indexes(), now=clock, new_id=new_id)
    stores.close()


@pytest.fixture
def document(workspace: Workspace) -> Document:
    seed(workspace)
    return documents.create(workspace, AMUND, title="Kapasitet i havnene", kind="analysis", text=TEXT)


def search(workspace: Workspace, words: str, actor: Actor = ROLF, **more: object) -> Found:
    return service.search(workspace, actor, words, counts=True, **more)


def titles(found: Found) -> list[tuple[str, str]]:
    return [(hit.entry.kind, hit.entry.title) for hit in found.hits]


def until(condition: Callable[[], bool]) -> bool:
    """Whether it comes true; the wait is generous, since machines differ."""
    for _ in range(1000):
        if condition():
            return True
        time.sleep(0.02)
    return False


# -- What is found --


def test_a_document_is_found_once_it_is_saved(workspace: Workspace, document: Document) -> None:
    found = search(workspace, "kjølelageret")
    assert titles(found) == [("document", "Kapasitet i havnene")]
    assert not found.behind
    assert found.hits[0].anchor == "b-2"


def test_a_changed_text_is_found_and_the_old_one_is_not(workspace: Workspace, document: Document) -> None:
    search(workspace, "kai")
    documents.save(workspace, AMUND, document.id, document.version, text="Bare fjell og skog.")
    assert search(workspace, "kjølelager").total == 0
    assert search(workspace, "skogen").total == 1


def test_a_comment_is_found_by_its_text(workspace: Workspace, document: Document) -> None:
    thread = comments.open_thread(workspace, KARI, document.id, 1, "Dette gjelder også Havnsund.")
    comments.reply(workspace, KARI, thread.id, "Og fergeleiet.")
    (hit,) = search(workspace, "fergeleie").hits
    assert (hit.entry.kind, hit.entry.parent, hit.entry.section) == ("comment", document.id, f"thread-{thread.id}")
    assert search(workspace, "Havnsund").total == 1
    assert search(workspace, "kapasitet").facets["kind"] == (("document", 1),)


def test_measures_and_outcomes_are_found(workspace: Workspace, document: Document) -> None:
    measure = measures.create(workspace, AMUND, title="Felles kjølelager", text="Ett lager for alle ni.")
    closes = workspace.now() + timedelta(days=7)
    round_ = life.create(workspace, MARIT, (measure.id,), title="Runde 1", closes=closes)
    life.open_round(workspace, MARIT, round_.id)
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert search(workspace, "konklusjonen").total == 0
    life.conclude(workspace, MARIT, round_.id, "Konklusjonen er at kommunene går videre.")
    assert titles(search(workspace, "konklusjonen")) == [("outcome", "Runde 1")]
    assert ("measure", f"{measure.code} Felles kjølelager") in titles(search(workspace, "kjølelager"))


def test_letters_of_a_foreign_keyboard_are_tried_when_nothing_is_found(
    workspace: Workspace, document: Document
) -> None:
    assert search(workspace, "kjoelelager").total == 1


def test_narrowing_and_pages(workspace: Workspace, document: Document) -> None:
    for number in range(12):
        documents.create(workspace, AMUND, title=f"Referat {number}", kind="minutes", text="Om kaien.")
    found = search(workspace, "kai", filters={"source": ("minutes",)}, offset=10)
    assert (len(found.hits), found.total) == (2, 12)
    assert dict(found.facets["source"]) == {"minutes": 12, "analysis": 1}


# -- Who finds what --


def test_what_is_for_staff_is_not_found_by_others(workspace: Workspace, document: Document) -> None:
    def shown() -> list[bytes]:
        asked = [search(workspace, words) for words in ("kjølelager kai", "informant", '"felles kjølelager"')]
        return [msgspec.json.encode(msgspec.structs.replace(found, ms=0.0)) for found in asked]

    before = shown()
    secret = documents.create(
        workspace, AMUND, title="Intervju om kjølelager", text="Informant om kai.", audience=Audience.STAFF
    )
    thread = comments.open_thread(workspace, AMUND, secret.id, 1, "Informant bør ikke siteres om kjølelager.")
    assert shown() == before
    assert {hit.entry.kind for hit in search(workspace, "informant", AMUND).hits} == {"document", "comment"}
    assert thread.id in {hit.entry.id for hit in search(workspace, "informant", operator(REGION)).hits}


def test_a_document_that_becomes_one_for_staff_takes_its_comments_with_it(
    workspace: Workspace, document: Document
) -> None:
    comments.open_thread(workspace, KARI, document.id, 1, "Havnsund vil vite mer.")
    assert search(workspace, "kai Havnsund").total == 2
    documents.save(workspace, AMUND, document.id, document.version, audience=Audience.STAFF)
    assert search(workspace, "kai Havnsund").total == 0
    assert search(workspace, "kai Havnsund", AMUND).total == 2


def test_an_index_older_than_the_store_shows_nothing_that_is_no_longer_for_the_reader(
    workspace: Workspace, document: Document
) -> None:
    search(workspace, "kai")
    workspace.indexes.followed = True  # as if a thread followed that has not come round yet
    documents.save(workspace, AMUND, document.id, document.version, audience=Audience.STAFF)
    found = search(workspace, "kai")
    assert (found.hits, found.total, found.behind) == ((), 0, True)


def test_one_without_a_role_may_not_search(workspace: Workspace, document: Document) -> None:
    with pytest.raises(Forbidden):
        service.search(workspace, Actor(person="x", region=REGION), "kai")


# -- Following --


def test_following_again_looks_at_nothing(workspace: Workspace, document: Document) -> None:
    assert following.is_behind(workspace, REGION)
    assert following.follow(workspace, REGION) == 1
    assert not following.is_behind(workspace, REGION)
    assert following.follow(workspace, REGION) == 0


def test_an_empty_log_is_followed_too(workspace: Workspace) -> None:
    following.follow(workspace, REGION)
    assert not following.is_behind(workspace, REGION)


def test_a_rebuild_takes_many_commits_and_looks_at_each_record_once(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 3)
    for number in range(10):
        stored = workspace.region(REGION).view().get(Document, document.id)
        documents.save(workspace, AMUND, document.id, stored.version, text=f"Utgave {number} om kaien.")
        documents.create(workspace, AMUND, title=f"Nr {number}", text="Om kaien.")
    steps: list[float] = []
    assert following.rebuild(workspace, REGION, steps.append) == 11
    assert sum(steps) == workspace.region(REGION).view().last_event()
    assert len(steps) > 3
    assert search(workspace, "kai", limit=50).total == 11


def test_following_can_be_stopped_and_taken_up_again(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 1)
    for number in range(5):
        documents.create(workspace, AMUND, title=f"Nr {number}", text="Om kaien.")
    answers = iter([False, False, True])
    following.follow(workspace, REGION, should_stop=lambda: next(answers))
    assert workspace.indexes.region(REGION).seen() == 2
    following.follow(workspace, REGION)
    assert search(workspace, "kai").total == 6


def test_one_record_that_can_not_be_read_does_not_keep_out_the_others(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> tuple[list[Entry], list[str]]:
        raise ValueError("no good")

    monkeypatch.setattr(following, "ROOMS", (broken, *following.ROOMS))
    assert search(workspace, "kjølelager").total == 1


def test_a_store_put_back_to_an_earlier_day_is_followed_from_the_start(
    workspace: Workspace, document: Document
) -> None:
    search(workspace, "kai")
    workspace.indexes.region(REGION).update([], [f"document:{document.id}"], 999)
    found = search(workspace, "kai")
    assert (found.total, found.behind) == (1, False)


def test_a_store_put_back_and_written_to_since_is_followed_from_the_start(
    workspace: Workspace, document: Document
) -> None:
    search(workspace, "kai")
    index = workspace.indexes.region(REGION)
    strange = Entry(
        uid="document:x", kind="document", id="x", ref="x", title="Borte", text="Kai som er borte.", audience="region"
    )
    index.update([strange], [f"document:{document.id}"], index.seen(), mark="of another log")
    assert following.is_behind(workspace, REGION)
    assert titles(search(workspace, "kai borte")) == [("document", "Kapasitet i havnene")]
    assert not following.is_behind(workspace, REGION)


def test_an_index_found_damaged_while_following_is_made_whole(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 1)
    for number in range(4):
        documents.create(workspace, AMUND, title=f"Nr {number}", text="Om kaien.")
    index = workspace.indexes.region(REGION)
    looked = 0

    def damage(view: object, table: str, record: str) -> tuple[list[Entry], list[str]]:
        nonlocal looked
        looked += 1
        if looked == 3:
            index.clear()
        return [], []

    monkeypatch.setattr(following, "ROOMS", (*following.ROOMS, damage))
    following.follow(workspace, REGION)
    assert search(workspace, "kai").total == 5


def test_beside_the_owner_the_index_is_only_read(
    workspace: Workspace, document: Document, open_indexes: Callable[..., Indexes]
) -> None:
    beside = dataclasses.replace(workspace, indexes=open_indexes(readonly=True))
    assert search(beside, "kai").behind
    search(workspace, "kai")
    found = search(beside, "kai")
    assert (found.total, found.behind) == (1, False)


# -- The thread --


@pytest.fixture
def follower(workspace: Workspace, document: Document) -> Iterator[following.IndexFollower]:
    running = following.IndexFollower(workspace, pause=0.01)
    running.start()
    yield running
    running.stop()


def test_the_thread_takes_in_what_is_saved(workspace: Workspace, follower: following.IndexFollower) -> None:
    assert until(lambda: search(workspace, "kjølelager").total == 1)
    documents.create(workspace, AMUND, title="Ny", text="Helikopterplass.")
    follower.wake()
    assert until(lambda: search(workspace, "helikopterplassen").total == 1)
    assert until(lambda: not search(workspace, "kai").behind)


def test_the_thread_goes_on_after_a_failure(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([True, True])
    real = following.follow

    def sometimes(*args: object, **more: object) -> int:
        if next(failures, False):
            raise OSError(28, "No space left on device")
        return real(*args, **more)

    monkeypatch.setattr(following, "follow", sometimes)
    running = following.IndexFollower(workspace, pause=0.01)
    running.start()
    assert until(lambda: search(workspace, "kjølelager").total == 1)
    running.stop()


def test_after_the_thread_has_stopped_the_one_who_searches_follows(workspace: Workspace, document: Document) -> None:
    running = following.IndexFollower(workspace, pause=0.01)
    running.start()
    running.stop()
    documents.create(workspace, AMUND, title="Ny", text="Helikopterplass.")
    assert search(workspace, "helikopterplass").total == 1
