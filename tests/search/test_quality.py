"""Retrieval quality on real Norwegian questions (NorQuAD), where the data is at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workspace.search.port import Entry, Query
from workspace.search.whoosh import WhooshIndexes

DATA = Path(__file__).parents[3] / "shared" / "data" / "norquad_dev.jsonl"


@pytest.mark.skipif(not DATA.is_file(), reason="retrieval quality not measured: no ../shared/data/norquad_dev.jsonl")
def test_nine_of_ten_questions_have_their_passage_first(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    passages = [row for row in rows if row["type"] == "passage"]
    index = WhooshIndexes(tmp_path).region("norquad")
    index.update(
        [
            Entry(
                uid=f"document:{row['id']}",
                kind="document",
                id=row["id"],
                ref=row["id"],
                title=row["title"],
                text=row["text"],
                audience="region",
            )
            for row in passages
        ],
        [],
        1,
    )
    questions = [row for row in rows if row["type"] == "question"][::10]
    first = among_ten = 0
    for row in questions:
        found = index.search(Query(words=row["text"], audiences=("region",), passages=False))
        refs = [hit.entry.ref for hit in found.hits]
        first += bool(set(refs[:1]) & set(row["relevant"]))
        among_ten += bool(set(refs) & set(row["relevant"]))
    assert len(questions) == 222
    assert first / len(questions) >= 0.89
    assert among_ten / len(questions) >= 0.98
