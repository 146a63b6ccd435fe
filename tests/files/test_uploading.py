"""Files sent from a browser: kept at once, read afterwards, each with what became of it."""

from __future__ import annotations

import time

import pytest

from tests.conftest import AMUND, KARI, REGION, seed
from tests.extraction import nasty
from workspace.documents.model import Document
from workspace.errors import Forbidden, Invalid, NotFound, Unavailable
from workspace.files import service, uploading
from workspace.files.model import Upload
from workspace.files.uploading import FileReader, Sent
from workspace.parts import Workspace

ABOUT = {"kind": "analysis", "checked": True}


@pytest.fixture(autouse=True)
def people(workspace: Workspace) -> None:
    seed(workspace)


def send(workspace: Workspace, *files: tuple[str, bytes], **about: object) -> Upload:
    return uploading.receive(workspace, AMUND, [Sent(*file) for file in files], **(ABOUT | about))


def read_all(workspace: Workspace, upload: Upload) -> Upload:
    while uploading.work_off(workspace, REGION):
        pass
    return uploading.get(workspace, AMUND, upload.id)


def test_each_file_ends_in_one_of_the_ways(workspace: Workspace) -> None:
    service.take(workspace, AMUND, "gammel.txt", b"Fra i fjor.")
    upload = send(
        workspace,
        ("kai.pdf", nasty.pdf(2)),
        ("kopi.txt", b"Fra i fjor."),
        ("kart.pdf", b"%PDF-1.4 skadet"),
        ("opptak.mp4", b"x"),
        ("bombe.html", b"<div>" * 10),
    )
    assert [item.state for item in upload.items] == ["waiting", "waiting", "waiting", "refused", "waiting"]
    done = read_all(workspace, upload)
    assert [item.state for item in done.items] == ["read", "known", "stored", "refused", "stored"]
    assert not done.open and done.finished == 5
    assert [item.reason for item in done.items[2:]] == ["damaged", "type", "empty"]
    assert workspace.region(REGION).view().get(Document, done.items[0].document).changed_name == "Amund"


def test_read_again_after_a_stop_nothing_is_doubled(workspace: Workspace) -> None:
    """The document is made, and then the process dies before the upload says so: the same bytes are known again."""
    upload = send(workspace, ("kai.txt", b"Kaia."))
    service.take(workspace, AMUND, "kai.txt", b"Kaia.", kind="analysis")
    assert read_all(workspace, upload).items[0].state == "known"
    assert len(workspace.region(REGION).view().find(Document)) == 1


def test_when_all_are_refused_nothing_is_kept(workspace: Workspace) -> None:
    upload = send(workspace, ("a.exe", b"MZ"), ("b.docx", nasty.pdf()))
    assert upload.id == ""
    assert [item.reason for item in upload.items] == ["program", "mismatch"]
    assert uploading.recent(workspace, AMUND) == []


@pytest.mark.parametrize(
    ("files", "about", "field"),
    [
        ([], {}, "files"),
        ([("a.txt", b"x")] * 51, {}, "files"),
        ([("a.txt", b"x")], {"checked": False}, "checked"),
        ([("a.txt", b"x")], {"kind": "film"}, "kind"),
        ([("a.txt", b"x")], {"municipalities": ("0301",)}, "municipalities"),
        ([("a.txt", b"x")], {"value_chain": "x" * 61}, "value_chain"),
    ],
)
def test_what_the_form_may_not_say(workspace: Workspace, files: list, about: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        send(workspace, *files, **about)
    assert list(refused.value.errors) == [field]


def test_the_rest_can_be_stopped(workspace: Workspace) -> None:
    upload = send(workspace, ("a.txt", b"En."), ("b.txt", b"To."))
    uploading.work_off(workspace, REGION)
    stopped = uploading.stop(workspace, AMUND, upload.id)
    assert [item.state for item in stopped.items] == ["read", "stopped"]
    assert uploading.work_off(workspace, REGION) == 0
    assert uploading.stop(workspace, AMUND, upload.id).version == stopped.version


def test_an_attachment_is_about_what_its_document_is_about(workspace: Workspace) -> None:
    from workspace.access import Audience
    from workspace.documents import service as documents

    plan = documents.create(
        workspace, AMUND, title="Plan", text="x", kind="plan", audience=Audience.STAFF, municipalities=("9001",)
    )
    upload = uploading.receive(workspace, AMUND, [Sent("a.txt", b"En.")], attached_to=plan.id)
    read_all(workspace, upload)
    [attached] = service.attachments(workspace, AMUND, plan)
    assert (attached.kind, attached.audience, attached.municipalities) == ("plan", "staff", ("9001",))
    with pytest.raises(NotFound):
        uploading.receive(workspace, AMUND, [Sent("a.txt", b"En.")], attached_to="nope")


def test_only_those_who_may_import(workspace: Workspace) -> None:
    upload = send(workspace, ("a.txt", b"En."))
    for act in (uploading.recent, lambda *who: uploading.get(*who, upload.id), lambda *who: uploading.stop(*who, "x")):
        with pytest.raises(Forbidden):
            act(workspace, KARI)
    with pytest.raises(Forbidden):
        uploading.receive(workspace, KARI, [Sent("a.txt", b"En.")], **ABOUT)


def test_a_file_whose_sender_is_gone_is_refused_and_the_others_are_read(workspace: Workspace) -> None:
    upload = send(workspace, ("a.txt", b"En."))
    with workspace.region(REGION).transaction() as tx:
        tx.put(upload.changed(by="somebody who left"))
    other = send(workspace, ("b.txt", b"To."))
    assert read_all(workspace, other).items[0].state == "read"
    assert uploading.get(workspace, AMUND, upload.id).items[0].state == "refused"


def test_when_the_store_takes_no_writes_the_file_waits(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = send(workspace, ("a.txt", b"En."))

    def full(*args: object, **more: object) -> None:
        raise Unavailable()

    with monkeypatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(service, "take", full)
        uploading.work_off(workspace, REGION)
    assert read_all(workspace, upload).items[0].state == "read"


def test_the_thread_reads_what_was_left_waiting(workspace: Workspace) -> None:
    upload = send(workspace, ("a.pdf", nasty.pdf(2)), ("b.txt", b"To."))
    reader = FileReader(workspace)
    reader.start()
    until = time.monotonic() + 20
    while uploading.get(workspace, AMUND, upload.id).open and time.monotonic() < until:
        reader.wake()
        time.sleep(0.02)
    reader.stop()
    assert [item.state for item in uploading.get(workspace, AMUND, upload.id).items] == ["read", "read"]
