"""Text that is made to break something, as comments (torture list 7, 10 and 22; 51 is in test_life_routes)."""

from __future__ import annotations

import email
import json
import unicodedata
import zipfile
from collections.abc import Callable
from email.policy import default
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, REGION, ROLF, csrf_of
from workspace.access import Actor
from workspace.comments import service, writing
from workspace.comments.model import Comment, CommentText
from workspace.config import Config
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.mail import Letter, message_of
from workspace.parts import Workspace
from workspace.transfer import exporting

As = Callable[[Actor], FlaskClient]
TALL = "Z" + "\u0301" * 5_000
FAMILY = "👨\u200d👩\u200d👧\u200d👦 og 𠮷野家 🇳🇴 e\u0301"
INJECTED = "Plan\r\nBcc: alle@example.no\r\n\r\nKropp"


@pytest.fixture
def document(workspace: Workspace, app: object) -> Document:
    return documents.create(workspace, AMUND, title="Utkast", text="Ni kommuner.\n\nEtt arbeidsmarked.")


def post(client: FlaskClient, path: str, **fields: object):
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields})


def letter(config: Config, subject: str, text: str) -> email.message.EmailMessage:
    """What the receiver reads of a letter."""
    sent = message_of(config, Letter("a", "kari@example.no", subject, text)).as_bytes()
    return email.message_from_bytes(sent, policy=default)  # type: ignore[return-value]


def test_five_thousand_marks_on_one_letter(workspace: Workspace, as_person: As, document: Document) -> None:
    """7: accepted, as it is under the limit; its box clips it (see the stylesheet), and it goes by mail."""
    answer = post(as_person(KARI), f"/documents/{document.id}/threads", block=1, text=TALL, quote="")
    assert answer.status_code == 303
    [comment] = workspace.region(REGION).view().find(Comment)
    assert comment.text == unicodedata.normalize("NFC", TALL) and len(comment.text) == 5_000
    page = as_person(ROLF).get(f"/r/{REGION}/documents/{document.id}").text
    assert f'<div class="kommentar"><p>{comment.text}</p></div>' in page
    style = (Path(__file__).parents[2] / "static" / "regionrom.css").read_text(encoding="utf-8")
    assert ".kommentar { overflow: clip;" in style
    got = letter(workspace.config, f"Ny kommentar: {comment.text}", comment.text)
    assert got.get_content().replace("\r\n", "\n").strip() == comment.text
    assert str(got["Subject"]).replace(" ", "").startswith("Nykommentar:Ź")


def test_a_family_is_stored_exactly_and_comes_out_the_same(
    workspace: Workspace, as_person: As, document: Document, tmp_path: Path
) -> None:
    """10: what is joined by joiners, and what takes four bytes, is the same in the record, the page and an export."""
    client, exact = as_person(KARI), unicodedata.normalize("NFC", FAMILY)
    post(client, f"/documents/{document.id}/threads", block=1, text=FAMILY)
    [comment] = workspace.region(REGION).view().find(Comment)
    assert comment.text == exact
    writing.edit(workspace, KARI, comment.id, comment.version, f"{exact}!")
    [earlier] = workspace.region(REGION).view().find(CommentText)
    assert earlier.text == exact
    assert f"<p>{exact}!</p>" in client.get(f"/r/{REGION}/documents/{document.id}").text
    path = tmp_path / "region.zip"
    exporting.export(workspace, REGION, path)
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    assert any(f"> {exact}!" in text for name, text in files.items() if name.endswith(".md"))
    records = [json.loads(line) for text in files.values() for line in text.splitlines() if '"text"' in line[:400]]
    kept = [value for record in records for value in _texts(record)]
    assert f"{exact}!" in kept and exact in kept


def _texts(value: object) -> list[str]:
    """All texts in a piece of JSON."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_a_title_with_line_breaks_puts_in_no_header(workspace: Workspace, as_person: As, document: Document) -> None:
    """22: the title of what is commented on is one line, in headers of answers and in the subject of a letter."""
    client = as_person(AMUND)
    answer = post(
        client, "/documents/", title=INJECTED, text="Et avsnitt.", kind="note", language="nb", audience="region"
    )
    assert answer.status_code == 303
    found = [one for one in workspace.region(REGION).view().find(Document) if one.id != document.id]
    assert [one.title for one in found] == ["Plan Bcc: alle@example.no Kropp"]
    thread = service.open_thread(workspace, KARI, found[0].id, 1, "Hei\r\nBcc: alle@example.no")
    documents.save(workspace, AMUND, found[0].id, found[0].version, text="Et annet avsnitt.")
    answers = [
        client.get(f"/r/{REGION}/documents/{found[0].id}/versions/comparison?from=1&to=2"),
        client.get(f"/r/{REGION}/comments/{thread.id}-1"),
        post(client, f"/threads/{thread.id}/comments", text="Svar"),
    ]
    for each in answers:
        assert each.status_code < 400 and "Bcc" not in each.headers
        assert not any("\r" in value or "\n" in value for value in each.headers.values())
    for subject in (found[0].title, INJECTED):
        got = letter(workspace.config, f"Ny kommentar til {subject}", "Bcc: alle@example.no\r\n")
        assert got["Bcc"] is None and "\n" not in str(got["Subject"])
        assert str(got["Subject"]) == "Ny kommentar til Plan Bcc: alle@example.no Kropp"
