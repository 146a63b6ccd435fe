"""A passage is found in the next version where it is known to be, and nowhere else."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.comments.histories import Editor
from workspace import markup
from workspace.benchmarks import version_pairs
from workspace.benchmarks.version_pairs import PAIRS, Pair
from workspace.comments.anchoring import CHANGED, KEPT, REMOVED, Difference, Found, Spot, Text, tied_words
from workspace.documents.aligning import Budget
from workspace.markup import Block


def text(source: str) -> Text:
    return Text([(0, markup.render(source).blocks)])


def plain(paragraphs: list[str]) -> Text:
    return Text([(0, [Block(n, "paragraph", "", words, 0, "") for n, words in enumerate(paragraphs, start=1)])])


def spot(of: Text, words: str) -> Spot:
    [found] = [
        Spot(page, number, block.text.index(words), block.text.index(words) + len(words))
        for (page, number), block in of.blocks.items()
        if words in block.text
    ]
    return found


# -- Pairs with the right answer stated by hand --


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_each_passage_of_the_pairs_is_where_it_was_said_to_be(pair: Pair) -> None:
    before, passage = version_pairs.read(pair.before, whole=pair.whole)
    after, right = version_pairs.read(pair.after)
    assert passage is not None
    found = Difference(before, after).place(passage)
    if found.how == REMOVED:
        assert right is None or pair.shy
        return
    assert right is not None, after.text_of(found.spot)
    whole = right._replace(start=0, end=0)
    assert found.spot == right or (pair.whole and found.spot == whole), after.text_of(found.spot)
    assert not pair.how or found.how == pair.how


def test_nearly_all_passages_of_the_pairs_that_are_still_there_are_placed() -> None:
    there = [pair for pair in PAIRS if pair.stays]
    shy = 0
    for pair in there:
        before, passage = version_pairs.read(pair.before, whole=pair.whole)
        assert passage is not None
        shy += Difference(before, version_pairs.read(pair.after)[0]).place(passage).how == REMOVED
    assert len(there) >= 30 and len(PAIRS) >= 60
    assert shy <= 0.1 * len(there)


# -- Random histories, in which each sentence is known by a hidden name --


def beside(of: Text, at: Spot) -> list[str]:
    """A sentence's words, with those of the ones before and after it."""
    number = of.sentence_of(of.words_of(at)[0])
    return [of.sentences[n].key if 0 <= n < len(of.sentences) else "" for n in range(number - 1, number + 2)]


