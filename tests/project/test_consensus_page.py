"""docs/consensus.md names a test for every sentence of the specification; each is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "consensus.md").read_text(encoding="utf-8").splitlines()
ROWS = [line for line in PAGE if line.startswith("| ") and line != "| sentence | test |"]
NAMED = [(row.split("|")[1].strip(), re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", row)) for row in ROWS]


@pytest.mark.parametrize(("sentence", "tests"), NAMED, ids=[sentence for sentence, _tests in NAMED])
def test_every_sentence_has_a_test_that_is_there(sentence: str, tests: list[tuple[str, str]]) -> None:
    assert tests, sentence
    for path, name in tests:
        source = (ROOT / "tests" / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in source, f"{path} has no {name}"


def test_the_page_is_about_the_whole_specification() -> None:
    assert len(NAMED) >= 90
