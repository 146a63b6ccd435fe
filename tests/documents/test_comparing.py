"""What differs between two texts, as people read it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspace.documents import aligning, comparing
from workspace.documents.comparing import Change, Piece, compare

_SHOWN = {"same": "{}", "ins": "+{}+", "del": "-{}-"}


def shown(pieces: tuple[Piece, ...]) -> str:
    return " ".join(_SHOWN[piece.kind].format(piece.text.strip()) for piece in pieces)


def as_text(old: str, new: str) -> str:
    """The comparison on one line: = for what is folded, and what was done to a block before its words."""
    quiet = {"same", "changed", "ins", "del"}
    return "|".join(
        "=" if change.how == "folded" else ("" if change.how in quiet else f"{change.how}:") + shown(change.pieces)
        for change in compare(old, new)
    )


def test_changed_words_are_shown_within_their_paragraph() -> None:
    changes = compare("Først.\n\nDet tar 35 minutter.\n\nSist.", "Først.\n\nDet tar 40 minutter.\n\nSist.")
    assert [change.how for change in changes] == ["folded", "changed", "folded"]
    assert changes[1].pieces == (
        Piece("same", "Det tar "),
        Piece("del", "35 "),
        Piece("ins", "40 "),
        Piece("same", "minutter."),
    )
    assert comparing.counted(changes) == (1, 1)
    assert comparing.total(changes) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Likt.", "Likt.", "="),
        ("", "Nytt avsnitt.", "+Nytt avsnitt.+"),
        ("Borte nå.", "", "-Borte nå.-"),
        ("A\n\nB", "A\n\nNy\n\nB", "=|+Ny+|="),
        ("A\n\nB\n\nC", "A\n\nC", "=|-B-|="),
        ("a b\nc", "a\nb c", "="),
        ("Side en.\fSide to.", "Side en.\fSide 2.", "=|Side -to.- +2.+"),
        # punctuation goes with its word, and a number is one word
        ("I Havnøy er det fint.", "I Havnøy, er det fint.", "I -Havnøy- +Havnøy,+ er det fint."),
        ("Det var 5 900 personer der.", "Det var 6 140 personer der.", "Det var -5 900- +6 140+ personer der."),
        # a word or two between longer replacements is no help to the reader
        (
            "Byen vokser. Det er vanskelig å få folk i distriktet. Takk.",
            "Byen vokser. Skal vi bygge i tre, må vi ha fagfolk. Takk.",
            "Byen vokser. -Det er vanskelig å få folk i distriktet.- +Skal vi bygge i tre, må vi ha fagfolk.+ Takk.",
        ),
        # a paragraph put in before one that was changed
        (
            "Tømmeret kjøres ut av fylket i dag.",
            "Noe helt nytt først.\n\nTømmeret kjøres ut av fylket i år.",
            "+Noe helt nytt først.+|Tømmeret kjøres ut av fylket i -dag.- +år.+",
        ),
    ],
)
def test_comparing(old: str, new: str, expected: str) -> None:
    assert as_text(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("**Viktig** og `ny` tekst", "**Viktig** og `ny` sak", "Viktig og ny -tekst- +sak+"),
        ("Dette er viktig.", "Dette er **viktig**.", "Dette er -viktig.- +**viktig**.+"),
        ("Les [mer om saken](http://a) her", "Les [mer om saken](http://a) nå", "Les mer om saken -her- +nå+"),
        ("Les [mer](http://a) her", "Les [mer](http://b) her", "Les -[mer](http://a)- +[mer](http://b)+ her"),
        ("snake_case og 2\\*3", "snake_case og 2\\*4", "snake_case og -2*3- +2*4+"),
        ("- en\n- to\n- tre", "* en\n* to nå\n* tre", "=|to +nå+|="),
        ("1. en\n2. to", "1. ny\n2. en\n3. to", "+ny+|="),
        ("> Vi vil\n> ha mer.", "> Vi vil ha\n> noe mer.", "Vi vil ha +noe+ mer."),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "| a | b |\n|:--|---|\n| 1 | 3 |", "=|1 | -2- +3+"),
        ("Kai\tLengde\nNord\t40", "Kai\tLengde\nNord\t45", "=|Nord | -40- +45+"),
        ("Mål og vei", "## Mål og vei", "formed:Mål og vei"),
        ("## Mål\nTekst.", "### Mål\nTekst.", "formed:Mål|="),
        ("Mål\n===\n\nEn tekst.", "# Mål #\n\nNy tekst.", "Mål|-En- +Ny+ tekst."),
    ],
)  # fmt: skip
def test_marks_are_shown_only_where_they_are_the_change(old: str, new: str, expected: str) -> None:
    assert as_text(old, new) == expected


def test_a_paragraph_that_stands_elsewhere_has_moved() -> None:
    flown = "Denne setningen flytter på seg."
    middle = "Først kommer dette her.\n\nOg så kommer det der."
    assert as_text(f"{flown}\n\n{middle}", f"{middle}\n\n{flown}") == f"left:{flown}|=|moved:{flown}"
    changes = compare(f"{flown}\n\n{middle}", f"{middle}\n\n{flown}")
    assert comparing.counted(changes) == (0, 0)
    assert [change.number for change in changes] == [0, 0, 1]
    assert as_text("Ja.\n\nA b c.\n\nD e f.", "A b c.\n\nD e f.\n\nJa.") == "-Ja.-|=|+Ja.+"  # too short to say so


def test_the_headings_a_change_stands_under_stay_in_sight() -> None:
    old = "## Ett\n\na\n\n### Under ett\n\nb\n\n## To\n\nc\n\n### Under to\n\nd\n\ne er likt\n\n## Tre\n\nf"
    changes = compare(old, old.replace("e er likt", "e er ulikt"))
    assert [(c.how, c.kind, c.level, c.text or len(c.folded)) for c in changes] == [
        ("folded", "", 0, 4),
        ("same", "heading", 2, "To"),
        ("folded", "", 0, 1),
        ("same", "heading", 3, "Under to"),
        ("folded", "", 0, 1),
        ("changed", "paragraph", 0, "e er likt ulikt"),
        ("folded", "", 0, 2),
    ]


def test_headings_skip_no_level() -> None:
    levels = [c.level for c in compare("", "# A\n\n#### B\n\n## C\n\n###### D") if c.kind == "heading"]
    assert levels == [2, 3, 3, 4]


def test_two_lines_are_compared_word_by_word() -> None:
    assert shown(comparing.words("Felles plan 2025", "Felles plan 2026")) == "Felles plan -2025- +2026+"


TEXTS = st.text("ab \n-#*_[]()1.>|\f", max_size=60)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_nothing_of_either_text_is_left_out(old: str, new: str) -> None:
    """Each side of the comparison is the comparison of that text with itself, moves aside."""

    def side(changes: list[Change], kind: str, elsewhere: str) -> list[str]:
        pieces = [piece for change in changes if change.how != elsewhere for piece in change.pieces]
        return sorted(word for piece in pieces if piece.kind in {"same", kind} for word in _bare(piece.text))

    changes = compare(old, new, fold=False)
    assert side(changes, "del", "moved") == side(compare(old, old, fold=False), "del", "")
    assert side(changes, "ins", "left") == side(compare(new, new, fold=False), "ins", "")


def _bare(text: str) -> list[str]:
    """Its letters and digits: marks are shown in one place and not in the other."""
    return [character for character in text if character.isalnum()]


@given(st.text("ab \n", max_size=40))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert comparing.total(compare(text, text)) == 0


# -- Aligning --


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_steps_cover_both_sequences_by_turns(before: list[str], after: list[str]) -> None:
    for found in (aligning.steps(before, after), aligning.settled(aligning.steps(before, after), before, after)):
        assert [x for step in found for x in before[step.a1 : step.a2]] == before
        assert [x for step in found for x in after[step.b1 : step.b2]] == after
        assert all(before[s.a1 : s.a2] == after[s.b1 : s.b2] for s in found if s.kept)
        assert all(one.kept != next_.kept for one, next_ in pairwise(found))


def test_the_heaviest_chain_goes_forward() -> None:
    pairs = [(0, 1, 0.5), (0, 0, 0.9), (1, 0, 2.0), (1, 1, 0.9), (2, 2, 0.4), (3, 1, 0.1)]
    assert aligning.heaviest_chain(pairs) == [(1, 0), (2, 2)]
    assert aligning.heaviest_chain([]) == []


# -- Limits --


def prose(seed: int, paragraphs: int) -> list[str]:
    drawn = random.Random(seed)
    common = [f"ord{n}" for n in range(3000)]
    return [" ".join(drawn.choices(common, k=50)) for _paragraph in range(paragraphs)]


def test_a_long_document_is_compared_word_by_word() -> None:
    """200 pages with 30 changed words in as many paragraphs."""
    old = prose(1, 1600)
    new = list(old)
    for n in range(7, 1600, 53):
        words = new[n].split()
        words[n % 50] = "ENDRET"
        new[n] = " ".join(words)
    changes = compare("\n\n".join(old), "\n\n".join(new))
    number = len(range(7, 1600, 53))
    assert comparing.total(changes) == number > 30
    assert comparing.counted(changes) == (number, number)
    assert all(change.how in {"changed", "folded"} for change in changes)


HALF = 512 * 1024


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n\n".join(prose(1, 1200)), "\n\n".join(prose(2, 1200))),
        ("a\n\n" * 100_000, "b\n\na\n\n" * 80_000),
        ("\n\n".join(str(n) for n in range(60_000)), "\n\n".join(str(n * 2) for n in range(60_000))),
        ("a b " * (HALF // 4), "b a " * (HALF // 4) + "c"),
        ("\n\n".join("a b " * 900 for _ in range(200)), "\n\n".join("b c a " * 600 for _ in range(200))),
        ("x" * HALF, "y" * HALF),
        ("[" * HALF, "](" * (HALF // 2)),
        ("# " + "# " * HALF, "|" + "-" * HALF),
    ],
    ids=[
        "rewritten",
        "same paragraphs",
        "every other",
        "one paragraph",
        "long paragraphs",
        "one word",
        "links",
        "marks",
    ],
)
def test_no_two_texts_hold_up_the_server(old: str, new: str) -> None:
    # Without its limits comparing takes minutes or hours for these.
    added, gone = comparing.counted(compare(old, new))
    assert added or gone
