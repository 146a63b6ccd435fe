"""The load test in small: a few people, a few seconds, one kill; everything there can be explained."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.histories.record import load as load_record
from tests.installations import close, embedded, open_workspace
from tests.scaled import load
from tests.scaled.pages import round_of
from tests.scaled.seed import seed


def test_a_kill_amid_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with embedded(tmp_path) as settings:
        workspace = open_workspace(settings)
        plan = seed(workspace, 8)
        close(workspace)
    path = tmp_path / "plan.json"
    path.write_bytes(msgspec.json.encode(plan))
    words = [str(path), "--serve", settings["WORKSPACE_INSTANCE"], "--kill", "1", "--clients", "8", "--seconds", "8"]
    code = load.main([*words, "--pause", "0.2"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "the same; 0 faults" in said and "killed; ready again" in said
    assert {one.op for one in load_record(tmp_path / "record.jsonl")} == {"answer", "comment", "close", "read"}


def test_a_page_that_is_no_board_is_not_taken_for_one() -> None:
    with pytest.raises(ValueError, match="not the page of a round"):
        round_of("<h1>Noe gikk galt</h1>", {})
