"""Merging two changes of one text."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.test_comparing import HALF, prose
from workspace.documents.merging import Clash, merge


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("A\n\nB", "A1\n\nB", "A\n\nB2", "A1\n\nB2"),
        ("A\n\nB", "A\n\nB\n\nC", "A\n\nB2", "A\n\nB2\n\nC"),
        ("A\n\nB\n\nC", "A\n\nC", "A\n\nB\n\nC\n\nD", "A\n\nC\n\nD"),
        ("A\n\nB", "A\n\nFelles\n\nB", "A\n\nFelles\n\nB", "A\n\nFelles\n\nB"),
        ("- a\n- b\n- c", "- a\n- b1\n- c", "- a\n- b\n- c\n- d", "- a\n- b1\n- c\n- d"),
        (
            "Det tar 35 minutter for bedrifter i Havnøy.",
            "Det tar 40 minutter for bedrifter i Havnøy.",
            "Det tar 35 minutter for små bedrifter i Havnøy nå.",
            "Det tar 40 minutter for små bedrifter i Havnøy nå.",
        ),
    ],
)
def test_changes_in_different_places_are_merged(base: str, mine: str, theirs: str, expected: str) -> None:
    assert merge(base, mine, theirs) == (expected, ())
    assert merge(base, theirs, mine) == (expected, ())


def test_what_both_have_changed_differently_stays_in_both_variants() -> None:
    base, mine, theirs = (
        "Før.\n\nDet tar 35 min.\n\nEtter.",
        "Før.\n\nDet tar 40 min.\n\nEtter.",
        "Før.\n\nDet tar 45 min.\n\nEtter.",
    )
    assert merge(base, mine, theirs) == (
        "Før.\n\nDet tar 40 min.\n\nDet tar 45 min.\n\nEtter.",
        (Clash("Det tar 40 min.", "Det tar 45 min."),),
    )
    assert merge("- a\n- b", "- a\n- b1", "- a\n- b2").text == "- a\n- b1\n- b2"


def test_what_one_took_away_and_the_other_changed_is_kept_and_counted() -> None:
    assert merge("A\n\nB\n\nC", "A\n\nC", "A\n\nB2\n\nC") == ("A\n\nB2\n\nC", (Clash("", "B2"),))


def test_without_a_base_all_of_both_is_kept_and_what_they_share_is_there_once() -> None:
    assert merge("", "A\n\nB\n\nC", "A\n\nX\n\nC") == ("A\n\nB\n\nX\n\nC", (Clash("B", "X"),))
    assert merge("", "A\n\nC", "A\n\nB\n\nC") == ("A\n\nB\n\nC", ())


WORDS = st.lists(
    st.tuples(st.sampled_from("abcdeXYZ"), st.sampled_from([" ", " ", "\n\n", "\n", "\n- ", "\f", "\n \n"])),
    max_size=14,
)
TEXTS = WORDS.map(lambda pairs: "".join(word + space for word, space in pairs))


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text and two changes of it."""
    base = draw(WORDS)

    def change() -> str:
        made = list(base)
        for _edit in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(made)))
            made[start : start + draw(st.integers(0, 2))] = draw(
                st.lists(st.tuples(st.sampled_from("PQRST"), st.sampled_from([" ", "\n\n"])), max_size=2)
            )
        return "".join(word + space for word, space in made)

    return "".join(word + space for word, space in base), change(), change()


@given(TEXTS, TEXTS)
def test_what_only_one_has_changed_is_as_that_one_has_it(base: str, changed: str) -> None:
    for mine, theirs in ((changed, base), (base, changed), (changed, changed)):
        assert merge(base, mine, theirs) == (changed, ())


@settings(max_examples=400, deadline=None)
@given(changed() | st.tuples(TEXTS, TEXTS, TEXTS))
def test_nothing_new_is_lost_and_who_is_who_makes_no_difference(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    merged, turned = merge(base, mine, theirs), merge(base, theirs, mine)
    words = set(merged.text.split())
    assert {word for text in (mine, theirs) for word in text.split()} - set(base.split()) <= words
    assert words <= {word for text in texts for word in text.split()}
    assert Counter(merged.text.split()) == Counter(turned.text.split())
    assert {Clash(clash.theirs, clash.mine) for clash in turned.clashes} == set(merged.clashes)


@given(changed())
def test_a_paragraph_that_is_new_is_there_whole(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    merged = merge(f"{base}\n\nslutt", f"{mine}\n\nDette er nytt.\n\nslutt", f"{theirs}\n\nslutt")
    assert "Dette er nytt." in merged.text


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("\n\n".join(prose(1, 1200)), "\n\n".join(prose(2, 1200)), "\n\n".join(prose(3, 1200))),
        ("", "\n\n".join(prose(2, 1200)), "\n\n".join(prose(3, 1200))),
        ("a b " * (HALF // 4), "b a " * (HALF // 4) + "c", "c " + "b a " * (HALF // 4)),
        ("a\n\n" * 100_000, "b\n\na\n\n" * 80_000, "a\n\nc\n\n" * 80_000),
    ],
    ids=["rewritten", "no base", "one paragraph", "same paragraphs"],
)
def test_no_three_texts_hold_up_the_server(base: str, mine: str, theirs: str) -> None:
    assert len(merge(base, mine, theirs).text) >= max(len(mine), len(theirs))
