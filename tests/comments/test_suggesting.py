"""Suggested changes: to which paragraph, what becomes of them, and that nothing is done by half or by guessing."""

from __future__ import annotations

import pytest

from tests.conftest import BJORN, KARI, MARIT, REGION
from workspace import markup
from workspace.comments import life, service, suggesting, writing
from workspace.comments.model import Thread
from workspace.comments.suggesting import Clash
from workspace.comments.suggestion import DECLINED, OPEN, TAKEN_IN, WITHDRAWN, Suggestion
from workspace.documents import service as documents
from workspace.documents import source_blocks
from workspace.documents.model import Document, Version, version_id
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.once import Once
from workspace.parts import Workspace

pytestmark = pytest.mark.both_stores

TEXT = """# Plan

Vi bygger en felles kai i Skarsund.

## Penger

Havnøy betaler halvparten av **kaien**.

- én ting
- en annen ting

| Kommune | Andel |
|---|---|
| Havnøy | 50 |
"""


def written(workspace: Workspace, text: str = TEXT) -> Document:
    return documents.create(workspace, MARIT, title="Plan", text=text, kind="plan")


def suggest(workspace: Workspace, document: Document, block: int, new: str, who=KARI, key: str = "") -> Thread:
    source = suggesting.paragraph(document, block)
    assert source is not None
    once = Once(key * 26, "d" * 64) if key else None
    return suggesting.make(workspace, who, document.id, block, source.text, new, "Fordi.", once=once)


def now(workspace: Workspace, document: Document) -> Document:
    return documents.get(workspace, MARIT, document.id)


def suggestion(workspace: Workspace, thread: Thread) -> Suggestion:
    found = workspace.region(REGION).view().get(Suggestion, thread.id)
    assert found is not None
    return found


# -- Which source a paragraph has --


def test_each_paragraph_has_the_source_that_is_rendered_as_it() -> None:
    blocks = markup.render(TEXT).blocks
    for block in blocks:
        source = source_blocks.source_of(TEXT, blocks, block.number)
        assert source is not None and TEXT[source.start : source.end] == source.text
        assert markup.render(source.text).blocks[0].text == block.text
    assert source_blocks.source_of(TEXT, blocks, 0) is None
    assert source_blocks.source_of(TEXT, blocks, len(blocks) + 1) is None


@pytest.mark.parametrize(
    "text",
    [
        "Samme.\n\nSamme.\n\nSamme.",
        "# A\nRett under.\n## B\nOgså her.",
        "- løs\n\n- liste\n\nEtter.",
        "> sitat\n> over to linjer\n\n1. en\n2. to",
        "Med [lenke](https://eksempel.no/a_b) og \\*stjerne\\*.\n\n    kode\n\nSlutt.",
        "Linje én\nlinje to  \nlinje tre\n\n---\n\nSist.",
    ],
)
def test_a_source_is_never_that_of_another_block(text: str) -> None:
    blocks = markup.render(text).blocks
    ends = 0
    for block in blocks:
        source = source_blocks.source_of(text, blocks, block.number)
        if source is not None:
            assert markup.render(source.text).blocks[0].text == block.text
            assert source.start >= ends, "each stands after the one before"
            ends = source.end


# -- Suggesting --


def test_a_suggestion_opens_a_thread_at_its_paragraph(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 4, "Havnøy betaler en tredel av **kaien**.")
    kept = suggestion(workspace, thread)
    assert (kept.state, kept.old, kept.number) == (OPEN, "Havnøy betaler halvparten av **kaien**.", 1)
    assert thread.kind == "suggestion" and thread.block == 4
    assert [one.suggestion.id for one in suggesting.waiting(workspace, MARIT, document)] == [thread.id]
    events = [event.action for event in workspace.region(REGION).view().events()]
    assert events[-2:] == ["threads.opened", "suggestions.made"]


def test_sent_twice_it_is_one(workspace: Workspace) -> None:
    document = written(workspace)
    one, again = (suggest(workspace, document, 2, "Vi bygger to kaier.", key="k") for _time in range(2))
    assert one.id == again.id and suggesting.count(workspace, MARIT, document) == 1


