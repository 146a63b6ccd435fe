"""The awkward files of the shared data, as an operator brings them in: each accounted for, and found by its words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REGION
from tests.extraction import nasty
from workspace.access import operator
from workspace.documents.model import Document
from workspace.files import importing
from workspace.parts import Workspace
from workspace.search import service as search

AWKWARD = Path(__file__).parents[2].parent / "shared" / "data" / "import"


def words_of(entry: dict[str, Any]) -> list[str]:
    """Three telling words of what others read from the file; the last of a text may be cut off."""
    reference = entry["reference"]
    text = reference.get("text") or " ".join(" ".join(row) for row in reference.get("first", []))
    if entry["file"].endswith((".rtf", ".csv")):
        text = " ".join(re.findall(r"(?<!\\)\b[A-Z][a-z]{4,}\b", text.replace("Calibri", "")))
    found = [word for word in re.findall(r"[^\W\d_]{4,}", text) if word != "None"]
    return sorted(dict.fromkeys(found[:-1] or found), key=len, reverse=True)[:3]


@pytest.mark.skipif(not AWKWARD.is_dir(), reason="the shared data is not here")
def test_every_file_is_accounted_for_and_found_by_its_words(workspace: Workspace) -> None:
    manifest = json.loads((AWKWARD / "manifest.json").read_text())
    actor = operator(REGION)
    outcomes = {}
    for entry in manifest:
        path = AWKWARD / entry["file"]
        [report] = importing.bring_in(workspace, actor, path, entry["file"], "analysis", None)
        outcomes[entry["file"]] = report.outcome
    assert len(outcomes) == 29
    assert {name for name, outcome in outcomes.items() if outcome == "refused"} == {"testWORD.doc"}
    looked_for = 0
    for entry in manifest:
        if outcomes[entry["file"]] != "imported":
            continue
        for word in words_of(entry):
            looked_for += 1
            found = search.search(workspace, actor, word, limit=30)
            assert entry["file"] in {hit.entry.ref for hit in found.hits}, (entry["file"], word)
    assert looked_for > 40


def test_files_made_to_harm_are_accounted_for_too(tmp_path: Path, workspace: Workspace) -> None:
    outcomes = {}
    for at, (case, (name, make, _state)) in enumerate(nasty.FILES.items()):
        if case in {"zip bomb", "a million rows", "a stream of a gigabyte", "html 100 000 deep"}:
            continue  # slow to make, and looked at where files are read
        path = tmp_path / f"{at}{Path(name).suffix}"
        path.write_bytes(make())
        [report] = importing.bring_in(workspace, operator(REGION), path, path.name, "note", None)
        outcomes[case] = report
        assert report.outcome in {"imported", "stored", "refused"} and (report.reason or report.outcome == "imported")
    kept = {document.ref for document in workspace.region(REGION).view().find(Document)}
    assert kept == {report.ref for report in outcomes.values() if report.outcome != "refused"}
    assert len(outcomes) >= 30
