"""`workspace bench search`: its query sets and the shape of what it prints, on a few texts in the same format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from workspace import cli
from workspace.benchmarks import query_sets
from workspace.search.port import Entry
from workspace.store.port import StoreRefused

PASSAGES = [
    ("p1", "Havna i Skarsund", "Felles kjølelager ved kaien gir plass til mer fisk."),
    ("p2", "Reiselivet", "Sesongen er kort, og bedriftene mangler ansatte om vinteren."),
]
QUESTIONS = [
    ("q1", "Hvor er det et kjølelager?", "p1"),
    ("q2", "Når mangler bedriftene ansatte?", "p2"),
    ("q3", "Helikopterplass", "p2"),
]
PAIRS = [
    ("par-1", "Virksomheten søker tillatelse til utbygging.", "Verksemda søkjer løyve til utbygging."),
    ("par-2", "Skolen åpner høsten etter.", "Skulen opnar hausten etter."),
    ("par-3", "Det samme.", "Det same."),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    norquad = [
        *(
            {"type": "passage", "id": id, "source": "news", "title": title, "text": text}
            for id, title, text in PASSAGES
        ),
        *({"type": "question", "id": id, "text": text, "relevant": [passage]} for id, text, passage in QUESTIONS),
    ]
    sections = [
        {"heading": "Innledning", "text": "ord " * 80 + "\n" + "flere " * 80},
        {"heading": None, "text": "Slutt."},
    ]
    write(tmp_path / query_sets.NORQUAD, norquad)
    write(tmp_path / query_sets.PARALLEL, [{"id": id, "nb": nb, "nn": nn} for id, nb, nn in PAIRS])
    write(tmp_path / "lovtidend_2025.jsonl", [{"id": "lov", "lang": "nb", "title": "Lov", "sections": sections}])
    write(tmp_path / "ud_paragraphs.jsonl", [{"id": "ud", "lang": "nn", "text": "Eit avsnitt."}])
    return tmp_path


def write(path: Path, lines: list[dict[str, object]]) -> None:
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")


def refs(entries: list[Entry]) -> list[str]:
    return [entry.ref for entry in entries]


def test_three_sets_and_the_files_that_are_missing(data: Path) -> None:
    (alone, among_many, across), missing = query_sets.read(data)
    assert missing == ["gov_ndt.jsonl"]
    assert sorted(refs(alone.entries)) == ["p1", "p2"]
    expected = {"p1", "p2", "lov#1", "lov#2", "lov#3", "ud"} | {f"par-{at}-{nn}" for at in "123" for nn in ("nb", "nn")}
    assert set(refs(among_many.entries)) == expected
    assert among_many.questions == alone.questions
    assert sorted(refs(across.entries)) == ["par-1", "par-2", "par-3"]


def test_the_order_in_which_texts_are_put_in_is_mixed_and_always_the_same(data: Path) -> None:
    first, second = (query_sets.read(data)[0][1].entries for _time in range(2))
    assert refs(first) == refs(second) != sorted(refs(first))


def test_hard_questions_hold_no_word_of_the_sentence_they_look_for(data: Path) -> None:
    across = query_sets.read(data)[0][2]
    assert {question.id: question.text for question in across.questions} == {
        "par-1": "virksomheten søker tillatelse",
        "par-2": "skolen åpner høsten",
    }


def test_halves_are_of_like_size_and_a_question_is_always_in_the_same() -> None:
    halves = [query_sets.Question(f"q{number}", "", frozenset()).half for number in range(1000)]
    assert 400 < halves.count("a") < 600
    assert halves[:8] == [query_sets.Question(f"q{number}", "", frozenset()).half for number in range(8)]


def bench(data: Path, *words: str) -> tuple[list[dict[str, object]], str]:
    cli.load_commands()
    result = CliRunner().invoke(cli.workspace, ["bench", "search", "--data", str(data), "--json", *words])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_each_set_is_measured(data: Path) -> None:
    sets, errors = bench(data)
    assert [(one["set"], one["passages"], one["questions"]) for one in sets] == [
        ("norquad", 2, 3),
        ("norquad among many", 12, 3),
        ("bokmål asks nynorsk", 3, 2),
    ]
    assert errors == "not there, so left out: gov_ndt.jsonl\n"
    for one in sets:
        shares = [one[name] for name in ("recall_1", "recall_5", "recall_10", "mrr_10")]
        assert all(isinstance(share, float) and 0 <= share <= 1 for share in shares)
        assert {"recall_1_half_a", "recall_1_half_b", "p50_ms", "p95_ms", "build_s", "index_mb"} <= set(one)
    assert (sets[0]["recall_1"], sets[0]["mrr_10"]) == (0.6667, 0.6667)
    assert sets[2]["recall_1"] == 1.0


def test_quick_asks_fewer(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspace.benchmarks.retrieval.QUICK", 2)
    assert [one["questions"] for one in bench(data, "--quick")[0]] == [2, 2, 2]


def test_without_any_file_it_says_so(tmp_path: Path) -> None:
    sets, errors = bench(tmp_path)
    assert sets == []
    assert errors.count("not there") == len((query_sets.NORQUAD, *query_sets.PADDING))


def test_a_database_is_measured_beside_the_embedded_one_with_the_same_answers(
    data: Path, database_url: str, ask_database: Callable[..., list[tuple[object, ...]]]
) -> None:
    sets, _errors = bench(data, "--database-url", database_url)
    assert [(one["engine"], one["set"]) for one in sets[:2]] == [("embedded", "norquad"), ("postgresql", "norquad")]
    assert len(sets) == 6
    for embedded, other in zip(sets[::2], sets[1::2], strict=True):
        differ = {name for name in embedded if embedded[name] != other[name]}
        assert differ <= {"engine", "p50_ms", "p95_ms", "build_s", "index_mb"}
        assert other["index_mb"] > 0
    assert ask_database("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'scratch%%'") == []


def test_a_database_that_can_not_be_used_is_refused_without_its_address(data: Path) -> None:
    for address in ("postgresql://me:hemmelig@127.0.0.1:1/x", "hemmelig og mer"):
        cli.load_commands()
        words = ["bench", "search", "--data", str(data), "--database-url", address]
        result = CliRunner().invoke(cli.workspace, words)
        assert isinstance(result.exception, StoreRefused)
        assert "hemmelig" not in str(result.exception) + result.output
