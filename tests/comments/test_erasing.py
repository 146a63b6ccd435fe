"""What was withdrawn is in no file afterwards, and what was not stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import AMUND, KARI, REGION, Clock
from workspace import jobs
from workspace.comments import erasing, service, suggesting, writing
from workspace.comments.model import Comment
from workspace.documents import service as documents
from workspace.parts import Workspace

SECRET, OTHER = b"kanarifugl", b"spurvehauk"


def files(workspace: Workspace) -> bytes:
    """All that the region's store has on disk."""
    folder: Path = workspace.config.instance
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_withdrawn_text_is_in_no_file_after_the_night(workspace: Workspace, clock: Clock) -> None:
    document = documents.create(workspace, AMUND, title="Utkast", text="Et avsnitt.")
    thread = service.open_thread(workspace, KARI, document.id, 1, "Jeg så en kanarifugl")
    service.open_thread(workspace, KARI, document.id, 1, "Jeg så en spurvehauk")
    [comment] = [one for one in workspace.region(REGION).view().find(Comment) if one.thread == thread.id]
    edited = writing.edit(workspace, KARI, comment.id, comment.version, "Jeg så to kanarifugler")
    assert erasing.finish(workspace, REGION) is False, "nothing was withdrawn, so nothing is done"
    writing.withdraw(workspace, KARI, edited.id)
    assert SECRET in files(workspace), "a store keeps the past for a while"
    jobs.forget_withdrawn(workspace)
    assert SECRET not in files(workspace) and OTHER in files(workspace)
    clock.forward(days=4)
    assert erasing.finish(workspace, REGION) is False


def test_the_words_of_a_withdrawn_suggestion_are_in_no_file_after_the_night(workspace: Workspace) -> None:
    document = documents.create(workspace, AMUND, title="Utkast", text="Et avsnitt.")
    thread = suggesting.make(workspace, KARI, document.id, 1, "Et avsnitt.", "Jeg så en kanarifugl")
    suggesting.withdraw(workspace, KARI, thread.id)
    assert SECRET in files(workspace)
    jobs.forget_withdrawn(workspace)
    assert SECRET not in files(workspace)


@pytest.mark.both_stores
def test_what_remains_is_as_it_was(workspace: Workspace, clock: Clock) -> None:
    document = documents.create(workspace, AMUND, title="Utkast", text="Et avsnitt.")
    thread = service.open_thread(workspace, KARI, document.id, 1, "Bort med dette")
    service.reply(workspace, AMUND, thread.id, "Dette blir.")
    writing.withdraw(workspace, KARI, f"{thread.id}-1")
    clock.forward(days=2)
    before = [(one.id, one.text, one.version) for one in workspace.region(REGION).view().find(Comment)]
    assert erasing.finish(workspace, REGION) is True and erasing.finish(workspace, REGION) is True
    assert [(one.id, one.text, one.version) for one in workspace.region(REGION).view().find(Comment)] == before
    assert workspace.region(REGION).problems() == []


def test_a_long_log_is_looked_through_as_far_back_as_needed(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(erasing, "_AT_ONCE", 2)
    document = documents.create(workspace, AMUND, title="Utkast", text="Et avsnitt.")
    thread = service.open_thread(workspace, KARI, document.id, 1, "Bort med dette")
    writing.withdraw(workspace, KARI, f"{thread.id}-1")
    for number in range(7):
        service.reply(workspace, AMUND, thread.id, f"Svar {number}")
    assert erasing.finish(workspace, REGION) is True
