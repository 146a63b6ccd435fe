"""The benchmark of anchors: what it prints, that it tells when a passage is placed wrongly, and that edits are fair."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.benchmarks.conftest import Bench
from workspace import cli
from workspace.benchmarks import edited_texts
from workspace.comments.anchoring import KEPT, Difference, Found, Spot

SAID = [
    "Fylket eier veien mellom bygdene og rydder den hver vinter. Kaien i Skarsund er bygd av stein.",
    "Lageret ved flyplassen leies ut til fiskere fra hele kysten. Ferja går hver time om sommeren.",
    "Biblioteket holder åpent på lørdager når skolen har fri. Lysløypa er lang og går gjennom skogen.",
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = sys.modules["workspace.benchmarks.anchors"]  # in the package that name is the command
    monkeypatch.setattr(module, "WORDS", 400)
    monkeypatch.setattr(module, "THREADS", 20)
    texts = [f"{text} Dette er avsnitt {number} av mange i planen." for number in range(8) for text in SAID]
    files = {
        edited_texts.PARAGRAPHS: [{"text": text} for text in texts],
        edited_texts.PARALLEL: [{"nb": text, "nn": text.replace("er ", "ar ")} for text in SAID],
    }
    for name, rows in files.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


def test_each_set_says_what_was_placed_and_how(bench: Bench, data: Path) -> None:
    lines, warned = bench("anchors", "--data", str(data))
    found = {line["set"]: line for line in lines}
    assert set(found) == {"pairs", "nb to nn", "nb to nn, one in four", "ud", "long document"}
    for name, line in found.items():
        shares = sum(line[how] for how in ("kept", "changed", "moved", "removed"))
        assert shares == pytest.approx(1, abs=0.001)
        assert name == "long document" or line["WRONG"] == 0
    assert found["pairs"]["threads"] >= 60
    assert found["nb to nn"]["changed"] > 0
    assert found["long document"]["threads"] == 20
    assert edited_texts.LAWS in warned and edited_texts.QUESTIONS in warned


def test_a_passage_placed_wrongly_ends_it_with_1(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Difference, "place", lambda _self, _spot: Found(KEPT, Spot(0, 1, 0, 5)))
    cli.load_commands()
    result = CliRunner().invoke(cli.workspace, ["bench", "anchors", "--data", str(data), "--json"])
    assert result.exit_code == 1
    assert any(json.loads(line).get("WRONG") for line in result.stdout.splitlines())


def test_the_truth_of_edited_texts_is_what_stands_there(data: Path) -> None:
    sets, _missing = edited_texts.read(data)
    [each] = sets["ud"]
    gone = each.were.keys() - each.are.keys()
    same = [name for name in each.are if name in each.were and each.before.text_of(each.were[name])
            == each.after.text_of(each.are[name])]  # fmt: skip
    assert gone and len(same) > len(each.were) / 2
    again, _missing = edited_texts.read(data)
    assert again["ud"][0].are == each.are
