"""Pages of files, gathering hits, facets with several choices, and the order by date."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from tests.search.test_index import REGION, STAFF, document, ids, timeless
from workspace.search.port import FACETS, Entry, Found, Index, Query
from workspace.search.schema import _facets


def ask(index: Index, words: str = "", audiences: tuple[str, ...] = REGION, **more: object) -> Found:
    more = {"gather": True, "counts": True} | more
    return index.search(Query(words=words, audiences=audiences, **more))


def page(number: int, text: str, id: str = "pdf", **more: object) -> Entry:
    entry = document(id, "Logistikkanalyse", text, file="pdf", page=number, **more)
    return msgspec.structs.replace(entry, uid=f"{entry.uid}#{number}")


def shown(found: Found) -> list[tuple[str, list[int], list[int], int]]:
    """Each group as: its id, the pages with a passage, the other pages, and how many are left."""
    return [
        (
            group.hits[0].entry.group,
            [hit.entry.page for hit in group.hits],
            [entry.page for entry in group.more],
            group.left,
        )
        for group in found.groups
    ]


PAGES = [
    page(1, "Innledning"),
    *(page(number, f"Om kai {'og kjølelager' if number == 3 else ''}") for number in range(2, 20)),
]
NOTE = document("note", "Notat", "Litt om kai, og mye om helt andre ting som ikke hører med her.")


# -- Pages of a file --


def test_the_hits_on_a_files_pages_are_gathered(index: Index) -> None:
    index.update([*PAGES, NOTE], [], 1)
    found = ask(index, "kjølelager kai")
    (best, others, more, left), note = shown(found)
    assert (best, others[0], len(others)) == ("pdf", 3, 3)
    assert more == sorted(more) and len(more) == 8 and left == 18 - 3 - 8
    assert note == ("note", [0], [], 0)
    assert (found.total, found.groups_total, found.gathered) == (19, 2, {"document": 2})


def test_the_title_of_a_file_is_found_once(index: Index) -> None:
    index.update(PAGES, [], 1)
    assert [(hit.entry.page) for hit in index.search(Query(words="logistikkanalysen", audiences=REGION)).hits] == [1]


def test_the_name_of_a_sheet_is_searched(index: Index) -> None:
    index.update([page(1, "a"), page(2, "b", label="Budsjett")], [], 1)
    (group,) = ask(index, "budsjettet").groups
    assert (group.hits[0].entry.page, group.hits[0].entry.label) == (2, "Budsjett")


def test_pages_go_away_with_one_uid(index: Index) -> None:
    index.update([*PAGES, page(1, "kai", id="pdf2"), NOTE], [], 1)
    index.update([page(1, "kai"), page(2, "ny")], ["document:pdf#*"], 2)
    assert shown(ask(index, "kai ny")) and ask(index, "kai").total == 3
    assert ask(index, "kjølelager").total == 0
    index.update([], ["document:pdf", "document:pdf#*"], 3)
    assert {group.hits[0].entry.id for group in ask(index, "kai").groups} == {"pdf2", "note"}


def test_only_what_is_named_goes_away(index: Index) -> None:
    index.update([NOTE, page(1, "kai", id="note2"), document("no", "kai")], [], 1)
    index.update([], ["document:no#*", "document:note#*", "#*", "*"], 2)
    assert ask(index, "kai").total == 3


def test_pages_of_groups_hold_everything_once(index: Index) -> None:
    index.update([page(n, "kai " * (n % 5 + 1), id=f"d{d:02}") for d in range(25) for n in range(1, 30)], [], 1)
    answers = [ask(index, "kai", offset=offset, limit=10) for offset in (0, 10, 20, 30)]
    assert [len(found.groups) for found in answers] == [10, 10, 5, 0]
    groups = [group for found in answers for group in found.groups]
    assert len({group.hits[0].entry.id for group in groups}) == 25
    assert all(group.size() == 29 for group in groups)
    assert {(found.total, found.groups_total) for found in answers} == {(25 * 29, 25)}


def test_one_long_file_does_not_push_the_others_away(index: Index) -> None:
    index.update([*(page(n, "kai og kjølelager") for n in range(1, 700)), NOTE], [], 1)
    assert [group[0] for group in shown(ask(index, "kjølelager kai"))] == ["pdf", "note"]


def test_comments_can_be_gathered_under_their_document(index: Index) -> None:
    comment = document("c", "Notat", "Enig om kai", kind="comment", source="", parent="note", group="note")
    index.update([NOTE, comment], [], 1)
    found = ask(index, "kai")
    assert [len(group.hits) for group in found.groups] == [2]


# -- Facets --


def test_a_facet_is_counted_with_the_choices_of_the_others(index: Index) -> None:
    index.update(
        [
            document("a", "Kai", source="analysis", tags=("havn", "fisk, og annet"), date="2026-01-02", language="nb"),
            document("b", "Kai", source="note", tags=("havn",), date="2025", language="nn", municipalities=("1", "2")),
            document("c", "Kai", source="plan", value_chain="Mat fra havet", date="26-01-01", readable=False),
        ],
        [],
        1,
    )
    found = ask(index, "kai", filters={"source": ("note", "plan"), "language": ("nn", "nb")})
    assert (found.total, found.groups[0].hits[0].entry.id) == (1, "b")
    assert found.facets["source"] == (("analysis", 1), ("note", 1))
    assert found.facets["language"] == (("nn", 1),)
    assert found.facets["tag"] == (("havn", 1),)
    everything = ask(index, "kai").facets
    assert everything["tag"] == (("havn", 2), ("fisk, og annet", 1))
    assert everything["year"] == (("2025", 1), ("2026", 1))
    assert everything["municipality"] == (("1", 1), ("2", 1))
    assert everything["value_chain"] == (("Mat fra havet", 1),)
    assert everything["unreadable"] == (("1", 1),)
    assert ask(index, "kai", filters={"tag": ("fisk, og annet",)}).total == 1
    assert ask(index, "kai", filters={"tag": ("fisk",)}).total == 0


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_a_plain_count(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    kept: dict[str, Entry] = {}
    for batch in range(4):
        new = [
            document(
                f"{chance.randrange(90)}",
                "Kai",
                source=chance.choice(["note", "plan", ""]),
                tags=tuple(chance.sample("abcd", chance.randrange(4))),
                municipalities=tuple(chance.sample("123", chance.randrange(3))),
                date=chance.choice(["", "2025-01-01", "2026-02-02"]),
                audience=chance.choice(["region", "staff"]),
                readable=chance.random() < 0.8,
            )
            for _ in range(40)
        ]
        lost = f"document:{chance.randrange(90)}"
        kept |= {entry.uid: entry for entry in new}
        kept.pop(lost, None)
        index.update([entry for entry in new if entry.uid != lost], [lost], batch)
    for _ in range(30):
        audiences = chance.choice([REGION, STAFF])
        filters = {facet: tuple(chance.sample(values, 2)) for facet, values in CHOICES if chance.random() < 0.5}
        words = chance.choice(["kai", ""])
        found = ask(index, words, audiences, filters=filters, sort="date", limit=200)
        own = [entry for entry in kept.values() if entry.audience in audiences]
        expected = {facet: Counter[str]() for facet in FACETS}
        for entry in own:
            for facet in FACETS:
                if passes(entry, {other: values for other, values in filters.items() if other != facet}):
                    expected[facet].update(_facets(entry)[facet])
        assert {facet: dict(pairs) for facet, pairs in found.facets.items()} == expected
        assert found.total == sum(passes(entry, filters) for entry in own)
        assert {group.hits[0].entry.id for group in found.groups} == {e.id for e in own if passes(e, filters)}
        assert found.held["documents"] == len(own)


CHOICES = [("source", ["note", "plan", "x"]), ("tag", list("abcd")), ("year", ["2025", "2026"])]


def passes(entry: Entry, filters: dict[str, tuple[str, ...]]) -> bool:
    return all(set(values) & set(_facets(entry)[facet]) for facet, values in filters.items())


def test_what_there_is_in_all(index: Index) -> None:
    secret = document("s", "Hemmelig", audience="staff")
    report = document("r", "Rapport", "Uten sider.", file="docx")
    index.update([*PAGES, NOTE, report, secret, document("m", "Tiltak", kind="measure", source="")], [], 1)
    assert ask(index, "kai").held == {"documents": 3, "files": 2, "pages": 19, "measures": 1}
    assert ask(index, "kai", STAFF).held["documents"] == 4


# -- Order, and everything that fits --


def test_newest_first_and_what_is_equal_in_one_order(index: Index) -> None:
    dates = {"a": "2025-05-01", "b": "", "c": "2026-01-01", "d": "2025-05-01"}
    entries = [document(id, "Kai", date=date) for id, date in dates.items()]
    index.update(entries[:2], [], 1)
    index.update(entries[2:], [], 2)
    assert ids(ask(index, "kai", gather=False, sort="date")) == ["c", "a", "d", "b"]
    assert [group[0] for group in shown(ask(index, "kai", sort="date"))] == ["c", "a", "d", "b"]
    assert ids(ask(index, "kai", gather=False)) == ["a", "b", "c", "d"]


def test_without_words_everything_that_fits_is_shown_once(index: Index) -> None:
    scanned = page(1, "", id="scan", readable=False)
    index.update([*PAGES, NOTE, scanned], [], 1)
    assert [group[0] for group in shown(ask(index, filters={"unreadable": ("1",)}))] == ["scan"]
    found = ask(index, sort="date")
    assert sorted(shown(found)) == [("note", [0], [], 0), ("pdf", [1], [], 0), ("scan", [1], [], 0)]
    assert found.total == 3
    assert ask(index).total == 0


def test_words_that_say_nothing_do_not_show_everything(index: Index) -> None:
    index.update([NOTE], [], 1)
    assert ask(index, "og", sort="date").total == 0
    assert ask(index, "?", filters={"kind": ("document",)}).total == 0


def test_what_was_withdrawn_takes_no_part(index: Index) -> None:
    comment = document("c", "Notat", "kai", kind="comment", source="", parent="note")
    index.update([*PAGES, NOTE, comment], [], 1)
    found = ask(index, "kai", without=("note",))
    assert [group[0] for group in shown(found)] == ["pdf"]
    assert found.facets["kind"] == (("document", 18),)
    assert ask(index, "kai", without=("note", "pdf")).total == 0
    assert index.search(Query(words="litt", audiences=REGION, without=("note",))).total == 0


# -- Who may find what --

QUESTIONS: list[dict[str, object]] = [
    {"words": "kai"},
    {"words": "kai hemmelighet Skarsund"},
    {"words": "hemmelighet"},
    {"words": "kai", "sort": "date"},
    {"words": "", "sort": "date"},
    {"words": "", "filters": {"tag": ("hemmelig",)}},
    {"words": "kai", "filters": {"year": ("1999",), "kind": ("document",)}},
    {"words": "kaihemmelighet", "inside": True},
    {"words": "ihemm", "inside": True},
]


def secrets() -> list[Entry]:
    more: dict[str, object] = {"audience": "staff", "date": "1999-01-01", "municipalities": ("99",)}
    more |= {"tags": ("hemmelig",), "value_chain": "Hemmelig kjede", "language": "en", "source": "interview"}
    pages = [page(n, "kaihemmelighet kai hemmelighet " * n, id="secret", **more) for n in range(1, 15)]
    return [*pages, *(document(f"s{n}", "Kaihemmelighet", "kai Skarsund " * n, **more) for n in range(20))]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
@pytest.mark.parametrize("gather", [True, False])
def test_nothing_tells_of_what_is_for_others(
    open_index: Callable[..., Index], question: dict[str, object], gather: bool
) -> None:
    without, with_secrets = open_index("a"), open_index("b")
    chance = random.Random(5)
    open_to_all = [document(f"d{n}", f"Notat {n % 3}", "kai Skarsund " * (n % 7)) for n in range(60)]
    chance.shuffle(open_to_all)
    for at in range(0, 60, 6):
        without.update(open_to_all[at : at + 6], [], at)
        with_secrets.update([*open_to_all[at : at + 6], *secrets()[at // 2 :]], [], at)
    assert timeless(ask(without, gather=gather, **question)) == timeless(ask(with_secrets, gather=gather, **question))
    assert ask(with_secrets, audiences=STAFF, **question).total > 0


def test_what_was_for_all_and_is_now_for_staff_is_in_no_count(index: Index) -> None:
    entry = document("x", "Kaihemmelighet", tags=("hemmelig",), date="1999-01-01")
    index.update([NOTE, entry], [], 1)
    before = ask(index, "kai")
    index.update([msgspec.structs.replace(entry, audience="staff")], [], 2)
    assert ask(index, "hemmelighet", sort="date").total == 0
    assert dict(ask(index, "kai").facets["tag"]) == {}
    assert before.groups_total == ask(index, "kai").groups_total
    assert index.titles(Query(words="kaihem", audiences=REGION)) == ()
    assert index.spelling(Query(words="kaihemmelighett", audiences=REGION)).meant == ""


def test_the_order_of_equals_does_not_depend_on_how_the_index_was_put_together(
    open_index: Callable[..., Index],
) -> None:
    entries = [document(f"d{n}", "Kai", "Skarsund") for n in range(50)]
    at_once, bit_by_bit = open_index("a"), open_index("b")
    at_once.update(entries, [], 1)
    random.Random(3).shuffle(entries)
    for number in range(0, 50, 7):
        bit_by_bit.update(entries[number : number + 7], [], number)
    for limit in (3, 10, 49):
        one, other = (
            index.search(Query(words="kai", audiences=REGION, limit=limit)) for index in (at_once, bit_by_bit)
        )
        assert ids(one) == ids(other)
