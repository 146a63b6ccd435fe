"""What a misspelled question may have meant, words inside others, and titles while one types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.test_index import REGION, STAFF, document, ids
from workspace.search import titles
from workspace.search.advice import FEW, Advice, advise
from workspace.search.port import Entry, Index, Query, Spelling

TEXTS = ["Felles kjølelager ved kaien i Skarsund.", "Kjølelageret er fullt.", "Reiselivet vil ha lengre sesong."]
NOTES = [document(f"n{number}", f"Notat {number}", text) for number, text in enumerate(TEXTS)]
SECRET = document("s", "Intervju", "Helikopterplassen og kjølelaget.", audience="staff")


@pytest.fixture
def index(open_index: Callable[..., Index]) -> Index:
    made = open_index()
    made.update([*NOTES, SECRET], [], 1)
    return made


def spell(index: Index, words: str, audiences: tuple[str, ...] = REGION) -> Spelling:
    return index.spelling(Query(words=words, audiences=audiences))


# -- Mente du --


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kjøelager", "kjølelager"),
        ("Skarsunn", "Skarsund"),
        ("lengre sesogn", "lengre sesong"),
        ('"felles" kjøllelager, takk', '"felles" kjølelager, takk'),
        ("reiselvet", "Reiselivet"),
    ],
)
def test_a_misspelled_word_is_proposed_as_it_is_written(index: Index, typed: str, meant: str) -> None:
    assert spell(index, typed).meant == meant


@pytest.mark.parametrize("typed", ["kjølelager", "kaiene", "xylofonorkester", "ka", "og", "", "?", "42"])
def test_nothing_is_proposed_for_what_is_known_or_far_from_all(index: Index, typed: str) -> None:
    assert spell(index, typed).meant == ""


def test_words_that_no_text_has_are_named_as_typed(index: Index) -> None:
    assert spell(index, "Kjølelager på xylofon og Fjelltoppen").unknown == ("xylofon", "Fjelltoppen")


def test_a_rare_word_is_questioned_when_a_close_one_is_everywhere(index: Index) -> None:
    many = [document(f"m{number}", "Sak", "havbruk") for number in range(30)]
    index.update([*many, document("odd", "Sak", "havbrik")], [], 2)
    assert spell(index, "havbrik").meant == "havbruk"
    assert spell(index, "havbruk").meant == ""


def test_words_for_staff_are_proposed_to_staff_only(index: Index) -> None:
    assert spell(index, "helikopterplasen") == Spelling(unknown=("helikopterplasen",))
    assert spell(index, "helikopterplasen", STAFF).meant == "Helikopterplassen"


def test_a_word_that_is_gone_is_not_proposed(index: Index) -> None:
    index.update([document("n2", "Notat", "Noe annet.")], [], 2)
    assert spell(index, "sesogn").meant == ""


def test_advice_was_tried(index: Index) -> None:
    def ways(words: str, **more: object) -> dict[str, tuple[str, int]]:
        query = Query(words=words, audiences=REGION, **more)
        return {way.kind: (way.words, way.hits) for way in advise(index, query, index.search(query).total).ways}

    assert ways("kjøelager") == {"meant": ("kjølelager", 2)}
    assert ways('"kjølelager sesong"') == {"freer": ("kjølelager sesong", 3)}
    assert ways("jølelag")["inside"] == ("jølelag", 2)
    assert ways("kai", filters={"kind": ("measure",)}) == {"unfiltered": ("kai", 1)}
    assert ways('"kai sesong"', filters={"kind": ("measure",)}) == {"freer": ("kai sesong", 2)}
    assert ways("kjøelager", filters={"kind": ("measure",)})["meant"] == ("kjølelager", 2)
    assert ways("helikopterplasen") == {}
    assert ways("og") == {}


@pytest.mark.parametrize(
    ("words", "unknown", "meant"),
    [
        ("reiselivv kai", ("reiselivv",), "Reiseliv kai"),
        ("kai kjøllelager", ("kjøllelager",), "kai kjølelager"),
        ("xylofon kai", ("xylofon",), ""),
        ("reiseliv kai", (), ""),
    ],
)
def test_a_word_that_no_text_has_is_told_however_much_the_others_find(
    index: Index, words: str, unknown: tuple[str, ...], meant: str
) -> None:
    index.update([document(f"m{number}", "Sak", "Reiseliv på kaien") for number in range(FEW + 2)], [], 2)
    query = Query(words=words, audiences=REGION)
    total = index.search(query).total
    assert total >= FEW
    advice = advise(index, query, total)
    assert advice.unknown == unknown
    assert [way.words for way in advice.ways] == ([meant] if meant else [])


def test_words_inside_others_are_not_called_unknown_when_there_is_much_to_find(index: Index) -> None:
    index.update([document(f"m{number}", "Sak", "Reiseliv på kaien") for number in range(FEW + 2)], [], 2)
    query = Query(words="eiseli", audiences=REGION, inside=True)
    total = index.search(query).total
    assert total >= FEW
    assert advise(index, query, total) == Advice()


def test_a_rare_word_is_left_alone_when_there_is_much_to_find(index: Index) -> None:
    many = [document(f"m{number}", "Sak", "havbruk kai") for number in range(30)]
    index.update([*many, document("odd", "Sak", "havbrik")], [], 2)
    assert index.spelling(Query(words="havbrik kai", audiences=REGION), rare=False) == Spelling()
    assert index.spelling(Query(words="havbrok kai", audiences=REGION), rare=False).meant == "havbruk kai"


# -- Words inside others --


def test_words_inside_others_are_found_when_asked_for(index: Index) -> None:
    query = Query(words="jølela", audiences=REGION)
    assert ids(index.search(query)) == []
    found = index.search(Query(words="jølela", audiences=REGION, inside=True, gather=False))
    assert set(ids(found)) == {"n0", "n1"}
    marked = {text for hit in found.hits for text, is_match in hit.passage if is_match}
    assert marked == {"kjølelager", "Kjølelageret"}
    assert index.search(Query(words="jøl", audiences=REGION, inside=True)).total == 0
    assert index.search(Query(words="kopterplass", audiences=REGION, inside=True)).total == 0


# -- Titles --

NAMES = {
    "a": "Kjølelager i Skarsund",
    "b": "Felles kjølelager",
    "c": "Om alle kjølelagrene på kaia",
    "d": "Ålesund og Ærøy – én plan",
    "e": "Fiskekjølelager",
}


@pytest.fixture
def titled(index: Index) -> Index:
    entries = [document(id, name) for id, name in NAMES.items()]
    measure = document("m", "T-03 Kjølelager for alle", kind="measure", source="")
    comment = document("c1", "Kjølelager i Skarsund", "x", kind="comment", source="", parent="a")
    pages = [Entry(uid=f"document:p#{n}", kind="document", id="p", ref="p", title="Kaiplan.pdf", text="x", page=n,
                   audience="region") for n in (1, 2, 3)]  # fmt: skip
    index.update([*entries, measure, comment, *pages, document("s2", "Kjølehemmelighet", audience="staff")], [], 2)
    return index


def suggest(index: Index, typed: str, audiences: tuple[str, ...] = REGION, limit: int = 8) -> list[str]:
    return [entry.id for entry in index.titles(Query(words=typed, audiences=audiences, limit=limit))]


def test_a_title_that_begins_so_comes_first_then_words_that_do(titled: Index) -> None:
    assert suggest(titled, "kjølel") == ["a", "b", "m", "c", "e"]
    assert suggest(titled, "kjølel", limit=2) == ["a", "b"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("KJOLELAGER SKAR", ["a"]),
        ("kjoelelager i skar", ["a"]),
        ("alesund", ["d"]),
        ("aale", ["d"]),
        ("ærø", ["d"]),
        ("aeroy en", ["d"]),
        ("t-03", ["m"]),
        ("kaiplan", ["p"]),
        ("lager felles", ["b"]),
        ("k", []),
        ("", []),
        ("--", []),
        ("finnes ikke", []),
    ],
)
def test_keyboards_without_the_letters_and_parts_of_titles(titled: Index, typed: str, found: list[str]) -> None:
    assert suggest(titled, typed) == found


def test_titles_for_staff_are_proposed_to_staff_only(titled: Index) -> None:
    assert suggest(titled, "kjøleh") == []
    assert suggest(titled, "kjøleh", STAFF) == ["s2"]


def test_a_title_that_is_gone_is_not_proposed(titled: Index) -> None:
    titled.update([document("a", "Nytt navn")], ["document:p", "document:p#*"], 3)
    assert suggest(titled, "kaiplan") == []
    assert suggest(titled, "kjølelager i skar") == []
    assert suggest(titled, "nytt") == ["a"]


@pytest.mark.parametrize("typed", ["*", "((((", "\x00", "🙂🙂", "[a-z]+", "\\", "a" * 5000])
def test_whatever_is_typed_titles_and_spelling_answer(titled: Index, typed: str) -> None:
    assert suggest(titled, typed) == []
    assert spell(titled, typed).meant == ""


def test_folding_meets_in_the_middle() -> None:
    assert titles.fold("Ærøy – én «plan»") == titles.fold("aeroey, EN plan") == "aroy en plan"
