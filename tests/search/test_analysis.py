"""The Norwegian analysis: what counts as the same word, and what is not searched for."""

from __future__ import annotations

import threading

import pytest

from workspace.search import analysis


def stems(text: str) -> list[str]:
    return [word.stem for word in analysis.words(text)]


@pytest.mark.parametrize(
    "forms",
    [
        "kommuner kommunene kommunar kommunane kommunen",
        "arbeidsplasser arbeidsplassene arbeidsplassar arbeidsplassane",
        "næringslivet næringsliv",
        "kjølelager kjølelageret kjølelagre kjølelagrene",
        "kai kaien kaia kaiene kaier",
        "by byen byer byene",
        "øy øya øyene øyer øyane",
        "lærer læreren lærere lærerne lærarane lærarar",
        "bruker brukere brukeren brukerne brukernes",
        "senter senteret sentre sentrene",
    ],
)
def test_forms_of_a_word_meet_in_bokmal_and_nynorsk(forms: str) -> None:
    assert len(set(stems(forms))) == 1


@pytest.mark.parametrize("word", ["ikke", "ikkje", "mot", "uten", "utan", "ingen", "aldri", "alle"])
def test_words_that_turn_the_meaning_are_searched_for(word: str) -> None:
    assert stems(word)


def test_words_of_the_stop_list_are_not() -> None:
    assert stems("Hva er det som er på og i, og korleis var dei?") == []


def test_letters_of_norwegian_are_letters_of_their_own() -> None:
    assert len(set(stems("båt bat bøt bot sær sar"))) == 6


def test_a_word_with_hyphens_counts_in_parts_and_as_one() -> None:
    assert set(stems("CO2-fangst")) == {"co2", "fangst", "co2fangst"}
    assert set(stems("e-post")) >= set(stems("epost"))
    assert stems("E6") == ["e6"]
    assert stems("E6-utbygging")[1:] == ["e6", *stems("utbygging")]


def test_a_hyphen_at_an_end_is_no_part_of_the_word() -> None:
    assert stems("nærings- og miljøtiltak -kai-") == [*stems("nærings"), *stems("miljøtiltak"), *stems("kai")]


def test_years_with_a_dash_between_are_two() -> None:
    assert stems("2025-2027") == ["2025", "2027"]


def test_soft_hyphens_and_unbreaking_hyphens_are_seen_through() -> None:
    assert stems("kjøle\u00adlager") == stems("kjølelager")
    assert stems("CO2\u2011fangst") == stems("CO2-fangst")


def test_words_say_where_they_stand_in_the_text() -> None:
    text = "Et felles kjølelager, ved E6-kaien."
    found = [(text[word.start : word.end], word.joined) for word in analysis.words(text)]
    assert found == [("felles", False), ("kjølelager", False), ("E6-kaien", True), ("E6", False), ("kaien", False)]
    assert [word.position for word in analysis.words(text)] == [0, 1, 2, 2, 3]


def test_a_very_long_word_is_cut() -> None:
    assert len(stems("a" * 100_000)[0]) <= analysis.LONGEST_WORD


def test_many_threads_get_the_same_stems() -> None:
    words = [f"kommune{number}ene" for number in range(2000)]
    alone = [analysis.stem.__wrapped__(word) for word in words]
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append([analysis.stem.__wrapped__(word) for word in words]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4
