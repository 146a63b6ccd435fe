"""Who may do what with documents, versions, and bringing documents in."""

from __future__ import annotations

import hashlib

import pytest

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, VERA, Clock
from workspace.access import Actor, Audience, operator
from workspace.documents import service
from workspace.documents.model import Document, Version
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.parts import Workspace
from workspace.regions.model import Municipality


def write(workspace: Workspace, **fields: object) -> Document:
    return service.create(workspace, AMUND, **{"title": "Planutkast", "text": "Ni kommuner.", **fields})


def actions(workspace: Workspace) -> list[str]:
    return [event.action for event in workspace.region(REGION).view().events()]


def test_a_new_document_has_its_first_version(workspace: Workspace) -> None:
    document = write(workspace, kind="plan", tags=("fisk",))
    assert (document.number, document.words, document.changed_name) == (1, 2, "Amund")
    [version] = service.versions(workspace, ROLF, document)
    assert version.digest == hashlib.sha256(b"Ni kommuner.").hexdigest()
    assert service.version_text(workspace, ROLF, document, 1) == (version, "Ni kommuner.")
    assert actions(workspace) == ["documents.created"]


def test_saving_keeps_the_old_text(workspace: Workspace, clock: Clock) -> None:
    first = write(workspace)
    clock.forward(hours=1)
    second = service.save(workspace, MARIT, first.id, first.version, "Skrev om", title="Ny", text="Åtte kommuner.")
    assert (second.number, second.changed_by, second.changed_at) == (2, "marit", clock())
    assert [(v.number, v.title, v.note, v.by) for v in service.versions(workspace, ROLF, second)] == [
        (2, "Ny", "Skrev om", "marit"),
        (1, "Planutkast", "", "amund"),
    ]
    assert service.version_text(workspace, ROLF, second, 1)[1] == "Ni kommuner."
    assert service.version_text(workspace, ROLF, second, 2)[1] == "Åtte kommuner."
    assert actions(workspace) == ["documents.created", "documents.changed"]


def test_the_newest_are_those_one_may_see(workspace: Workspace, clock: Clock) -> None:
    for title, audience in (("a", Audience.REGION), ("b", Audience.STAFF), ("c", Audience.REGION)):
        write(workspace, title=title, audience=audience)
        clock.forward(hours=1)
    assert [document.title for document in service.recent(workspace, AMUND, 2)] == ["c", "b"]
    assert [document.title for document in service.recent(workspace, AMUND, 9)] == ["c", "b", "a"]
    assert [document.title for document in service.recent(workspace, KARI, 2)] == ["c", "a"]
    with pytest.raises(Forbidden):
        service.recent(workspace, Actor(person="x", region=REGION), 2)


def test_what_is_said_about_a_text_makes_no_new_version_of_it(workspace: Workspace) -> None:
    first = write(workspace)
    second = service.save(workspace, AMUND, first.id, first.version, kind="analysis")
    assert (second.number, second.kind) == (1, "analysis")
    assert len(service.versions(workspace, AMUND, second)) == 1


def test_a_stale_save_changes_nothing_and_shows_how_it_stands(workspace: Workspace) -> None:
    first = write(workspace)
    theirs = service.save(workspace, MARIT, first.id, first.version, text="Deres.")
    with pytest.raises(Conflict) as stale:
        service.save(workspace, AMUND, first.id, first.version, text="Mine.")
    assert stale.value.current == theirs
    assert service.get(workspace, AMUND, first.id) == theirs
    assert actions(workspace) == ["documents.created", "documents.changed"]


def test_saving_the_same_twice_is_saving_once(workspace: Workspace) -> None:
    first = write(workspace)
    saved = [service.save(workspace, AMUND, first.id, first.version, text="Nytt.") for _ in range(2)]
    assert saved[0] == saved[1]
    assert len(service.versions(workspace, AMUND, saved[0])) == 2


def test_a_refused_text_is_not_kept_anywhere(workspace: Workspace) -> None:
    first = write(workspace)
    too_long = "x" * (1024 * 1024 + 1)
    with pytest.raises(Invalid):
        service.save(workspace, AMUND, first.id, first.version, text=too_long)
    with pytest.raises(Invalid):
        write(workspace, text=too_long)
    with pytest.raises(KeyError):
        workspace.region(REGION).blobs.get(hashlib.sha256(too_long.encode()).hexdigest())
    assert actions(workspace) == ["documents.created"]


def test_municipalities_are_those_of_the_region(workspace: Workspace) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund"))
    assert write(workspace, municipalities=("9001",)).municipalities == ("9001",)
    with pytest.raises(Invalid) as refused:
        write(workspace, municipalities=("9001", "0301"))
    assert list(refused.value.errors) == ["municipalities"]


def test_a_note_has_a_limit(workspace: Workspace) -> None:
    first = write(workspace)
    with pytest.raises(Invalid) as refused:
        service.save(workspace, AMUND, first.id, first.version, "x" * 301, text="Nytt.")
    assert list(refused.value.errors) == ["note"]


