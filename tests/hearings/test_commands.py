"""`workspace hearings report`: the files it writes, and what it says when it can't."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import REGION
from tests.running import command
from workspace import assembly
from workspace.access import operator
from workspace.comments import service as comments
from workspace.config import Config
from workspace.documents import service as documents
from workspace.hearings import life
from workspace.parts import now
from workspace.regions import service as regions


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str, str]:
    """An instance folder with a hearing: (the folder, the document's id, the hearing's)."""
    workspace = assembly.open_workspace(Config(instance=tmp_path / "instance", secret_key="x" * 40))
    regions.create_region(workspace, operator(), REGION, "Skarfjord", {"9001": "Havnsund"}, demo=True)
    actor = operator(REGION)
    document = documents.create(workspace, actor, title="Plan", kind="plan", text="Et avsnitt.")
    comments.open_thread(workspace, actor, document.id, 1, "En kommentar")
    hearing = life.create(workspace, actor, document.id, 1, title="Høring", closes=now() + timedelta(days=9))
    life.open_hearing(workspace, actor, hearing.id)
    workspace.indexes.close()
    workspace.stores.close()
    return tmp_path / "instance", document.id, hearing.id


@pytest.mark.parametrize(("form", "starts"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_a_report_is_written(made: tuple[Path, str, str], tmp_path: Path, form: str, starts: bytes) -> None:
    instance, document, hearing = made
    for number, of in enumerate((document, hearing)):
        out = tmp_path / f"{number}.{form}"
        done = command(instance, "hearings", "report", REGION, of, "--format", form, "--by", "party", "--out", str(out))
        assert (done.returncode, done.stdout.strip()) == (0, f"{out}: 1 rows")
        assert out.read_bytes().startswith(starts)


def test_what_is_not_there_or_can_not_be_written_is_said_in_a_line(made: tuple[Path, str, str], tmp_path: Path) -> None:
    instance, document, _hearing = made
    out = ["--out", str(tmp_path / "ut.pdf")]
    for args, code in (
        ([REGION, "finnesikke", *out], 3),
        (["nabo", document, *out], 3),
        ([REGION, document, "--out", str(tmp_path / "finnes" / "ikke.pdf")], 3),
        ([REGION, document, *out, "--by", "tull"], 2),
        ([REGION, document], 2),
    ):
        refused = command(instance, "hearings", "report", *args)
        assert refused.returncode == code, args
        assert "Traceback" not in refused.stderr
        assert code == 2 or len(refused.stderr.strip().splitlines()) == 1
