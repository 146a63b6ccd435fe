"""Bokmål and nynorsk meet: in one stem, or as a word that would do."""

from __future__ import annotations

import pytest

from workspace.search import analysis, lexicon
from workspace.search.lexicon import Lexicon


def stems(words: str) -> set[str]:
    return {word.stem for word in analysis.words(words)}


@pytest.mark.parametrize(
    "words",
    [
        "mulig mogleg moglege mulige",
        "mulighet muligheter moglegheit moglegheiter",
        "virksomhet virksomheten verksemd verksemda verksemder",
        "formål føremål føremålet",
        "skole skoler skule skular skulen",
        "tjeneste tjenester teneste tenester tenestene",
        "sykehus sjukehus sykehuset sjukehusa",
        "vei veien veg vegen vegar",
        "fremtid framtid framtida",
        "hvit kvit kvite",
        "åpning opning opninga",
        "opplysning opplysing opplysningar",
        "utvidelse utviding",
        "forskjell skilnad skilnader",
        "søke søkje søker søkjer",
        "bygge byggje bygger byggjer",
        "tilsette tilsetje",
        "selv sjølv",
        "selvstendig sjølvstendig",
        "øke auke økning",
        "inneholde innehalde",
        "forbruker forbrukar forbrukarar",
        "hjem heim heimen",
        "uke veke veker",
        "vann vatn vatnet",
        "melk mjølk mjølka",
        "kirke kyrkje kyrkja",
        "regnskap rekneskap rekneskapen",
        "høst haust hausten",
        "kommunal kommunalt kommunale",
        "lønnsom lønnsomt lønsam lønsamt",
        "formell formelt formelle",
        "regel regler reglar reglane",
        "innbyggere innbyggjarar innbyggjarane",
    ],
)
def test_both_written_standards_have_one_stem(words: str) -> None:
    assert len(stems(words)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "barneskole barneskule",
        "skolebygg skulebygg",
        "hjemmetjeneste heimeteneste",
        "hjemmeside heimeside",
        "fylkesvei fylkesveg",
        "drikkevann drikkevatn",
        "folketall folketal",
        "fritidsbolig fritidsbustad",
        "markedsføring marknadsføring",
        "boligbygging bustadbygging",
    ],
)
def test_the_parts_of_a_compound_are_treated_as_the_words_they_are(words: str) -> None:
    assert len(stems(words)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "helse hilse",
        "mål språk",
        "lykke lukket",
        "leie lede",
        "tall talent",
        "havn havre",
        "vare vara varm",
        "lov lovnad",
        "dal del",
        "alle aldri ingen",
        "ikke mot uten",
    ],
)
def test_words_that_only_look_alike_stay_apart(words: str) -> None:
    assert len(stems(words)) > 1


def test_words_of_bokmal_and_nynorsk_without_a_line_are_left_alone() -> None:
    assert {analysis.stem(word) for word in ("kai", "kjølelager", "reiseliv")} == {"kai", "kjølelag", "reiseliv"}


def test_a_row_is_kept_as_its_first_word_also_inside_compounds() -> None:
    made = Lexicon([("skole", "skule"), ("vei-", "veg-"), ("-tall", "-tal")], lambda word: word.removesuffix("e"))
    assert made.kept_as("skul") == "skol"
    assert made.kept_as("skulbygg") == "skolbygg"
    assert made.kept_as("barnskul") == "barnskol"
    assert made.kept_as("vegkryss") == "veikryss"
    assert made.kept_as("folketal") == "folketall"
    assert (made.kept_as("veg"), made.kept_as("tal")) == ("veg", "tal")


def test_a_chain_of_rows_ends_in_one_word() -> None:
    made = Lexicon([("b", "c"), ("a", "b"), ("d", "d")], str)
    assert {made.kept_as(word) for word in "abc"} == {"a"}
    around = Lexicon([("a", "b"), ("b", "a")], str)
    assert around.kept_as("a") in "ab"


def test_what_a_stem_is_kept_as_is_kept_as_itself() -> None:
    made = Lexicon(lexicon.rows(lexicon.NYNORSK), analysis._cut)
    kept = {analysis.stem(row[0]) for row in lexicon.rows(lexicon.NYNORSK) if "-" not in row[0]}
    assert {stem: made.kept_as(stem) for stem in kept} == {stem: stem for stem in kept}


def test_others_of_a_row_would_do() -> None:
    found = lexicon.others([("reiseliv", "turisme"), ("turisme", "ferie", "ferie")], str)
    assert found == {"reiseliv": ("turisme",), "turisme": ("reiseliv", "ferie"), "ferie": ("turisme",)}


@pytest.mark.parametrize("name", [lexicon.NYNORSK, lexicon.SYNONYMS])
def test_the_lists_can_be_read_and_say_each_thing_once(name: str) -> None:
    rows = lexicon.rows(name)
    assert len(rows) > 100
    assert all(len(row) > 1 for row in rows)
    assert len(rows) == len(set(rows))
    assert all(analysis.stem(word.strip("-")) for row in rows for word in row), "a word of the stop list"
