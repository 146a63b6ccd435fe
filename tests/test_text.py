"""How time and numbers are shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workspace import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 800 000 kr", "1\u00a0800\u00a0000\u00a0kr"),
        ("75 % av dem", "75\u00a0% av dem"),
        ("kl. 12", "kl.\u00a012"),
        ("3 av 12", "3\u00a0av\u00a012"),
        ("Runde 2 er åpen", "Runde\u00a02 er åpen"),
        ("i 2026 500 000 kr", "i 2026\u00a0500\u00a0000\u00a0kr"),
        ("ni kommuner", "ni kommuner"),
    ],
)
def test_what_belongs_together_stays_on_one_line(typed: str, kept: str) -> None:
    assert text.unbroken(typed) == kept


def test_norwegian_clocks_follow_summer_time() -> None:
    assert text.local(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)).hour == 12
    assert text.local(datetime(2026, 11, 30, 11, 0, tzinfo=UTC)).hour == 12


@pytest.mark.parametrize(
    ("typed", "shown"), [("mandag 23. november", "Mandag 23. november"), ("Monday 3 May", "Monday 3 May"), ("", "")]
)
def test_a_sentence_begins_with_a_capital_and_keeps_the_others(typed: str, shown: str) -> None:
    assert text.as_sentence(typed) == shown
