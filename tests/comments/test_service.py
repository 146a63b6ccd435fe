"""Comments in search: found by those who may read the document, and by nobody else when that changes."""

from __future__ import annotations

import pytest

from tests.conftest import AMUND, KARI, REGION, Clock
from workspace.access import Audience
from workspace.comments import service
from workspace.documents import service as documents
from workspace.errors import Invalid, NotFound
from workspace.parts import Workspace


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    from workspace.regions.model import Municipality

    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund"))
    return workspace


def test_a_comment_is_found_by_those_who_may_read_its_document(region: Workspace) -> None:
    document = documents.create(region, AMUND, title="Notat", text="Et avsnitt.")
    thread = service.open_thread(region, KARI, document.id, 1, "Om **kaien**")
    view = region.region(REGION).view()
    [entry], _gone = service.entries_of(view, "threads", thread.id)
    assert (entry.text, entry.audience, entry.parent) == ("Om kaien", Audience.REGION, document.id)

    current = documents.get(region, AMUND, document.id)
    documents.save(region, AMUND, document.id, current.version, audience=Audience.STAFF)
    [entry], _gone = service.entries_of(region.region(REGION).view(), "documents", document.id)
    assert entry.audience == Audience.STAFF
    with pytest.raises(NotFound):
        service.get(region, KARI, thread.id)


def test_who_spoke_is_kept_as_it_was(region: Workspace) -> None:
    document = documents.create(region, AMUND, title="Notat", text="Et avsnitt.")
    thread = service.open_thread(region, KARI, document.id, 1, "Hei")
    _document, talk = service.talk(region, KARI, thread.id)
    assert (talk.comments[0].party, talk.comments[0].group) == ("Havnsund", "municipality")
    assert service.counts(region, KARI) == {"9001": 1}


@pytest.mark.parametrize("block", [0, 2, 99])
def test_a_paragraph_that_is_not_there_is_refused(region: Workspace, block: int) -> None:
    document = documents.create(region, AMUND, title="Notat", text="Et avsnitt.")
    with pytest.raises(Invalid):
        service.open_thread(region, KARI, document.id, block, "Hei")


def test_a_reply_comes_after_what_it_replies_to_though_the_clock_was_set_back(region: Workspace, clock: Clock) -> None:
    document = documents.create(region, AMUND, title="Notat", text="Et avsnitt.")
    thread = service.open_thread(region, KARI, document.id, 1, "Først")
    for number in range(3):
        clock.forward(hours=-1)
        service.reply(region, AMUND, thread.id, f"Svar {number}")
    clock.forward(hours=4)
    service.reply(region, AMUND, thread.id, "Sist")
    _document, talk = service.talk(region, KARI, thread.id)
    assert [comment.text for comment in talk.comments] == ["Først", "Svar 0", "Svar 1", "Svar 2", "Sist"]