@pytest.mark.parametrize("new", ["Vi bygger en felles  kai i Skarsund.", "En.\n\n\nTo.", "x" * 20_001, "En\fto"])
def test_words_that_may_not_be_suggested(workspace: Workspace, new: str) -> None:
    with pytest.raises(Invalid) as refused:
        suggest(workspace, written(workspace), 2, new)
    assert set(refused.value.errors) == {"new"}


def test_a_paragraph_that_changed_meanwhile_is_told(workspace: Workspace) -> None:
    document = written(workspace)
    documents.save(workspace, MARIT, document.id, document.version, text=TEXT.replace("felles kai", "ny kai"))
    with pytest.raises(Invalid, match="endret"):
        suggesting.make(workspace, KARI, document.id, 2, "Vi bygger en felles kai i Skarsund.", "Vi bygger.")
    assert suggesting.count(workspace, MARIT, document) == 0
    assert workspace.region(REGION).view().find(Thread) == []


# -- Taking in --


def test_one_click_makes_a_version_with_credit_and_settles_the_thread(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 4, "Havnøy betaler en tredel av **kaien**.")
    taken = suggesting.take_in(workspace, MARIT, thread.id)
    after = now(workspace, document)
    assert after.text == TEXT.replace("halvparten", "en tredel") and after.number == 2
    version = workspace.region(REGION).view().get(Version, version_id(document.id, 2))
    assert version is not None and "Kari" in version.note
    assert (taken.state, taken.led_to) == (TAKEN_IN, 2)
    settled = service.get(workspace, MARIT, thread.id)
    assert (settled.outcome, settled.led_to) == ("taken_in", 2)