# -- Who may --


def test_participants_and_readers_read_and_do_not_write(workspace: Workspace) -> None:
    document = write(workspace)
    for actor in (KARI, ROLF):
        assert service.get(workspace, actor, document.id) == document
        with pytest.raises(Forbidden):
            service.create(workspace, actor, title="Nytt", text="Tekst")
        with pytest.raises(Forbidden):
            service.save(workspace, actor, document.id, document.version, text="Nytt")
        with pytest.raises(Forbidden):
            service.bring_in(workspace, actor, "ref", title="Nytt", text="Tekst")


def test_working_material_does_not_exist_for_participants(workspace: Workspace) -> None:
    open_, closed = write(workspace), write(workspace, title="Intervju", audience=Audience.STAFF, kind="interview")
    assert service.get(workspace, MARIT, closed.id) == closed
    for act in (
        lambda: service.get(workspace, KARI, closed.id),
        lambda: service.get(workspace, KARI, "no-such-id"),
        lambda: service.get(workspace, VERA, open_.id),
    ):
        with pytest.raises(NotFound) as missing:
            act()
        assert str(missing.value) == str(NotFound())
    page = service.listing(workspace, KARI)
    assert (page.documents, page.total) == ([open_], 1)
    assert "interview" not in page.counts["kind"]
    assert service.titles(workspace, KARI) == [(open_.id, "Planutkast")]
    with pytest.raises(Forbidden):
        service.versions(workspace, KARI, closed)


def test_a_version_that_never_was(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        service.version_text(workspace, AMUND, write(workspace), 2)


# -- The list --


def test_the_list_is_in_a_stable_order_with_exact_counts(workspace: Workspace, clock: Clock) -> None:
    kinds = ("plan", "note", "analysis")
    ids = []
    for n in range(60):
        if n % 4:
            clock.forward(minutes=1)  # some are changed at the same moment
        chain = "fisk" if n % 2 else ""
        ids.append(write(workspace, title=f"Dokument {n:02}", kind=kinds[n % 3], value_chain=chain).id)
    pages = [service.listing(workspace, KARI, page=n) for n in (1, 2, 3)]
    assert [len(page.documents) for page in pages] == [25, 25, 10]
    assert sorted(d.id for page in pages for d in page.documents) == sorted(ids)
    assert pages[0].documents[0].id == ids[-1]
    assert service.listing(workspace, KARI, page=99).documents == pages[2].documents
    found = service.listing(workspace, KARI, {"kind": ["plan", "note"], "value_chain": ["fisk"]}, order="title")
    assert found.total == len([n for n in range(60) if n % 3 in (0, 1) and n % 2]) == 20
    assert [d.title for d in found.documents] == sorted(d.title for d in found.documents)
    assert found.counts["kind"]["analysis"] == 20  # of all, so that one can widen the choice
    assert service.listing(workspace, KARI, {"kind": ["?"]}).total == 0


# -- Bringing in --


def test_bringing_in_again_replaces_what_has_changed(workspace: Workspace) -> None:
    actor = operator(REGION)
    fields = {"title": "Språk", "text": "Ein.", "kind": "analysis"}
    assert service.bring_in(workspace, actor, "ndt-1", **fields) == "imported"
    assert service.bring_in(workspace, actor, "ndt-1", **fields) == "unchanged"
    assert service.bring_in(workspace, actor, "ndt-1", **fields | {"text": "To."}) == "changed"
    [document] = workspace.region(REGION).view().find(Document)
    assert (document.ref, document.text, document.number, document.created_by) == ("ndt-1", "To.", 2, "operator")
    assert len(workspace.region(REGION).view().find(Version)) == 2
    with pytest.raises(Conflict):
        service.create(workspace, AMUND, ref="ndt-1", title="Dobbel", text="Tekst")


# -- For search --


def test_search_gets_plain_text_and_who_may_find_it(workspace: Workspace) -> None:
    document = write(workspace, text="## Mål\n\n**Ni** kommuner <b>i</b> lag.", audience=Audience.STAFF, kind="plan")
    view = workspace.region(REGION).view()
    [entry], gone = service.entries_of(view, "documents", document.id)
    assert gone == [f"document:{document.id}#*"]
    assert (entry.uid, entry.audience, entry.source, entry.ref) == (
        f"document:{document.id}",
        "staff",
        "plan",
        document.id,
    )
    assert "Ni kommuner" in entry.text and "*" not in entry.text and "##" not in entry.text
    assert [anchor for _start, anchor in entry.anchors] and entry.text[entry.anchors[1][0] :].startswith("Ni")
    assert service.entries_of(view, "documents", "gone") == ([], ["document:gone", "document:gone#*"])
    assert service.entries_of(view, "threads", document.id) == ([], [])
