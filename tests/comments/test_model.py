"""Where quoted words are in a paragraph, and what a comment's text may be."""

from __future__ import annotations

import pytest

from workspace.comments.model import check_text, passage
from workspace.errors import Invalid

PARAGRAPH = "Et felles kjøle- og logistikksenter i Skarsund (40 minutter)."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("felles kjøle- og", "felles kjøle- og"),
        ("felles\n  kjøle-", "felles kjøle-"),
        ("logistikk", "logistikk"),
        ("(40 minutter).", "(40 minutter)."),
        (PARAGRAPH, PARAGRAPH),
        ("", ""),
        ("  ", ""),
    ],
)
def test_quoted_words_are_found(quote: str, found: str) -> None:
    start, end = passage(PARAGRAPH, quote)
    assert PARAGRAPH[start:end] == found


@pytest.mark.parametrize("quote", ["Felles", "felles logistikk", ".*", "(40 timer)"])
def test_other_words_are_refused(quote: str) -> None:
    with pytest.raises(Invalid) as refused:
        passage(PARAGRAPH, quote)
    assert "quote" in refused.value.errors


def test_a_comment_is_counted_in_characters() -> None:
    assert check_text(" ø" * 10_000) == ("ø " * 10_000).strip()
    with pytest.raises(Invalid, match="20001"):
        check_text("x" * 20_001)
