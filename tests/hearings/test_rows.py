"""Rows and chapters, without any store: what stands under what, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workspace import markup
from workspace.comments.model import Comment, Thread
from workspace.documents.comparing import Piece
from workspace.hearings import rows
from workspace.hearings.answer import HearingAnswer, Part
from workspace.hearings.changes import shortened
from workspace.hearings.chapters import chapter_of, chapters
from workspace.hearings.rows import Row

AT = datetime(2027, 3, 1, tzinfo=UTC)


def row(kind: str = rows.COMMENT, chapter: str = "", party: str = "", days: int = 0, **more: object) -> Row:
    said = {"name": "Anne", "role": "", "municipality": "", "text": "Hei", "state": rows.OPEN}
    return Row(kind=kind, chapter=chapter, party=party, at=AT + timedelta(days=days), **(said | more))


def thread(**more: object) -> Thread:
    return Thread(id="t", document="d", number=1, block=2, block_text="Ett avsnitt.", by="kari", opened=AT, **more)


def comment(name: str, text: str, by: str = "", **more: object) -> Comment:
    return Comment(id=name, thread="t", text=text, by=by or name, name=name, at=AT, **more)


def test_chapters_are_the_two_highest_levels_and_told_apart_where_their_words_are_the_same() -> None:
    text = "# A\n\n## Mål\n\n### dypere\n\nx\n\n# B\n\n## Mål\n\ny\n\n## Kai\n"
    found = chapters(markup.render(text).blocks)
    assert [chapter.label for chapter in found] == ["A", "A: Mål", "B", "B: Mål", "Kai"]
    assert chapter_of(found, 4).label == "A: Mål"
    assert chapter_of(chapters(markup.render("Innledning\n\n# A\n").blocks), 1) is None
    assert chapters(markup.render("Uten overskrifter.").blocks) == []


def test_by_chapter_the_whole_comes_first_and_chapters_in_the_order_of_the_text() -> None:
    said = [row(chapter="B"), row(chapter="A"), row(chapter=""), row(chapter="Gammelt"), row(rows.ANSWER, "A", days=9)]
    groups = rows.grouped(said, rows.CHAPTER, ["A", "B"])
    assert [group.key for group in groups] == ["", "A", "B", "Gammelt"]
    assert [one.kind for one in groups[1].rows] == [rows.ANSWER, rows.COMMENT]
    assert [one.number for group in groups for one in group.rows] == [1, 2, 3, 4, 5]


def test_by_party_the_alphabet_is_norwegian_and_those_without_come_last() -> None:
    said = [row(party="Ås"), row(party=""), row(party="Ørland"), row(party="Alta")]
    assert [group.key for group in rows.grouped(said, rows.PARTY, [])] == ["Alta", "Ørland", "Ås", ""]


def test_what_was_taken_away_is_left_out_and_counted_and_what_was_withdrawn_is_said() -> None:
    taken_away = [comment("kari", "Stygt", removed=AT), comment("per", "Svar")]
    assert rows.of_thread(thread(), taken_away, frozenset(), chapter="", municipality="") is None
    assert rows.removed(taken_away) == 1
    said = [
        comment("kari", "Borte", withdrawn=AT),
        comment("amund", "Takk", party="Kontoret"),
        comment("per", "Stygt", removed=AT),
        comment("eva", "Enig"),
    ]
    made = rows.of_thread(thread(answered=AT), said, frozenset({"amund"}), chapter="A", municipality="Havnsund")
    assert (made.state, made.text) == (rows.WITHDRAWN, "")
    assert [(one.who, one.by_staff) for one in made.replies] == [("amund, Kontoret", True), ("eva", False)]


def test_a_row_has_the_state_reason_and_version_of_its_thread() -> None:
    settled = thread(resolved=AT, outcome="taken_in", reason="Enig", led_to=3, kind="suggestion")
    made = rows.of_thread(settled, [comment("kari", "Hei")], frozenset(), chapter="A", municipality="")
    assert (made.state, made.reason, made.led_to, made.sort) == ("taken_in", "Enig", 3, "suggestion")
    assert made.quote == "Ett avsnitt."


def answer(*parts: Part, **more: object) -> HearingAnswer:
    usual = {"id": "a", "hearing": "h", "number": 1, "name": "Anne", "received": AT, "source": "form"}
    return HearingAnswer(parts=parts, **(usual | more))


def test_an_answer_is_a_row_for_each_part_and_one_where_it_was_withdrawn() -> None:
    parts = (Part(text="Alt"), Part(about="b2", heading="A", text="Om A", outcome="noted"))
    made = rows.of_answer(answer(*parts), "Havnsund", AT - timedelta(days=1), {}, 2)
    assert [(one.chapter, one.state, one.is_late) for one in made] == [("", "open", True), ("A", "noted", True)]
    [gone] = rows.of_answer(answer(*parts).withdraw(AT), "", AT, {}, 2)
    assert (gone.state, gone.text, gone.is_late) == (rows.WITHDRAWN, "", False)


def test_who_was_asked_and_has_answered_is_counted_by_name() -> None:
    given = [answer(Part(text="x"), party="Havnsund"), answer(Part(text="x"), party="Fylket").withdraw(AT)]
    assert rows.has_answered(["Havnsund kommune", "Fylket", "NHO"], given) == 1


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([("same", "a b c "), ("ins", "ny ")], ["a b c", "ny"]),
        ([("same", " ".join("abcdefghijklmnopqrstuvw") + " "), ("del", "x")], ["… p q r s t u v w", "x"]),
        ([("ins", "x "), ("same", " ".join("abcdefghijklmnopqrstuvw"))], ["x", "a b c d e f g h …"]),
    ],
)
def test_what_is_kept_is_cut_down_to_the_words_beside_the_change(
    pieces: list[tuple[str, str]], expected: list[str]
) -> None:
    assert [piece.text for piece in shortened(tuple(Piece(*piece) for piece in pieces))] == expected
