"""What a document allows itself, and comparing two texts."""

from __future__ import annotations

import pytest

from tests.conftest import START
from workspace.clean import clean_line
from workspace.documents import comparing
from workspace.documents.model import Document, check, count_words, is_date, split_tags
from workspace.errors import Invalid

DOCUMENT = Document(
    id="1", title="Planutkast", text="Ni kommuner.", created=START, created_by="a", changed_at=START, changed_by="a"
)


def test_a_document_as_it_should_be_is_kept_as_it_is() -> None:
    longest = DOCUMENT.changed(title="x" * 200, text="å" * (512 * 1024), date="2026-02-28", tags=("x" * 60,) * 30)
    assert check(longest) is longest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " \t "),
        ("title", "\u200d"),
        ("title", "\u3164"),
        ("title", "x" * 201),
        ("text", ""),
        ("text", "\n\u200d\u3164\n"),
        ("text", "x" * (1024 * 1024 + 1)),
        ("text", "å" * (512 * 1024 + 1)),
        ("kind", "secret"),
        ("language", "se"),
        ("date", "2026-02-30"),
        ("date", "23.11.2026"),
        ("date", "20261123"),
        ("value_chain", "x" * 61),
        ("tags", ("x" * 61,)),
        ("tags", tuple(str(n) for n in range(31))),
    ],
)
def test_what_can_not_be_kept_names_its_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        check(DOCUMENT.changed(**{field: value}))
    assert list(refused.value.errors) == [field]


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check(DOCUMENT.changed(title="", text="", kind="?"))
    assert set(refused.value.errors) == {"title", "text", "kind"}


def test_days_of_the_calendar() -> None:
    assert is_date("2028-02-29")
    assert not any(is_date(text) for text in ("2026-02-29", "2026-W01-1", "", "2026-1-1", "２０２６-01-01"))


def test_tags_are_trimmed_and_once_each_however_they_were_typed() -> None:
    composed, decomposed = "\u00c5lesund", "A\u030alesund"
    assert split_tags(clean_line(f" {composed} ,{decomposed},, fiske  og fangst,")) == (composed, "fiske og fangst")


def test_words_are_counted_as_people_count_them() -> None:
    assert count_words("Mat- og **reiselivs-næringen** sysselsetter 1 800.") == 6
    assert count_words("***\n\n---") == 0


# -- Comparing --


def as_text(changes: list[comparing.Change]) -> str:
    marks = {"same": "{}", "ins": "+{}+", "del": "-{}-"}
    return "|".join(
        "".join(marks[piece.kind].format(piece.text) for piece in change.pieces) if change.number else "="
        for change in changes
    )


def test_changed_words_are_shown_within_their_paragraph() -> None:
    changes = comparing.compare("Først.\n\nDet tar 35 minutter.\n\nSist.", "Først.\n\nDet tar 40 minutter.\n\nSist.")
    assert as_text(changes) == "=|Det tar -35 -+40 +minutter.|="
    assert comparing.counted(changes) == (1, 1)


@pytest.mark.parametrize(
    ("old", "new", "expected", "counted"),
    [
        ("Likt.", "Likt.", "=", (0, 0)),
        ("", "Nytt avsnitt.", "+Nytt avsnitt.+", (2, 0)),
        ("Borte nå.", "", "-Borte nå.-", (0, 2)),
        ("A\n\nB", "A\n\nNy\n\nB", "=|+Ny+|=", (1, 0)),
        ("A\n\nB\n\nC", "A\n\nC", "=|-B-|=", (0, 1)),
        ("a b\nc", "a\nb c", "a\nb c", (0, 0)),
    ],
)
def test_comparing(old: str, new: str, expected: str, counted: tuple[int, int]) -> None:
    changes = comparing.compare(old, new)
    assert as_text(changes) == expected
    assert comparing.counted(changes) == counted


def test_nothing_of_either_text_is_left_out() -> None:
    old = "\n\n".join(f"Avsnitt {n} om sak {n % 7}" for n in range(40))
    new = "\n\n".join(f"Avsnitt {n} om sak {n % 5}" for n in range(5, 45))
    changes = comparing.compare(old, new)

    def side(kind: str) -> list[str]:
        words = []
        for change in changes:
            words += [p for paragraph in change.paragraphs for p in paragraph.split()]
            words += [p for piece in change.pieces if piece.kind in ("same", kind) for p in piece.text.split()]
        return words

    assert side("del") == old.split()
    assert side("ins") == new.split()


HALF = 512 * 1024


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n\n" * 100_000, "b\n\na\n\n" * 80_000),
        ("\n\n".join(str(n) for n in range(60_000)), "\n\n".join(str(n * 2) for n in range(60_000))),
        ("a b " * (HALF // 4), "b a " * (HALF // 4) + "c"),
        ("\n\n".join("a b " * 900 for _ in range(200)), "\n\n".join("b c a " * 600 for _ in range(200))),
        ("x" * HALF, "y" * HALF),
    ],
    ids=["same paragraphs", "every other paragraph", "one paragraph", "long paragraphs", "one word"],
)
def test_no_two_texts_hold_up_the_server(old: str, new: str) -> None:
    # Without its limits comparing takes minutes or hours for these.
    added, gone = comparing.counted(comparing.compare(old, new))
    assert added or gone
