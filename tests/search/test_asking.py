"""What is typed into the search field is read as plain words."""

from __future__ import annotations

import pytest

from workspace.search import asking


def test_words_are_wanted_and_none_is_required() -> None:
    question = asking.read("Hva er felles kjølelager?")
    assert question.wanted == ("fell", "kjølelag")
    assert question.required == ()


@pytest.mark.parametrize("typed", ['"felles kjølelager" kai', "«felles kjølelager» kai", "“felles kjølelager” kai"])
def test_words_in_quotation_marks_stand_beside_each_other(typed: str) -> None:
    assert asking.read(typed) == asking.Question(required=(("fell", "kjølelag"),), wanted=("kai",))


def test_a_plus_makes_a_word_required() -> None:
    assert asking.read("+kaien kjølelager") == asking.Question(required=(("kai",),), wanted=("kjølelag",))


@pytest.mark.parametrize("typed", ["", "*", "((((", '"', '""', "~9", "+", "++ --", "og i på", '"og i"', "\x00", "🙂"])
def test_signs_and_stop_words_alone_ask_for_nothing(typed: str) -> None:
    found = asking.read(typed)
    assert not found.required
    assert found.wanted == (("9",) if "9" in typed else ())


def test_signs_of_a_query_language_mean_nothing() -> None:
    assert asking.read("kai* AND (title:havn) OR a*b*c~2 [a TO b]^4").wanted[:3] == ("kai", "and", "titl")


def test_an_open_quotation_mark_is_passed_over() -> None:
    assert asking.read('"felles kjølelager').wanted == ("fell", "kjølelag")


def test_so_many_words_and_no_more() -> None:
    many = " ".join(f"ord{number}" for number in range(10_000))
    assert len(asking.read(many).wanted) == asking.MOST_WORDS
    row = " ".join(f"ord{number}" for number in range(100))
    assert len(asking.read(f'"{row}" kai').required[0]) == asking.LONGEST_ROW
    assert asking.read(f'"{row}" kai').wanted == ()


def test_letters_composed_of_two_are_the_same() -> None:
    assert asking.read("ba\u030at") == asking.read("båt")


def test_letters_for_keyboards_without_them() -> None:
    assert asking.transcribed("Aalesund kjoelelager naering") == "Ålesund kjølelager næring"
