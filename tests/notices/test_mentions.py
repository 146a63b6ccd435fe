"""Finding who is named with an @: the longest name, whatever its case, and never in what is no text of one's own."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.notices.mentions import Names, key

NAMES = Names(
    ["Kari", "Kari Nes", "Øystein Ås", "Anne-Marie Bø", "Havnøy", "Ytre Nes", "ungdom", "Skarfjord næringsforening"]
)


def found(text: str) -> list[str]:
    return [mention.name for mention in NAMES.found(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Kari, kan du se?", ["kari"]),
        ("Hei @Kari Nes!", ["kari nes"]),
        ("@kari nes og @YTRE NES", ["kari nes", "ytre nes"]),
        ("@Kari  Nes", ["kari nes"]),
        ("@Kari\nNes", ["kari"]),
        ("@øystein ås: @ØYSTEIN ÅS", ["øystein ås", "øystein ås"]),
        ("(@Anne-Marie Bø)", ["anne-marie bø"]),
        ("**@Havnøy**", ["havnøy"]),
        ("> @ungdom\n\n- @Skarfjord næringsforening.", ["ungdom", "skarfjord næringsforening"]),
        ("Spør @Kari.", ["kari"]),
        ("@Karin", []),
        ("@Kari-Anne", []),
        ("@Havnøys kai", []),
        ("kari@havnøy.no", []),
        ("post@Havnøy", []),
        ("@@Kari", []),
        ("`@Kari`", []),
        ("``@Kari ` @Havnøy``", []),
        ("```\n@Kari\n```\n@Havnøy", ["havnøy"]),
        ("~~~\n@Kari", []),
        ("https://eksempel.no/@Kari/side", []),
        ("[@Kari](https://eksempel.no)", []),
        ("<https://eksempel.no/@Kari>", []),
        ("[@Kari] og @Havnøy", ["kari", "havnøy"]),
        ("@", []),
        ("", []),
    ],
)
def test_who_is_named(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_a_name_typed_in_other_characters_is_the_same_name() -> None:
    assert found(unicodedata.normalize("NFD", "@Øystein Ås")) == ["øystein ås"]


def test_nobody_is_found_among_no_names() -> None:
    assert Names([]).found("@Kari") == []
    assert Names(["", "  "]).found("@Kari") == []


words = st.text(alphabet="abcæøåABC", min_size=1, max_size=6)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)


@given(st.lists(names, min_size=1, max_size=8), st.data())
def test_a_name_that_is_mentioned_is_found_as_itself(known: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(known))
    assert [mention.name for mention in Names(known).found(f"Hei @{name}, hva mener du?")] == [key(name)]


@given(st.lists(names, max_size=8), st.text(alphabet="abcæøå @`[]().-/\n", max_size=200))
def test_what_is_found_stands_there(known: list[str], text: str) -> None:
    for mention in Names(known).found(text):
        assert text[mention.start] == "@"
        assert key(text[mention.start + 1 : mention.end]) == mention.name
        assert mention.name in {key(name) for name in known}
        assert not text[mention.end : mention.end + 1].isalnum()


@pytest.mark.parametrize(
    "piece", ["`", "[", "[a](", "<", "a", "a.", "@", "@Kari ", "` ", "~~~\n", "a@", "://", "@Kari\t"]
)
def test_no_text_takes_long_to_look_through(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    begun = time.process_time()
    NAMES.found(f"{text}\n@Kari")
    assert time.process_time() - begun < 5  # a hundredth of this, where it is in proportion
