"""Threads follow their passages from version to version, in a real store; people say where what is lost belongs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, REGION, csrf_of
from workspace.access import Actor
from workspace.comments import confirming, placing, service
from workspace.comments import subject as subjects
from workspace.comments.model import Thread
from workspace.comments.placement import Place, Placements
from workspace.documents import service as documents
from workspace.documents.model import PAGE_BREAK, Document, File
from workspace.errors import Conflict, Forbidden, Invalid, Unavailable
from workspace.parts import Workspace

pytestmark = pytest.mark.both_stores

As = Callable[[Actor], FlaskClient]
KAI = "Kaien i Skarsund skal stå ferdig før jul i 2027."
LAGER = "Lageret ved flyplassen kan vente ett år til uten skade."
VEI = "Fylket eier veien mellom bygdene og rydder den."
TEXT = f"# Havn\n\n{KAI}\n\n{LAGER}\n\n# Vei\n\n{VEI}"


@pytest.fixture
def document(workspace: Workspace) -> Document:
    return documents.create(workspace, AMUND, title="Plan", kind="plan", text=TEXT)


def save(workspace: Workspace, document: Document, text: str) -> Document:
    now = documents.get(workspace, AMUND, document.id)
    return documents.save(workspace, AMUND, document.id, now.version, text=text)


def on(workspace: Workspace, document: Document, block: int, quote: str = "", **more: int) -> Thread:
    return service.open_thread(workspace, KARI, document.id, block, "Om dette", quote=quote, **more)


def placed(workspace: Workspace, thread: Thread) -> Place:
    return service.talk(workspace, KARI, thread.id)[1].place


def words(workspace: Workspace, thread: Thread) -> str:
    subject, talk = service.talk(workspace, KARI, thread.id)
    block = subject.read(talk.place.page).blocks[talk.place.block - 1]
    return block.text[talk.place.start : talk.place.end or None]


def stored(workspace: Workspace) -> dict[int, dict[str, Place]]:
    return {one.number: one.places for one in workspace.region(REGION).view().find(Placements)}


def test_a_place_is_kept_for_each_version_and_the_thread_is_never_changed(
    workspace: Workspace, document: Document
) -> None:
    thread = on(workspace, document, 3, "kan vente ett år")
    for text in (
        f"# Ny\n\nFørst.\n\n{TEXT}",
        TEXT.replace("ett år", "to år"),
        TEXT.replace(LAGER, ""),
        f"Nytt.\n\n{VEI}",
    ):
        save(workspace, document, text)
    assert placed(workspace, thread).how == "removed"
    kept = stored(workspace)
    assert [kept[number][thread.id].how for number in (2, 3, 4, 5)] == ["kept", "changed", "removed", "removed"]
    assert (kept[2][thread.id].block, kept[3][thread.id].text) == (5, "kan vente to år")
    assert workspace.region(REGION).view().get(Thread, thread.id) == thread
    save(workspace, document, TEXT)
    assert words(workspace, thread) == "kan vente ett år"
    assert {number: kept[number] for number in (2, 3, 4, 5)} == {n: stored(workspace)[n] for n in (2, 3, 4, 5)}


def test_each_version_looked_at_gives_the_same_as_many_at_once(workspace: Workspace) -> None:
    texts = [f"# Ny\n\nFørst.\n\n{TEXT}", TEXT.replace("ett år", "to år"), f"{LAGER} Og dette.\n\n{KAI}\n\n{VEI}", TEXT]
    seen, unseen = (documents.create(workspace, AMUND, title=t, kind="plan", text=TEXT) for t in ("Sett", "Usett"))
    threads = {doc.id: [on(workspace, doc, block) for block in (2, 3, 5)] for doc in (seen, unseen)}
    for text in texts:
        for doc in (seen, unseen):
            save(workspace, doc, text)
        for thread in threads[seen.id]:
            placed(workspace, thread)
    for one, other in zip(threads[seen.id], threads[unseen.id], strict=True):
        assert placed(workspace, one) == placed(workspace, other)


def test_a_paragraph_put_back_has_its_thread_again(workspace: Workspace, document: Document) -> None:
    thread = on(workspace, document, 3, "flyplassen")
    save(workspace, document, TEXT.replace(LAGER, ""))
    assert placed(workspace, thread).how == "removed"
    save(workspace, document, f"Helt nytt her.\n\n{TEXT}")
    assert (placed(workspace, thread).how, words(workspace, thread)) == ("kept", "flyplassen")


def test_what_is_gone_never_comes_back_on_its_twin(workspace: Workspace) -> None:
    twice = f"# A\n\n{KAI}\n\nMer om A her i dag.\n\n# B\n\n{KAI}\n\nMer om B her i dag."
    document = documents.create(workspace, AMUND, title="To", kind="plan", text=twice)
    thread = on(workspace, document, 2)
    for number in range(3):
        save(workspace, document, f"# A\n\nMer om A her i dag.\n\n# B\n\n{KAI}\n\nMer om B her i dag.{'!' * number}")
        assert placed(workspace, thread).how == "removed"


def test_a_comment_written_on_an_older_text_follows_from_that(workspace: Workspace, document: Document) -> None:
    save(workspace, document, f"# Ny\n\nFørst.\n\n{TEXT}")
    thread = on(workspace, document, 2, "ferdig før jul", number=1)  # block 2 is now another paragraph
    assert (thread.number, thread.block_text) == (1, KAI)
    assert words(workspace, thread) == "ferdig før jul"
    for wrong in ({"number": 9}, {"number": 1, "quote": "Først"}):
        with pytest.raises(Invalid):
            service.open_thread(workspace, KARI, document.id, 2, "Hei", **wrong)


def test_the_form_says_which_version_was_read(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert "number=1" in page
    save(workspace, document, f"# Ny\n\nFørst.\n\n{TEXT}")
    form = client.get(f"/r/{REGION}/documents/{document.id}/threads/new?block=2&number=1").text
    assert 'name="number" value="1"' in form
    fields = {"csrf_token": csrf_of(client), "block": "2", "number": "1", "text": "Når da?", "quote": "før jul"}
    assert client.post(f"/r/{REGION}/documents/{document.id}/threads", data=fields).status_code == 303
    refused = client.post(f"/r/{REGION}/documents/{document.id}/threads", data=fields | {"quote": "Først"})
    assert refused.status_code == 422 and "Når da?" in refused.text
    assert 'id="p-1">før jul<sup>' in client.get(f"/r/{REGION}/documents/{document.id}").text


def test_a_store_that_takes_no_writes_still_shows_where_they_are(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = on(workspace, document, 3)
    save(workspace, document, f"Nytt.\n\n{TEXT}")

    def full(*_args: object) -> None:
        raise Unavailable()

    monkeypatch.setattr(placing, "keep", full)
    assert words(workspace, thread) == LAGER
    assert stored(workspace) == {}


def test_two_that_work_it_out_at_once_keep_it_once(workspace: Workspace, document: Document) -> None:
    thread = on(workspace, document, 3)
    save(workspace, document, f"Nytt.\n\n{TEXT}")
    store = workspace.region(REGION)
    subject = subjects.find(workspace, KARI, f"document:{document.id}")
    made = [placing.work_out(store.view(), subject, [thread]) for _ in range(2)]
    for each in made:
        with store.transaction() as tx:
            placing.keep(tx, subject.about, each)
    [one] = store.view().find(Placements)
    assert one.version == 1


def test_a_new_edition_of_a_file_has_its_threads_on_the_right_pages(workspace: Workspace) -> None:
    pages = ["Forside.", VEI, KAI, LAGER]

    def file(of: list[str]) -> dict[str, object]:
        text = PAGE_BREAK.join(of)
        about = {"name": "plan.pdf", "kind": "pdf", "size": 1, "state": "read", "unit": "page", "leaves": len(of)}
        return {"text": text, "file": File(digest=str(len(text)), **about)}

    document = documents.create(workspace, AMUND, title="Plan", kind="plan", **file(pages))
    assert document.unit == "page"
    thread = on(workspace, document, 1, "ferdig før jul", page=3)
    gone = on(workspace, document, 1, page=4)
    now = documents.get(workspace, AMUND, document.id)
    documents.save(workspace, AMUND, document.id, now.version, **file([pages[0], "Et forord.", VEI, KAI]))
    assert (placed(workspace, thread).page, words(workspace, thread)) == (4, "ferdig før jul")
    assert (placed(workspace, gone).how, placed(workspace, gone).page) == ("removed", 4)
    assert service.pages(workspace, KARI, documents.get(workspace, KARI, document.id)) == [(4, 2)]


# -- What people say --

FERJE = "Ferja skal gå hver time mellom Havnøy og Skarsund hele sommeren."
OTHER = "Ferja skal gå hver andre time mellom Havnøy og Skarsund om sommeren."


@pytest.fixture
def lost(workspace: Workspace) -> tuple[Document, Thread]:
    """A thread whose passage moved and changed at once: it is only suggested where it is."""
    document = documents.create(workspace, AMUND, title="Ferje", text=f"# A\n\n{FERJE}\n\n{VEI}\n\n# B\n\n{LAGER}")
    thread = on(workspace, document, 2, FERJE)
    document = save(workspace, document, f"# A\n\n{VEI}\n\n# B\n\n{LAGER}\n\n{OTHER}")
    place = placed(workspace, thread)
    assert (place.how, place.suggested_block) == ("removed", 5)
    return document, thread


def test_a_suggestion_that_is_confirmed_is_where_the_thread_is_from_then_on(
    workspace: Workspace, lost: tuple[Document, Thread]
) -> None:
    document, thread = lost
    for _ in range(2):
        confirming.confirm(workspace, KARI, thread.id, 2) if placed(workspace, thread).how == "removed" else None
    place = placed(workspace, thread)
    assert (place.how, place.by, place.name, place.text) == ("confirmed", "kari", "Kari", OTHER)
    assert workspace.region(REGION).view().events()[-1].action == "placements.confirmed"
    with pytest.raises(Conflict):
        confirming.confirm(workspace, KARI, thread.id, 2)
    save(workspace, document, f"Nytt først.\n\n# A\n\n{VEI}\n\n# B\n\n{LAGER}\n\n{OTHER}")
    assert words(workspace, thread) == OTHER


def test_a_suggestion_that_is_declined_is_gone(workspace: Workspace, lost: tuple[Document, Thread]) -> None:
    _document, thread = lost
    confirming.decline(workspace, AMUND, thread.id, 2)
    place = placed(workspace, thread)
    assert (place.how, place.suggested_block, place.by) == ("removed", 0, "amund")
    with pytest.raises(Conflict):
        confirming.confirm(workspace, AMUND, thread.id, 2)


def test_a_thread_can_be_tied_by_hand_to_words_that_stand_there_once(
    workspace: Workspace, lost: tuple[Document, Thread]
) -> None:
    _document, thread = lost
    for wrong in ("", "finnes ikke", "er"):
        with pytest.raises(Invalid):
            confirming.tie(workspace, KARI, thread.id, 2, wrong)
    with pytest.raises(Conflict):
        confirming.tie(workspace, KARI, thread.id, 1, "ett år til")
    with pytest.raises(Forbidden):
        confirming.tie(workspace, BJORN, thread.id, 2, "ett år til")
    confirming.tie(workspace, KARI, thread.id, 2, "ett år til")
    assert words(workspace, thread) == "ett år til"


def test_the_page_asks_and_takes_the_answer(as_person: As, workspace: Workspace, lost: tuple[Document, Thread]) -> None:
    document, thread = lost
    client, path = as_person(KARI), f"/r/{REGION}/threads/{lost[1].id}/place"
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert "Ser ut til å ha flyttet hit: «Ferja skal gå hver andre time" in page
    assert f"/documents/{document.id}/versions/1" in page
    assert "Ser ut til å ha flyttet hit" not in as_person(BJORN).get(f"/r/{REGION}/documents/{document.id}").text
    fields = {"csrf_token": csrf_of(client), "number": "2", "key": workspace.new_id()}
    refused = client.post(
        path, data=fields | {"answer": "here", "quote": "finnes ikke"}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422 and "finnes ikke" in refused.text
    assert client.post(path, data=fields | {"answer": "here", "quote": "finnes ikke"}).status_code == 422
    assert client.post(path, data=fields | {"answer": "what"}).status_code == 400
    for _ in range(2):
        assert client.post(path, data=fields | {"answer": "yes"}).status_code == 303
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert "Festet hit av Kari" in page and "<ins>andre</ins>" in page
    assert placed(workspace, thread).how == "confirmed"
