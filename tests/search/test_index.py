"""The contract of an index, with entries made by hand; every test runs on each adapter."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import msgspec
import pytest

from workspace.errors import NotFound
from workspace.search import analysis, asking
from workspace.search.port import Entry, Found, Index, Indexes, Query

REGION, STAFF = ("region",), ("region", "staff")


def document(id: str, title: str, text: str = "", **more: object) -> Entry:
    fields: dict[str, object] = {"kind": "document", "source": "note", "audience": "region"} | more
    return Entry(uid=f"{fields['kind']}:{id}", id=id, ref=id, title=title, text=text, **fields)


HARBOUR = document("harbour", "Kapasitet i havnene", "Ledig kai i Skarsund. Et felles kjølelager er mulig.")
TOURISM = document("tourism", "Reiseliv", "Reiselivsbedriftene vil ha lengre sesong.", source="analysis")
SECRET = document("secret", "Intervju om kjølelager", "Kjølelager, kai og hemmelighet.", audience="staff")


def ask(index: Index, words: str, audiences: tuple[str, ...] = REGION, **more: object) -> Found:
    return index.search(Query(words=words, audiences=audiences, counts=True, **more))


def ids(found: Found) -> list[str]:
    return [hit.entry.id for hit in found.hits]


def timeless(found: Found) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(found, ms=0.0))


# -- Finding --


def test_a_new_index_has_seen_nothing_and_finds_nothing(index: Index) -> None:
    assert index.seen() == -1
    assert ask(index, "kai").hits == ()
    assert not ask(index, "kai").behind


def test_what_was_put_in_is_found_by_other_forms_of_its_words(index: Index) -> None:
    index.update([HARBOUR, TOURISM], [], 2)
    assert ids(ask(index, "kjølelageret")) == ["harbour"]
    assert ids(ask(index, "reiselivsbedrift")) == ["tourism"]
    assert index.seen() == 2


def test_a_hit_is_the_entry_with_its_best_passage(index: Index) -> None:
    index.update([HARBOUR], [], 1)
    (hit,) = ask(index, "kaien").hits
    assert hit.entry == msgspec.structs.replace(HARBOUR, text="", group="harbour")
    assert [text for text, is_match in hit.passage if is_match] == ["kai"]
    assert hit.score > 0


def test_a_hit_knows_the_block_its_passage_begins_in(index: Index) -> None:
    text = "Innledning.\nNoe om kaien.\nTil slutt."
    index.update([document("d", "Havn", text, anchors=((0, "b-1"), (12, "b-2"), (26, "b-3")))], [], 1)
    assert [ask(index, words).hits[0].anchor for words in ("innledning", "kai", "slutt")] == ["b-1", "b-2", "b-3"]


def test_more_of_the_words_is_better(index: Index) -> None:
    many = [document(f"d{number}", "Notat", "kai " * (number + 1)) for number in range(20)]
    index.update([*many, HARBOUR], [], 1)
    assert ids(ask(index, "kjølelager ved kaien i Skarsund"))[0] == "harbour"


def test_the_title_counts_but_does_not_outweigh_the_text(index: Index) -> None:
    body = document("body", "Notat", "Kjølelager ved kai i Skarsund")
    title = document("title", "Kai", "Helt andre ting om fjell og skog")
    index.update([title, body], [], 1)
    assert ids(ask(index, "kai")) == ["title", "body"]
    assert ids(ask(index, "kjølelager kai")) == ["body", "title"]


def test_what_has_a_parent_is_found_by_its_own_text_alone(index: Index) -> None:
    comment = document("c1", "Kapasitet i havnene", "Enig.", kind="comment", source="", parent="harbour")
    index.update([HARBOUR, comment], [], 1)
    assert ids(ask(index, "kapasitet")) == ["harbour"]
    assert ids(ask(index, "enige")) == ["c1"]


def test_words_in_quotation_marks_narrow(index: Index) -> None:
    index.update([document("far", "A", "felles bruk av et kjølelager"), HARBOUR], [], 1)
    assert len(ids(ask(index, "felles kjølelager"))) == 2
    assert ids(ask(index, '"felles kjølelager"')) == ["harbour"]
    assert ids(ask(index, '"felles kjølelager" bruk')) == ["harbour"]
    assert ids(ask(index, "+bruk kjølelager")) == ["far"]
    assert ask(index, '"felles hemmelighet"').total == 0


def test_kind_and_source_narrow_and_all_are_counted(index: Index) -> None:
    comment = document("c1", "Havn", "kai", kind="comment", source="", parent="harbour")
    index.update([HARBOUR, document("a", "Kai", source="analysis"), comment], [], 1)
    found = ask(index, "kai", filters={"kind": ("document",), "source": ("analysis",)})
    assert (ids(found), found.total) == (["a"], 1)
    assert found.facets["kind"] == (("document", 1),)
    assert found.facets["source"] == (("analysis", 1), ("note", 1))
    assert ask(index, "kai").facets["kind"] == (("document", 2), ("comment", 1))
    assert ask(index, "kai", filters={"kind": ("measure",)}).total == 0


def test_narrowing_and_counts_follow_each_commit(index: Index) -> None:
    index.update([HARBOUR], [], 1)
    assert ids(ask(index, "kai", filters={"source": ("note",)})) == ["harbour"]
    index.update([document("quay", "Kai"), document("a", "Kai", source="analysis")], ["document:harbour"], 2)
    found = ask(index, "kai", filters={"source": ("note",)})
    assert (ids(found), found.facets["source"]) == (["quay"], (("analysis", 1), ("note", 1)))


def test_pages_hold_everything_once(index: Index) -> None:
    index.update([document(f"{number:02}", "Kai", f"nummer {number}") for number in range(25)], [], 1)
    pages = [ask(index, "kai", offset=offset, limit=10) for offset in (0, 10, 20, 30)]
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert {page.total for page in pages} == {25}
    assert len({hit.entry.id for page in pages for hit in page.hits}) == 25


def fits(entry: Entry, typed: str, audiences: tuple[str, ...], kind: str, source: str) -> bool:
    """Whether an entry is to be found: the plainest way to say it."""
    if entry.audience not in audiences or (kind and entry.kind != kind) or (source and entry.source != source):
        return False
    question = asking.read(typed)
    stems = [word.stem for word in analysis.words(f"{entry.title}\n{entry.title}\n{entry.text}")]
    rows = [any(list(row) == stems[at : at + len(row)] for at in range(len(stems))) for row in question.required]
    return all(rows) and (bool(rows) or bool(set(stems) & set(question.wanted)))


@pytest.mark.parametrize("seed", range(3))
def test_all_that_fits_is_found_and_the_best_few_are_the_first_of_all(index: Index, seed: int) -> None:
    """Whoosh takes short cuts past hits of low score, and some of those are wrong."""
    chance = random.Random(seed)
    vocabulary = [f"ord{first}{second}" for first in "bdfgk" for second in "aouyø"]
    weights = [1 / number for number in range(1, 26)]
    kept: dict[str, Entry] = {}

    def words(count: int) -> str:
        return " ".join(chance.choices(vocabulary, weights, k=count))

    for batch in range(3):
        new = [
            document(
                f"{batch}-{number}",
                words(2),
                words(chance.choice([3, 20, 60])),
                kind=chance.choice(["document", "measure"]),
                source=chance.choice(["", "note", "plan"]),
                audience=chance.choice(["region", "region", "staff"]),
            )
            for number in range(120)
        ]
        lost = f"document:0-{chance.randrange(120)}"
        kept.pop(lost, None)
        kept |= {entry.uid: entry for entry in new if entry.uid != lost}
        index.update([entry for entry in new if entry.uid != lost], [lost], batch)
    for _ in range(60):
        typed = " ".join(chance.choice(["", "", "+"]) + words(1) for _ in range(chance.choice([1, 2, 4, 8])))
        typed += chance.choice(["", "", f' "{words(2)}"', f' "{words(3)}"'])
        kind, source = chance.choice(["", "measure"]), chance.choice(["", "note"])
        audiences = chance.choice([REGION, STAFF])
        filters = {"kind": (kind,) if kind else (), "source": (source,) if source else ()}
        few, all_ = (ask(index, typed, audiences, limit=limit, filters=filters) for limit in (5, 1000))
        assert few.hits == all_.hits[:5], typed
        expected = {entry.id for entry in kept.values() if fits(entry, typed, audiences, kind, source)}
        assert set(ids(all_)) == expected, typed
        assert few.total == all_.total == len(expected), typed
        assert sum(count for _kind, count in all_.facets["kind"]) == sum(
            fits(entry, typed, audiences, "", source) for entry in kept.values()
        )


def test_text_in_decomposed_letters_is_found(index: Index) -> None:
    index.update([document("d", "Ba\u030at", "i fjorden")], [], 1)
    assert ids(ask(index, "båt")) == ["d"]


# -- Who may find what --


def test_what_is_for_staff_is_found_by_staff_only(index: Index) -> None:
    index.update([HARBOUR, SECRET], [], 2)
    assert ids(ask(index, "kjølelager hemmelighet")) == ["harbour"]
    assert set(ids(ask(index, "kjølelager hemmelighet", STAFF))) == {"harbour", "secret"}
    assert ask(index, "hemmelighet").total == 0
    assert ask(index, "hemmelighet", ()).total == 0


@pytest.mark.parametrize(
    "words", ["kai", "kjølelager kai Skarsund", "hemmelighet", '"felles kjølelager"', "+kai sesong"]
)
def test_a_reader_gets_the_same_whether_or_not_a_document_for_staff_exists(
    open_index: Callable[..., Index], words: str
) -> None:
    without, with_secret = open_index("a"), open_index("b")
    open_to_all = [HARBOUR, TOURISM, *(document(f"d{n}", "Notat", f"kai {n} felles " * n) for n in range(30))]
    without.update(open_to_all, [], 1)
    secrets = [document(f"s{n}", "Kjølelager", "kai felles hemmelighet " * n, audience="staff") for n in range(30)]
    with_secret.update([*secrets[:10], SECRET, *open_to_all, *secrets[10:]], [], 1)
    assert timeless(ask(without, words)) == timeless(ask(with_secret, words))
    assert ask(with_secret, "hemmelighet", STAFF).total > 0


def test_a_document_that_becomes_one_for_staff_is_gone_for_readers(index: Index) -> None:
    index.update([HARBOUR], [], 1)
    index.update([msgspec.structs.replace(HARBOUR, audience="staff")], [], 2)
    assert ask(index, "kai").total == 0
    assert ask(index, "kai", STAFF).total == 1


def test_scores_do_not_depend_on_how_the_index_was_put_together(open_index: Callable[..., Index]) -> None:
    entries = [HARBOUR, TOURISM, *(document(f"d{n}", f"Sak {n}", f"kai {n} sesong " * n) for n in range(60))]
    at_once, bit_by_bit = open_index("a"), open_index("b")
    at_once.update(entries, [], 1)
    random.Random(7).shuffle(entries)
    for number in range(0, len(entries), 9):
        bit_by_bit.update(entries[number : number + 9], [], number)
    for words in ("kai sesong", "kjølelager kai Skarsund", "sak sesong kai felles"):
        one, other = (ask(index, words, limit=100) for index in (at_once, bit_by_bit))
        assert {hit.entry.id: hit.score for hit in one.hits} == pytest.approx(
            {hit.entry.id: hit.score for hit in other.hits}
        )


# -- Changing --


def test_an_entry_put_in_again_replaces_the_old_one(index: Index) -> None:
    index.update([HARBOUR], [], 1)
    index.update([document("harbour", "Nytt navn", "Bare fjell")], [], 2)
    assert ask(index, "kai").total == 0
    assert ids(ask(index, "fjell")) == ["harbour"]


def test_entries_go_away(index: Index) -> None:
    index.update([HARBOUR, TOURISM], [], 2)
    index.update([], ["document:harbour", "document:never-was"], 3)
    assert ask(index, "kai").total == 0
    assert ask(index, "reiseliv").total == 1
    assert index.seen() == 3


def test_clear_makes_it_empty(index: Index) -> None:
    index.update([HARBOUR], [], 1)
    index.clear()
    assert index.seen() == -1
    assert ask(index, "kai").total == 0
    index.update([TOURISM], [], 1)
    assert ask(index, "reiseliv").total == 1


def test_it_is_there_after_a_restart(open_index: Callable[..., Index]) -> None:
    open_index().update([HARBOUR], [], 7)
    again = open_index()
    assert again.seen() == 7
    assert ids(ask(again, "kai")) == ["harbour"]


def test_one_who_reads_beside_the_writer_sees_each_commit(open_index: Callable[..., Index]) -> None:
    reader = open_index(readonly=True)
    assert (reader.seen(), ask(reader, "kai").behind) == (-1, True)
    writer = open_index()
    writer.update([HARBOUR], [], 1)
    assert (reader.seen(), ids(ask(reader, "kai"))) == (1, ["harbour"])
    writer.update([], ["document:harbour"], 2)
    assert (reader.seen(), ids(ask(reader, "kai"))) == (2, [])


def test_one_who_reads_beside_the_writer_sees_an_index_made_anew(open_index: Callable[..., Index]) -> None:
    reader, writer = open_index(readonly=True), open_index()
    writer.update([HARBOUR], [], 1)
    assert ids(ask(reader, "kai")) == ["harbour"]
    writer.clear()
    writer.update([TOURISM], [], 1)
    assert ids(ask(reader, "kai")) == []


def test_many_search_while_one_writes(index: Index) -> None:
    index.update([HARBOUR], [], 0)
    wrong: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            found = ask(index, "kai Skarsund")
            if "harbour" not in ids(found) or found.behind:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 12):
        index.update([document(f"d{number}", "Notat", "kai " * number)], [], number)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert index.seen() == 11


# -- What goes wrong --


def test_a_fault_of_ours_does_not_cost_the_index(
    index: Index, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    index.update([HARBOUR], [], 1)

    def broken(*_: object, **__: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr("workspace.search.queries.wanted", broken)
        found = ask(index, "kai")
    assert (found.total, found.behind) == (0, True)
    assert "search failed" in caplog.text
    assert (index.seen(), ids(ask(index, "kai"))) == (1, ["harbour"])


def test_another_analysis_starts_from_nothing(
    open_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_index().update([HARBOUR], [], 1)
    monkeypatch.setattr("workspace.search.schema.FORMAT", "another")
    assert open_index().seen() == -1


def test_the_fingerprint_changes_with_the_stop_list(monkeypatch: pytest.MonkeyPatch) -> None:
    before = analysis.fingerprint()
    monkeypatch.setattr(analysis, "STOP", analysis.STOP | {"kai"})
    assert analysis.fingerprint() != before


@pytest.mark.parametrize("slug", ["", ".", "..", "a/b", "../house", ".hidden"])
def test_a_name_that_is_no_region_has_no_index(open_indexes: Callable[[], Indexes], slug: str) -> None:
    with pytest.raises(NotFound):
        open_indexes().region(slug)


# -- Hostile questions --

HOSTILE = [
    "*", "a*b*c*", '"', '""', "((((", "~9", "kai~9", "[0000 TO 0001]", "date:0000-00-00", "\x00\x01", "+" * 200,
    '"' * 199, "kai OR " * 2000, "a" * 10_000, "🙂🙂🙂", "\ud7ff", "-- ' OR 1=1; drop table", "%s %(x)s {0}", "«»“”",
    " ".join(f"ord{number}" for number in range(10_000)), '"kai ' * 1000, "+kai " * 1000, "\u202e\u200b kai",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_questions_get_an_answer(index: Index, words: str) -> None:
    index.update([HARBOUR, TOURISM], [], 1)
    found = ask(index, words)
    assert not found.behind
    assert index.seen() == 1
