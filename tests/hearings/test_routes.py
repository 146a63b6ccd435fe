"""Hearings over HTTP: the public page, the receipt, what staff enter and assess, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock, csrf_of
from tests.hearings.conftest import HAV, TEXT, answered, door_of, draft_of, open_of
from workspace.access import Actor
from workspace.accounts import limits
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.hearings import door, life, service
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.model import Hearing
from workspace.jobs import CHORES, close_hearings
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def document(app: Flask, workspace: Workspace) -> Document:
    return documents.create(workspace, AMUND, title="Planutkast", kind="plan", text=TEXT)


@pytest.fixture
def hearing(workspace: Workspace, document: Document) -> Hearing:
    return open_of(workspace, document, questions=("Er målene riktige?",), letter="Vi vil **gjerne** ha svar.")


@pytest.fixture
def link(hearing: Hearing) -> str:
    return f"/h/{door.link(REGION, hearing)}"


def send(client: FlaskClient, path: str, **fields: object):
    return client.post(path, data={"csrf_token": csrf_of(client), **fields})


def answers(workspace: Workspace) -> list[HearingAnswer]:
    return workspace.region(REGION).view().find(HearingAnswer)


# -- Everybody --


def test_anybody_with_the_link_reads_what_was_sent_out(
    workspace: Workspace, client: FlaskClient, document: Document, link: str
) -> None:
    documents.save(workspace, AMUND, document.id, document.version, text="# Bare i versjon 2")
    answer = client.get(link)
    assert answer.status_code == 200 and answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for words in (
        "Havbruket skal vokse.",
        "<strong>gjerne</strong>",
        "Er målene riktige?",
        'name="part-b5"',
        "noindex",
    ):
        assert words in answer.text
    assert "Bare i versjon 2" not in answer.text and '<article class="ark prosa" lang="nb"' in answer.text
    assert "Det du skriver, blir en del av saken og kan bli offentlig." in answer.text
    assert f"/r/{REGION}" not in answer.text and "Kommenter" not in answer.text


def test_a_link_that_leads_nowhere_a_draft_and_a_closed_document_are_404(
    workspace: Workspace, client: FlaskClient, document: Document, link: str
) -> None:
    draft = draft_of(workspace, document)
    texts = set()
    for path in ("/h/x", f"/h/{REGION}.x", f"{link}x", f"/h/{door.link(REGION, draft)}", f"{link}x/answers?code=1"):
        answer = client.get(path)
        assert answer.status_code == 404
        texts.add(re.search(r"(?s)<main.*</main>", answer.text)[0])
    assert len(texts) == 1
    documents.save(workspace, AMUND, document.id, document.version, audience="staff")
    assert client.get(link).status_code == 404


def test_an_answer_gets_a_receipt_by_which_it_is_changed_and_withdrawn(
    workspace: Workspace, client: FlaskClient, link: str
) -> None:
    answer = send(client, f"{link}/answers", name="Anne", text="Fint <b>", **{"part-q1": "Ja", f"part-{HAV}": "Fisk"})
    assert answer.status_code == 303
    receipt = answer.location.partition("?")[0]
    page = client.get(answer.location).text
    code = receipt.rpartition("/")[2]
    assert "Takk for svaret" in page and code in page and "Fint &lt;b&gt;" in page and "Fisk" in page
    assert client.get(f"{link}/answers?code={code.upper()}").status_code == 303
    form = client.get(f"{receipt}/edit").text
    assert "Fint &lt;b&gt;</textarea>" in form and "Fisk</textarea>" in form
    assert send(client, receipt, name="Anne", text="").status_code == 422
    assert send(client, receipt, name="Anne", text="Bedre").status_code == 303
    [kept] = answers(workspace)
    assert [part.text for part in kept.parts] == ["Bedre"]
    assert send(client, f"{receipt}/withdrawal").status_code == 303
    gone = client.get(receipt).text
    assert "Svaret er trukket" in gone and "Bedre" not in gone
    assert "Bedre" not in str(answers(workspace)[0])
    assert send(client, f"{receipt}/withdrawal").status_code == 409
    assert client.get(f"{receipt}/edit").status_code == 303


def test_the_same_form_sent_twice_is_one_answer_and_one_receipt(
    workspace: Workspace, client: FlaskClient, link: str
) -> None:
    key = workspace.new_id()
    sent = [send(client, f"{link}/answers", name="Anne", text="Hei", key=key) for _ in range(2)]
    assert sent[0].location == sent[1].location and len(answers(workspace)) == 1
    other = send(client, f"{link}/answers", name="Anne", text="Noe annet", key=key)
    assert other.status_code == 422 and "Noe annet" in other.text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "text": "Beholdt tekst"},
        {"name": "A", "text": "Beholdt tekst", "email": "ikke e-post"},
        {"name": "A", "text": "Beholdt tekst", "municipality": "0301"},
        {"name": "A", "text": "Beholdt tekst", "website": "http://spam.example"},
        {"name": "x" * 200, "part-b5": "Beholdt tekst"},
        {"name": "A", "text": f"Beholdt tekst{'x' * 60_000}"},
    ],
)
def test_what_is_refused_comes_back_with_its_text(
    workspace: Workspace, client: FlaskClient, link: str, fields: dict[str, str]
) -> None:
    answer = send(client, f"{link}/answers", **fields)
    assert answer.status_code == 422 and "Beholdt tekst" in answer.text
    assert "ds-error-summary" in answer.text and answers(workspace) == []


def test_a_long_answer_in_norwegian_is_taken(workspace: Workspace, client: FlaskClient, link: str) -> None:
    answer = send(client, f"{link}/answers", name="Ås", text="å" * 50_000, **{f"part-{HAV}": "ø" * 30_000})
    assert answer.status_code == 303
    assert send(client, f"{link}/answers", name="Ås", text="å" * 300_000).status_code == 413


def test_after_the_deadline_one_reads_and_what_came_too_late_is_given_back(
    workspace: Workspace, client: FlaskClient, clock: Clock, link: str, hearing: Hearing
) -> None:
    kept = answered(workspace, hearing, {"": "I tide"})
    code = door.code_of(workspace, kept)
    clock.forward(days=46)
    page = client.get(link)
    assert page.status_code == 200 and "Havbruket skal vokse." in page.text and "<textarea" not in page.text
    late = send(client, f"{link}/answers", name="Anne", text="Skrevet for sent")
    assert late.status_code == 409 and "Skrevet for sent" in late.text and "Høringen er lukket" in late.text
    receipt = client.get(f"{link}/answers/{code}")
    assert "I tide" in receipt.text and "Trekk svaret" not in receipt.text
    assert send(client, f"{link}/answers/{code}", name="Anne", text="Endret for sent").status_code == 409
    assert service.get(workspace, MARIT, hearing.id).state == "closed"


def test_a_form_without_its_token_is_refused(workspace: Workspace, client: FlaskClient, link: str) -> None:
    assert client.post(f"{link}/answers", data={"name": "A", "text": "Hei"}).status_code == 400
    foreign = client.post(
        f"{link}/answers", data={"csrf_token": csrf_of(client), "name": "A", "text": "Hei"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    assert foreign.status_code == 400 and answers(workspace) == []


def test_an_address_that_floods_waits(
    workspace: Workspace, client: FlaskClient, link: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HEARINGS", limits.Limit(3, timedelta(hours=1)))
    for number in range(3):
        assert send(client, f"{link}/answers", name="A", text=f"{number}").status_code == 303
    refused = send(client, f"{link}/answers", name="A", text="Fjerde")
    assert refused.status_code == 429 and "Fjerde" in refused.text and int(refused.headers["Retry-After"]) > 0
    assert len(answers(workspace)) == 3
    clock.forward(hours=1, seconds=1)
    assert send(client, f"{link}/answers", name="A", text="Fjerde").status_code == 303


def test_codes_can_not_be_guessed(
    workspace: Workspace, client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CODES", limits.Limit(3, timedelta(hours=1)))
    for _ in range(3):
        assert client.get(f"{link}/answers?code=aaaa-bbbb-cccc-dddd").status_code == 404
    assert client.get(f"{link}/answers/aaaa-bbbb-cccc-dddd").status_code == 429


def test_a_code_tells_nothing_in_the_log_and_is_no_key_to_the_room(
    workspace: Workspace, client: FlaskClient, link: str, hearing: Hearing
) -> None:
    code = door.code_of(workspace, answered(workspace, hearing, {"": "Hemmelig nok"}))
    events = str(workspace.region(REGION).view().events())
    assert code not in events and "Hemmelig nok" not in events
    client.get(f"{link}/answers/{code}")
    assert client.get(f"/r/{REGION}/hearings/{hearing.id}").status_code == 303, "sign in first"


# -- Members --


def test_a_hearing_is_made_opened_extended_and_closed(workspace: Workspace, as_person: As, document: Document) -> None:
    lead = as_person(MARIT)
    assert "Send på høring" in lead.get(f"/r/{REGION}/documents/{document.id}").text
    form = lead.get(f"/r/{REGION}/hearings/new?document={document.id}").text
    assert "Høring: Planutkast" in form and "Havnsund kommune" in form
    fields = {
        "title": "Vår høring",
        "closes": "2027-01-15T23:59",
        "letter": "",
        "questions": "A?\n\nB?\nA?",
        "asked": "",
    }
    wrong = send(lead, f"/r/{REGION}/hearings/", document=document.id, number=1, **(fields | {"closes": "snart"}))
    assert wrong.status_code == 422 and "Vår høring" in wrong.text
    made = send(lead, f"/r/{REGION}/hearings/", document=document.id, number=1, **fields)
    page = made.location
    [hearing] = workspace.region(REGION).view().find(Hearing)
    assert hearing.questions == ("A?", "B?")
    assert as_person(KARI).get(page).status_code == 404 and as_person(AMUND).get(page).status_code == 200
    assert send(as_person(AMUND), f"{page}/opening").status_code == 403
    assert send(lead, page, version=hearing.version, **(fields | {"title": "Nytt navn"})).status_code == 303
    assert send(lead, page, version=hearing.version, **fields).status_code == 409
    assert send(lead, f"{page}/opening").status_code == 303
    assert "/h/skarfjord." in as_person(KARI).get(page).text
    assert send(lead, f"{page}/extension", closes="2027-01-10T12:00", reason="").status_code == 422
    assert send(lead, f"{page}/extension", closes="2027-01-20T12:00", reason="Flere vil svare").status_code == 303
    assert send(lead, f"{page}/closure", closing_reason="").status_code == 422
    assert send(lead, f"{page}/closure", closing_reason="Alle har svart").status_code == 303
    assert send(lead, f"{page}/discarding").status_code == 409
    [closed] = [e for e in workspace.region(REGION).view().events() if e.action == "hearings.closed"]
    assert closed.payload["reason"] == "Alle har svart"


def test_the_page_of_the_document_says_that_a_hearing_is_open(
    workspace: Workspace, as_person: As, document: Document, clock: Clock
) -> None:
    page, said = f"/r/{REGION}/documents/{document.id}", "Versjon 1 er på høring til"
    draft = draft_of(workspace, document)
    assert said not in as_person(KARI).get(page).text.replace("\u00a0", " ")
    life.open_hearing(workspace, MARIT, draft.id)
    for who, words in ((KARI, "Les om høringen og svar"), (ROLF, "Les om høringen</a>")):
        text = as_person(who).get(page).text.replace("\u00a0", " ")
        assert said in text and words in text and f"/hearings/{draft.id}" in text
    clock.forward(days=46)
    assert said not in as_person(KARI).get(page).text.replace("\u00a0", " ")


def test_staff_paste_mails_one_after_the_other(workspace: Workspace, as_person: As, hearing: Hearing) -> None:
    staff, base = as_person(AMUND), f"/r/{REGION}/hearings/{hearing.id}"
    mail = "Fra: Per Aas <per@nho.example>\nSendt: 20. november 2026 10:00\nEmne: Svar\n\nNHO støtter planen."
    read = send(staff, f"{base}/answers/", text=mail, source="email", read="1").text
    assert 'value="Per Aas"' in read and 'value="2026-11-20"' in read and ">\nNHO støtter planen.</textarea>" in read
    first = send(staff, f"{base}/answers/", text=mail, source="email", party="NHO")
    assert first.status_code == 303 and "Høringsuttalelse 1 er lagret" in staff.get(first.location).text
    second = send(staff, f"{base}/answers/", text="Et brev", source="letter", party="Havnsund kommune", received="")
    assert second.location.endswith("entered=2")
    assert send(staff, f"{base}/answers/", text="Et brev", source="letter").status_code == 422
    assert (
        send(staff, f"{base}/answers/", text="x", source="letter", name="x", received="2026-13-40").status_code == 422
    )
    one, other = answers(workspace)
    assert (one.name, one.party, one.email, one.received.day, one.parts[0].text) == (
        "Per Aas", "NHO", "per@nho.example", 20, "NHO støtter planen.",
    )  # fmt: skip
    assert (other.municipality, other.source, other.entered_name) == ("9001", "letter", "Amund")
    assert send(as_person(KARI), f"{base}/answers/", text="x", source="email", name="x").status_code == 403


def test_staff_assess_an_answer_and_a_stale_form_keeps_what_was_typed(
    workspace: Workspace, as_person: As, hearing: Hearing
) -> None:
    kept = answered(workspace, hearing, {"": "Alt", "q1": "Nei"}, email="anne@example.no")
    staff, page = as_person(AMUND), f"/r/{REGION}/hearings/answers/{kept.id}"
    assert "anne@example.no" in staff.get(page).text
    fields = {"part": 0, "version": kept.version, "assessment": "Vi er enige", "reason": "", "led_to": 0, "thread": ""}
    wrong = send(staff, f"{page}/assessment", outcome="partly", **fields)
    assert wrong.status_code == 422 and "Vi er enige</textarea>" in wrong.text
    done = send(staff, f"{page}/assessment", outcome="taken_in", **fields)
    assert done.status_code == 303 and done.location.endswith("#part-0")
    stale = send(staff, f"{page}/assessment", outcome="noted", **(fields | {"assessment": "Skrevet samtidig"}))
    assert stale.status_code == 409 and "Skrevet samtidig</textarea>" in stale.text
    assert "1 av 2 vurdert" in staff.get(f"/r/{REGION}/hearings/{hearing.id}").text.replace("\u00a0", " ")


def test_members_see_their_own_answer_and_the_others_when_they_are_shown(
    workspace: Workspace, as_person: As, hearing: Hearing
) -> None:
    kept = answered(workspace, hearing, {"": "Fra en innbygger"}, name="Anne Berg", email="anne@example.no")
    base = f"/r/{REGION}/hearings/{hearing.id}"
    member = as_person(BJORN)
    assert "Anne Berg" not in member.get(base).text
    assert member.get(f"/r/{REGION}/hearings/answers/{kept.id}").status_code == 404
    assert send(member, f"{base}/own", text="Vårt svar").status_code == 303
    assert "Vårt svar</textarea>" in member.get(f"{base}/own").text
    assert send(member, f"{base}/own", text=" ").status_code == 422
    assert as_person(ROLF).get(f"{base}/own").status_code == 403
    life.show_answers(workspace, MARIT, hearing.id, True)
    seen = member.get(f"/r/{REGION}/hearings/answers/{kept.id}")
    assert (
        "Fra en innbygger" in seen.text
        and "anne@example.no" not in seen.text
        and "<form" not in seen.text.split("<main")[1]
    )
    assert send(member, f"{base}/own/withdrawal").status_code == 303
    assert send(member, f"{base}/own/withdrawal").status_code == 409


def test_the_lists_have_the_hearing_and_the_minute_s_job_closes_it(
    workspace: Workspace, as_person: As, hearing: Hearing, clock: Clock
) -> None:
    assert hearing.title in as_person(KARI).get(f"/r/{REGION}/hearings/").text
    assert close_hearings in {chore for _every, chore in CHORES}
    clock.forward(days=46)
    close_hearings(workspace)
    assert service.get(workspace, KARI, hearing.id).closed_by == "deadline"


def test_a_hearing_on_a_file_shows_its_pages_as_text(
    workspace: Workspace, client: FlaskClient, document: Document
) -> None:
    from workspace.documents.model import File

    file = File(name="plan.pdf", digest="a" * 64, size=1, kind="pdf", state="read", unit="page", leaves=2, of=2)
    text = "Første side.\n\nMer.\fAndre <side>."
    paged = documents.create(workspace, AMUND, title="Plan", kind="plan", text=text, file=file)
    hearing = open_of(workspace, paged)
    page = client.get(f"/h/{door.link(REGION, hearing)}").text
    assert "Første side." in page and "Andre &lt;side&gt;." in page
    assert door_of(workspace, hearing).hearing.id == hearing.id


def test_an_open_hearing_is_among_the_deadlines_until_it_closes(as_person: As, hearing: Hearing, clock: Clock) -> None:
    address = f"/r/{REGION}/hearings/{hearing.id}"
    assert address in as_person(KARI).get(f"/r/{REGION}/").text
    clock.forward(days=46)
    assert address not in as_person(KARI).get(f"/r/{REGION}/").text


def test_a_draft_of_a_hearing_is_not_among_the_deadlines(
    as_person: As, workspace: Workspace, document: Document
) -> None:
    draft = draft_of(workspace, document)
    assert f"/hearings/{draft.id}" not in as_person(MARIT).get(f"/r/{REGION}/").text