class Judge:
    """Holds placements against where the sentences of a history have gone."""

    def __init__(self, seed: int) -> None:
        editor = Editor(seed)
        self.random = random.Random(seed)
        self.before, self.were = editor.read()
        for _ in range(self.random.choice([1, 1, 2, 3, 5, 8])):
            editor.edit()
        self.after, self.are = editor.read()
        self.copies = {
            said.name: said.copied for s in editor.sections for paragraph in s.paragraphs for said in paragraph.said
        }
        self.difference = Difference(self.before, self.after)

    def passages(self) -> list[tuple[int, Spot]]:
        """A whole sentence and a part of each."""
        found = []
        for name, whole in self.were.items():
            start = whole.start + self.random.randrange(0, max(1, (whole.end - whole.start) // 2))
            end = self.random.randint(min(start + 3, whole.end), whole.end)
            found += [(name, whole), (name, whole._replace(start=start, end=end))]
        return found

    def verdict(self, name: int, passage: Spot) -> str:
        found = self.difference.place(passage)
        if found.how == REMOVED:
            return "shy" if name in self.are else "gone"
        landed = {n for n, at in self.are.items() if self._shares(found.spot, at) >= 0.5}
        if landed == {name}:
            return "right"
        return "as good" if self._can_not_be_told(name, passage, found, landed) else "WRONG"

    def _shares(self, one: Spot, other: Spot) -> float:
        shared = min(one.end, other.end) - max(one.start, other.start)
        return shared / (one.end - one.start) if one.block == other.block else 0

    def _can_not_be_told(self, name: int, passage: Spot, found: Found, landed: set[int]) -> bool:
        """Whether no reader of the two versions could say that it is another sentence: a copy of it; one that is new,
        and stands beside the very same; or the same words between the same ones."""
        if any(self.copies.get(n) in {name, self.copies.get(name) or name} for n in landed):
            return True
        was, is_ = beside(self.before, passage), beside(self.after, found.spot)
        if not landed & self.were.keys() and (was[0] == is_[0] or was[2] == is_[2]):
            return True
        return was == is_ or (was[1] == is_[1] and found.how != CHANGED and len(was[1]) >= 30)


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_no_passage_of_random_histories_is_placed_on_another_sentence(first: int) -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(first, first + 100):
        judge = Judge(seed)
        for name, passage in judge.passages():
            verdict = judge.verdict(name, passage)
            assert verdict != "WRONG", (seed, name, judge.before.text_of(passage))
            verdicts[verdict] += 1
    assert verdicts["right"] > 4 * verdicts["shy"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(min_value=1_000, max_value=2**32))
def test_nor_of_any_other_history(seed: int) -> None:
    judge = Judge(seed)
    for name, passage in judge.passages():
        if "Kommunene skal dele" not in judge.before.text_of(judge.were[name]):
            assert judge.verdict(name, passage) != "WRONG"


# -- What always holds --

WORDS = st.sampled_from(["kai", "lager", "Havnøy", "og", "er", "10", "ja", "i", "Skarsund", "👍🏽", "e\u0301"])
SENTENCE = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: " ".join(words).capitalize() + ".")
PARAGRAPHS = st.lists(st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=8)


@settings(deadline=None)
@given(PARAGRAPHS, st.data())
def test_in_the_same_text_every_passage_is_where_it_was(paragraphs: list[str], data: st.DataObject) -> None:
    same = plain(paragraphs)
    number = data.draw(st.integers(1, len(paragraphs)))
    length = len(paragraphs[number - 1])
    start = data.draw(st.integers(0, length - 1))
    passage = Spot(0, number, start, data.draw(st.integers(start + 1, length)))
    if not same.words_of(passage):
        return
    found = Difference(same, plain(paragraphs)).place(passage)
    assert found.how == KEPT
    assert same.text_of(found.spot).strip() == same.text_of(passage).strip()


@settings(deadline=None)
@given(PARAGRAPHS, PARAGRAPHS, st.data())
def test_a_place_is_always_in_the_text_and_kept_means_the_same_words(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    before, after = plain(old), plain(new)
    number = data.draw(st.integers(1, len(old)))
    passage = Spot(0, number, 0, data.draw(st.integers(0, len(old[number - 1]))))
    found = Difference(before, after).place(passage)
    for at in (found.spot, found.suggested):
        if at is not None and at.block:
            assert 0 <= at.start <= at.end <= len(after.blocks[at.page, at.block].text)
    if found.how == KEPT:
        assert after.text_of(found.spot).split() == before.text_of(passage).split()


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_tied_words_are_the_same_and_in_order(old: list[str], new: list[str]) -> None:
    tied = sorted(tied_words(old, new, Budget()).items())
    assert all(old[i] == new[j] for i, j in tied)
    assert all(a[1] < b[1] for a, b in pairwise(tied))


# -- What is gone --


def test_what_is_gone_is_seated_under_its_heading_and_never_suggests_what_is_known_to_be_another() -> None:
    kai = "Kommunene skal dele på kostnadene for kaien etter folketall."
    lager = "Kommunene skal dele på kostnadene for kjølelageret etter folketall."
    before = text(
        f"# Innledning\n\nNi kommuner.\n\n# Penger\n\n{kai}\n\n{lager}\n\nFylket betaler resten av det som trengs."
    )
    after = text(f"# Innledning\n\nNi kommuner.\n\n# Penger\n\n{lager}\n\nFylket betaler resten av det som trengs.")
    found = Difference(before, after).place(spot(before, kai))
    assert (found.how, found.spot) == (REMOVED, Spot(0, 3))
    assert found.suggested is None


def test_the_seat_is_the_nearest_heading_above_that_is_left() -> None:
    before = text(
        "# Penger\n\nFylket betaler.\n\n## Kai\n\nKaien er dyr og ingen vil ha den.\n\n## Lager\n\nLageret er billig."
    )
    after = text("# Penger\n\nFylket betaler.\n\n## Lager\n\nLageret er billig.")
    found = Difference(before, after).place(spot(before, "dyr"))
    assert (found.how, after.blocks[0, found.spot.block].text) == (REMOVED, "Penger")


def test_a_sentence_that_moved_and_changed_is_suggested() -> None:
    passage = "Ferja skal gå hver time mellom Havnøy og Skarsund hele sommeren."
    before = text(f"# A\n\n{passage}\n\nFylket eier veien mellom bygdene i dag.\n\n# B\n\nHavna er stengt om vinteren.")
    after = text(
        "# A\n\nFylket eier veien mellom bygdene i dag.\n\n# B\n\nHavna er stengt om vinteren.\n\n"
        "Ferja skal gå hver andre time mellom Havnøy og Skarsund om sommeren."
    )
    found = Difference(before, after).place(spot(before, passage))
    assert found.how == REMOVED
    assert found.suggested is not None and after.text_of(found.suggested).startswith("Ferja skal gå hver andre time")


def test_the_words_that_stand_in_its_place_are_suggested() -> None:
    before, after = text("Vi gir 10 millioner kroner til kaien."), text("Vi gir 15 millioner kroner til kaien.")
    found = Difference(before, after).place(spot(before, "10"))
    assert found.how == REMOVED
    assert found.suggested is not None and after.text_of(found.suggested) == "15"


def test_a_passage_of_a_page_is_found_on_another_page() -> None:
    pages = [
        "Forside for planen.",
        "Kaien i Skarsund skal stå ferdig før jul i 2027.",
        "Lageret ved flyplassen kan vente ett år til.",
    ]
    before = Text([(n, [Block(1, "paragraph", "", words, 0, "")]) for n, words in enumerate(pages, start=1)])
    shifted = [pages[0], "Et forord som er helt nytt i denne utgaven.", *pages[1:]]
    after = Text([(n, [Block(1, "paragraph", "", words, 0, "")]) for n, words in enumerate(shifted, start=1)])
    found = Difference(before, after).place(Spot(2, 1, 0, 5))
    assert (found.how, found.spot) == (KEPT, Spot(3, 1, 0, 5))


# -- Time --


def seconds_for(before: Text, after: Text, passages: int = 20) -> float:
    began = time.process_time()
    difference = Difference(before, after)
    for n in range(passages):
        difference.place(Spot(0, 1 + n % len(before.blocks)))
    return time.process_time() - began


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["Ansvar: Regionrådet."] * 8_000, ["Ansvar: Regionrådet."] * 7_999),
        ([f"Ansvar: Regionrådet {n % 7}." for n in range(8_000)],
         [f"Ansvar: Regionrådet {n % 5}." for n in range(8_000)]),
        ([f"Tiltak nummer {n} er {n * 7} år gammelt og godt." for n in range(6_000)],
         [f"Tiltak nummer {n + 1} er {n * 5} år gammelt og dyrt." for n in range(6_000)]),
        ([" ".join(f"ord{n * 31 % 4000} a{m}" for m in range(8)) + "." for n in range(6_000)],
         [" ".join(f"ord{n * 37 % 4000} b{m}" for m in range(8)) + "." for n in range(6_000)]),
        (["ja nei " * 20_000], ["nei ja ja " * 15_000]),
        (["Ett. " * 20_000], ["Ett. To. " * 10_000]),
        ([". . . ! ? " * 10_000], ["... A. " * 10_000]),
    ],
    ids=["all equal", "seven kinds", "all rewritten", "no word the same", "one sentence", "one paragraph", "marks"],
)  # fmt: skip
def test_no_text_takes_long(old: list[str], new: list[str]) -> None:
    assert (
        seconds_for(plain(old), plain(new)) < 20
    )  # a tenth of this on an idle core; what is not bounded takes minutes
