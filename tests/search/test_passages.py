"""The passage that shows why a text was found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.search import asking
from workspace.search.passages import LENGTH, best_passage

FILLER = "Dette avsnittet handler om noe helt annet enn det man leter etter. " * 20


def passage(text: str, words: str) -> tuple[tuple[str, bool], ...]:
    return best_passage(text, asking.read(words).stems()).pieces


def plain(pieces: tuple[tuple[str, bool], ...]) -> str:
    return "".join(text for text, _match in pieces)


def marked(pieces: tuple[tuple[str, bool], ...]) -> list[str]:
    return [text for text, match in pieces if match]


def test_the_words_as_written_are_marked() -> None:
    found = passage("Kjølelageret ved kaien er fullt.", "kjølelager kai")
    assert found == (("Kjølelageret", True), (" ved ", False), ("kaien", True), (" er fullt.", False))


def test_the_stretch_with_most_different_words_is_chosen() -> None:
    text = f"Kaien først. {FILLER} Et kjølelager ved kaien i Skarsund. {FILLER} Kai, kai og kai."
    found = passage(text, "kjølelager kai")
    assert marked(found) == ["kjølelager", "kaien"]
    assert plain(found).startswith("… Et kjølelager")
    assert plain(found).endswith(" …")


def test_where_the_first_match_is() -> None:
    text = FILLER + "Et kjølelager."
    at = best_passage(text, asking.read("kjølelager").stems()).at
    assert text[at:] == "kjølelager."


def test_without_a_match_the_text_is_shown_from_its_beginning() -> None:
    found = passage(FILLER, "kjølelager")
    assert marked(found) == []
    assert plain(found).startswith("Dette avsnittet")
    assert len(plain(found)) <= LENGTH + 2


def test_a_joined_word_is_marked_once() -> None:
    assert marked(passage("Planen for CO2-fangst i fjorden", "CO2-fangst")) == ["CO2-fangst"]
    assert marked(passage("Planen for CO2-fangst i fjorden", "fangst")) == ["fangst"]


def test_text_stays_as_it_is_for_the_page_to_escape() -> None:
    assert plain(passage("<script>kai</script> & <b>", "kai")) == "<script>kai</script> & <b>"


def test_in_a_very_long_text_the_words_are_found_wherever_they_stand() -> None:
    text = FILLER * 600 + "Kaien ligger langt inne. " + FILLER * 200 + "Et kjølelager ved kaien. " + FILLER
    assert len(text) > 900_000
    stems = asking.read("kjølelager kai").stems()
    found = best_passage(text, stems)
    assert marked(found.pieces) == ["kjølelager", "kaien"]
    assert plain(found.pieces).startswith("… Et kjølelager ved kaien.")
    assert text[found.at :].startswith("kjølelager ved kaien")


@pytest.mark.parametrize("before", range(199_960, 200_060, 7))
def test_a_word_on_the_border_of_what_is_read_at_a_time_is_found(before: int) -> None:
    text = "a " * (before // 2) + "kjølelageret " + "b " * 60_000
    found = best_passage(text, asking.read("kjølelager").stems())
    assert marked(found.pieces) == ["kjølelageret"]
    assert text[found.at :].startswith("kjølelageret")


def test_line_ends_become_spaces() -> None:
    assert plain(passage("Kaien\n\n  er\tfull", "kai")) == "Kaien er full"


def test_an_empty_text_has_no_passage() -> None:
    assert passage("", "kai") == ()
    assert passage(" \n ", "kai") == ()


@given(st.text(alphabet="kai lager.\n-æøå<>&\u00ad", max_size=1500), st.sampled_from(["kai", "lager kai", "xyz", ""]))
def test_every_piece_is_from_the_text_and_the_whole_is_short(text: str, words: str) -> None:
    found = passage(text, words)
    squeezed = re.sub(r"\s+", " ", text).strip()
    whole = plain(found).removeprefix("… ").removesuffix(" …").strip()
    assert whole in squeezed
    assert len(whole) <= LENGTH
    assert all(asking.read(text).stems() & asking.read(words).stems() for text in marked(found))