def test_taken_in_twice_there_is_one_version(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Vi bygger to kaier.")
    once = Once("k" * 26, "d" * 64)
    assert suggesting.take_in(workspace, MARIT, thread.id, once=once) == suggesting.take_in(
        workspace, MARIT, thread.id, once=once
    )
    with pytest.raises(Conflict, match="alt behandlet"):
        suggesting.take_in(workspace, MARIT, thread.id)
    assert now(workspace, document).number == 2


def test_it_fits_a_text_that_changed_elsewhere(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Vi bygger to kaier.")
    documents.save(workspace, MARIT, document.id, document.version, text="Først dette.\n\n" + TEXT.replace("50", "40"))
    suggesting.take_in(workspace, MARIT, thread.id)
    text = now(workspace, document).text
    assert text.startswith("Først dette.") and "Vi bygger to kaier." in text and "| 40 |" in text


def test_where_the_paragraph_changed_a_person_writes_the_text(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Vi bygger to kaier i Skarsund.")
    changed = documents.save(
        workspace, MARIT, document.id, document.version, text=TEXT.replace("en felles kai i Skarsund", "ingenting")
    )
    with pytest.raises(Clash):
        suggesting.take_in(workspace, MARIT, thread.id)
    assert suggestion(workspace, thread).state == OPEN and now(workspace, document).number == 2
    draft = suggesting.draft(workspace, MARIT, changed, suggestion(workspace, thread))
    assert "ingenting" in draft and "to kaier" in draft
    with pytest.raises(Clash):  # somebody saved while the text was written
        suggesting.take_in(workspace, MARIT, thread.id, draft, changed.version - 1)
    taken = suggesting.take_in(workspace, MARIT, thread.id, "Helt ny tekst.", changed.version)
    assert taken.led_to == 3 and now(workspace, document).text == "Helt ny tekst."


def test_two_for_the_same_paragraph(workspace: Workspace) -> None:
    document = written(workspace)
    one = suggest(workspace, document, 2, "Vi bygger to kaier i Skarsund.")
    other = suggest(workspace, document, 2, "Vi bygger en felles kai i Havnøy.", who=BJORN)
    suggesting.take_in(workspace, MARIT, one.id)
    assert [item.fits for item in suggesting.waiting(workspace, MARIT, now(workspace, document))] in ([True], [False])
    assert suggestion(workspace, other).state == OPEN


def test_a_paragraph_can_be_taken_away(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "")
    suggesting.take_in(workspace, MARIT, thread.id)
    assert now(workspace, document).text == TEXT.replace("Vi bygger en felles kai i Skarsund.\n\n", "")


def test_a_crash_in_the_middle_leaves_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Vi bygger to kaier.")
    monkeypatch.setattr(Thread, "settle", lambda *_a, **_k: (_ for _ in ()).throw(RuntimeError("power")))
    with pytest.raises(RuntimeError):
        suggesting.take_in(workspace, MARIT, thread.id)
    assert now(workspace, document).number == 1 and suggestion(workspace, thread).state == OPEN


# -- Not taking in --


def test_declining_needs_a_reason_that_all_see(workspace: Workspace) -> None:
    thread = suggest(workspace, written(workspace), 2, "Vi bygger to kaier.")
    with pytest.raises(Invalid):
        suggesting.decline(workspace, MARIT, thread.id, "  ")
    declined = suggesting.decline(workspace, MARIT, thread.id, "Det er ikke penger til to.")
    assert (declined.state, declined.reason) == (DECLINED, "Det er ikke penger til to.")
    assert service.get(workspace, MARIT, thread.id).reason == "Det er ikke penger til to."
    with pytest.raises(Conflict):
        suggesting.take_in(workspace, MARIT, thread.id)


def test_only_its_author_withdraws_it_and_its_words_are_gone(workspace: Workspace) -> None:
    thread = suggest(workspace, written(workspace), 2, "Kanariord i stedet.")
    with pytest.raises(Forbidden):
        suggesting.withdraw(workspace, BJORN, thread.id)
    withdrawn = suggesting.withdraw(workspace, KARI, thread.id)
    assert (withdrawn.state, withdrawn.new) == (WITHDRAWN, "")
    assert service.get(workspace, MARIT, thread.id).resolved is not None


def test_who_may(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Vi bygger to kaier.")
    with pytest.raises(Forbidden):
        suggesting.take_in(workspace, KARI, thread.id)
    with pytest.raises(Forbidden):
        suggesting.decline(workspace, KARI, thread.id, "Nei.")
    hidden = documents.create(workspace, MARIT, title="Skjult", text="Bare stab.", audience="staff")
    with pytest.raises(NotFound):
        suggesting.make(workspace, KARI, hidden.id, 1, "Bare stab.", "Alle.")
    with pytest.raises(NotFound):
        suggesting.take_in(workspace, MARIT, "finnes-ikke")


# -- With its thread --


def test_a_thread_with_an_open_suggestion_is_settled_through_it(workspace: Workspace) -> None:
    thread = suggest(workspace, written(workspace), 2, "Vi bygger to kaier.")
    with pytest.raises(Invalid, match="endringsforslaget"):
        life.settle(workspace, MARIT, thread.id, "not_taken_in", "Nei.")
    suggesting.decline(workspace, MARIT, thread.id, "Nei.")
    assert service.get(workspace, MARIT, thread.id).outcome == "not_taken_in"


def test_whoever_withdraws_what_they_said_withdraws_the_suggestion(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Kanariord.")
    writing.withdraw(workspace, KARI, f"{thread.id}-1")
    assert suggestion(workspace, thread).state == WITHDRAWN and suggestion(workspace, thread).new == ""
    assert suggesting.waiting(workspace, MARIT, document) == []


def test_what_was_taken_away_shows_no_suggestion(workspace: Workspace) -> None:
    document = written(workspace)
    thread = suggest(workspace, document, 2, "Noe stygt.")
    writing.remove(workspace, MARIT, f"{thread.id}-1", "Personangrep")
    view = workspace.region(REGION).view()
    assert suggesting.get(view, thread.id) is None and suggesting.waiting(workspace, MARIT, document) == []
    writing.restore(workspace, MARIT, f"{thread.id}-1")
    assert suggesting.get(workspace.region(REGION).view(), thread.id) is not None
