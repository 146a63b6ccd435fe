"""What a document allows itself."""

from __future__ import annotations

import pytest

from tests.conftest import START
from workspace.clean import clean_line
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
