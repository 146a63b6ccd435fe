"""The life of a text and a standpoint over HTTP: the pages, their plain forms, and what stays hidden on every one."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, csrf_of
from tests.rounds.region import NEW, TEXT, answer, events, open_round, propose, reword
from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import amending, answering, confirming, mediating, meeting_guests, meeting_leading, service
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def measure(workspace: Workspace, app: object) -> Measure:
    return propose(workspace)


@pytest.fixture
def round_(workspace: Workspace, measure: Measure) -> Round:
    return open_round(workspace, measure)


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: object):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def get(client: FlaskClient, path: str, code: int = 200) -> str:
    found = client.get(f"/r/{REGION}{path}")
    assert found.status_code == code, found.text[:500]
    return html.unescape(found.text.replace("\u00a0", " "))


def at(round_: Round, measure: Measure, what: str) -> str:
    return f"/rounds/{round_.id}/measures/{measure.id}/{what}"


# -- A text that changes --


def test_the_effect_is_told_before_the_text_is_saved(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    leader = as_person(MARIT)
    assert "Ingen har svart ennå" in get(leader, at(round_, measure, "text"))
    answer(workspace, KARI, round_, measure, "4")
    answer(workspace, BJORN, round_, measure, "4")
    page = get(leader, at(round_, measure, "text"))
    assert "2 svar må bekreftes på nytt" in page and "Det gjelder Havnsund." in page
    for who in (KARI, AMUND, ROLF):
        assert get(as_person(who), at(round_, measure, "text"), 403)
        assert at(round_, measure, "text") not in get(as_person(who), f"/measures/{measure.id}")
    assert at(round_, measure, "text") in get(leader, f"/measures/{measure.id}")


def test_changing_a_text_by_a_plain_form(workspace: Workspace, as_person: As, measure: Measure, round_: Round) -> None:
    leader = as_person(MARIT)
    fields = {"title": measure.title, "text": f"{NEW} {NASTY}", "text_version": 1, "reason": "Etter møtet."}
    refused = post(leader, at(round_, measure, "text"), **fields)
    assert refused.status_code == 422 and "Si om endringen er redaksjonell" in refused.text
    assert html.escape(NASTY) in refused.text and NASTY not in refused.text
    saved = post(leader, at(round_, measure, "text"), change="material", **fields)
    assert saved.status_code == 303 and saved.location.endswith(at(round_, measure, "confirm"))
    stale = post(leader, at(round_, measure, "text"), change="material", **fields | {"text": "Min egen tekst."})
    assert (
        stale.status_code == 409 and "Min egen tekst." in stale.text and 'name="text_version" value="2"' in stale.text
    )
    assert measures.get(workspace, MARIT, measure.id).text == f"{NEW} {NASTY}"


@pytest.mark.parametrize("change", ["editorial", "material"])
def test_everyone_is_shown_that_the_text_has_changed(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round, change: str
) -> None:
    answer(workspace, KARI, round_, measure, "4")
    assert "Teksten er endret i runden" not in get(as_person(ROLF), f"/measures/{measure.id}")
    reword(workspace, round_, measure, change)
    page = get(as_person(ROLF), f"/measures/{measure.id}")
    assert "Teksten er endret i runden" in page and "Etter møtet." in page
    assert ("redaksjonell endring" in page) == (change == "editorial")
    assert ("Har svart på en tidligere versjon, og må bekrefte: Havnsund." in page) == (change == "material")
    page = get(as_person(ROLF), at(round_, measure, "confirm"))
    assert ("Svarene som er gitt, står." in page) == (change == "editorial")
    own = get(as_person(KARI), f"/measures/{measure.id}")
    assert ("Behold stemmen min" in own) == (change == "material")


def test_keeping_an_answer_with_one_button(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    answer(workspace, KARI, round_, measure, "4", f"Vi er med. {NASTY}")
    client = as_person(KARI)
    assert get(client, at(round_, measure, "confirm"), 404), "nothing has changed yet"
    reword(workspace, round_, measure)
    for path in (at(round_, measure, "confirm"), f"/measures/{measure.id}", f"/rounds/{round_.id}/answer"):
        page = client.get(f"/r/{REGION}{path}").text
        assert "Behold stemmen min: Støtte" in page and NASTY not in page
        assert re.search(r"<del>[^<]*2028\.?</del>", page) and re.search(r"<ins>[^<]*2029\.?</ins>", page), path
    page = get(client, at(round_, measure, "confirm"))
    assert "Teksten i T-01 er endret etter at du svarte" in page and "Etter møtet." in page
    assert "0 av 1" in page and "Ikke bekreftet" in page and "Vesentlig" in page
    assert "regnes Havnsund som «ikke svart» til versjon 2" in page
    stale = post(client, at(round_, measure, "confirm"), text_version=1)
    assert stale.status_code == 409 and "Teksten er endret igjen" in stale.text
    kept = post(client, at(round_, measure, "confirm"), text_version=2, **{"from": "phone"})
    assert kept.status_code == 303 and "/answer?saved=" in kept.location
    assert "Du har svart på alt" in get(client, f"/rounds/{round_.id}/answer")
    page = get(client, at(round_, measure, "confirm"))
    assert "1 av 1" in page and "Behold stemmen min" not in page
    assert service.standing(workspace, KARI, round_.id).ballots[measure.id]["9001"].text_version == 2


def test_home_says_that_an_answer_waits(workspace: Workspace, as_person: As, measure: Measure, round_: Round) -> None:
    answer(workspace, KARI, round_, measure, "4")
    client = as_person(KARI)
    assert "Se over svarene dine" not in get(client, "/")
    reword(workspace, round_, measure)
    page = get(client, "/")
    assert "Se over svarene dine" in page and at(round_, measure, "confirm") in page
    assert "Du har ett tiltak igjen" in page
    assert "Se over svarene dine" not in get(as_person(BJORN), "/")


def test_a_hidden_round_shows_nobody_elses_answer_to_the_earlier_text(
    workspace: Workspace, as_person: As, measure: Measure
) -> None:
    round_ = open_round(workspace, measure, visibility="hidden")
    answer(workspace, KARI, round_, measure, "2", "Kanarifugl", conditional=True, joins=True)
    reword(workspace, round_, measure)
    own = get(as_person(KARI), at(round_, measure, "confirm"))
    assert "Behold stemmen min: Forbehold" in own and "Kanarifugl" in own
    for who in (MARIT, BJORN, ROLF, AMUND):
        client = as_person(who)
        for path in (at(round_, measure, "confirm"), f"/measures/{measure.id}", f"/rounds/{round_.id}", "/"):
            page = get(client, path)
            assert "Kanarifugl" not in page and "Hvem har bekreftet" not in page
            assert 'class="flis v2"' not in page, (who.name, path)
        assert "Standpunktene er skjult" in get(client, at(round_, measure, "mediation"))


# -- Amendments --


def test_from_proposal_to_new_text(workspace: Workspace, as_person: As, measure: Measure) -> None:
    participant = as_person(BJORN)
    form = get(participant, f"/measures/{measure.id}/amendments/new")
    assert TEXT in form
    path = f"/measures/{measure.id}/amendments"
    refused = post(participant, path, passage="Finnes ikke", text=NASTY, text_version=1, reason="Derfor.")
    assert refused.status_code == 422 and "Finnes ikke" in refused.text and NASTY not in refused.text
    empty = post(participant, path, passage=" ", text="Nytt", text_version=1)
    assert empty.status_code == 422 and "Kopier inn ordene" in empty.text
    made = post(participant, path, passage="i 2028.", text="i 2029.", text_version=1, reason="Derfor.", key="k" * 26)
    again = post(participant, path, passage="i 2028.", text="i 2029.", text_version=1, reason="Derfor.", key="k" * 26)
    assert made.status_code == 303 and made.location == again.location
    [amendment] = amending.listing(workspace, KARI, measure.id)
    own = f"/amendments/{amendment.id}"
    assert "Støtt endringen (0)" in get(as_person(KARI), f"/measures/{measure.id}")
    assert post(as_person(KARI), f"{own}/support").status_code == 303
    page = get(participant, own)
    assert re.search(r"Støttes av</span>\s*<b>Havnsund</b>", page)
    assert "Trekk forslaget" in page and "Ta inn forslaget" not in page
    assert "Støtt endringen" not in get(as_person(ROLF), own)
    leader = as_person(AMUND)
    assert "Ta inn forslaget" in get(leader, own)
    assert post(leader, f"{own}/refusal", decision=" ").status_code == 422
    measures.save(workspace, AMUND, measure.id, 1, text=TEXT.replace("kjølelager", "fryselager"))
    page = get(leader, own)
    assert "Teksten er endret etter at forslaget ble laget" in page and "fryselager sammen" in page
    stale = post(leader, f"{own}/incorporation", text="Uten fryselager.", text_version=1)
    assert stale.status_code == 409 and "Uten fryselager." in stale.text
    taken = post(leader, f"{own}/incorporation", text=TEXT.replace("2028", "2029"), text_version=2)
    assert taken.status_code == 303
    assert "er tatt inn i versjon 3" in get(participant, f"/measures/{measure.id}")
    late = post(as_person(KARI), f"{own}/support")
    assert late.status_code == 409 and "ikke lenger åpent" in late.text


def test_only_who_may_change_a_frozen_text_is_offered_to(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    amendment = amending.propose(workspace, KARI, measure.id, 1, NEW)
    assert "Bare prosesslederen kan ta forslaget inn" in get(as_person(AMUND), f"/amendments/{amendment.id}")
    page = get(as_person(MARIT), f"/amendments/{amendment.id}")
    assert "Redaksjonell" in page and "Vesentlig" in page
    refused = post(as_person(MARIT), f"/amendments/{amendment.id}/incorporation", text=NEW, text_version=1)
    assert refused.status_code == 422
    fields = {"text": NEW, "text_version": 1, "change": "material", "reason": "Ja."}
    assert post(as_person(AMUND), f"/amendments/{amendment.id}/incorporation", **fields).status_code == 403
    assert post(as_person(MARIT), f"/amendments/{amendment.id}/incorporation", **fields).status_code == 303


# -- A block --


def test_from_block_to_answer(workspace: Workspace, as_person: As, measure: Measure, round_: Round) -> None:
    leader, blocker = as_person(MARIT), as_person(KARI)
    assert get(leader, at(round_, measure, "mediation"), 404)
    answer(workspace, KARI, round_, measure, "1", f"Nei. {NASTY}")
    assert "Venter på svar fra deg" in get(leader, f"/rounds/{round_.id}")
    assert "Venter på svar fra deg" not in get(blocker, f"/rounds/{round_.id}")
    page = get(leader, at(round_, measure, "mediation"))
    assert "T-01 er blokkert av Havnsund" in page and "Hva gjør vi nå?" in page
    assert "Vi står ved blokkeringen" not in page
    refused = post(leader, at(round_, measure, "mediation"), kind="answer", text=" ", heading="Beholdes")
    assert refused.status_code == 422 and "Beholdes" in refused.text
    note = {"kind": "answer", "text": f"Takk. {NASTY}"}
    assert post(leader, at(round_, measure, "mediation"), **note).status_code == 303
    assert "Besvart" in get(leader, f"/rounds/{round_.id}")
    page = blocker.get(f"/r/{REGION}{at(round_, measure, 'mediation')}").text
    assert "Havnsund, hva svarer dere nå?" in page and NASTY not in page
    stands = post(blocker, at(round_, measure, "mediation/stand"), remark="Vi tar det opp i formannskapet.")
    assert stands.status_code == 303
    for who in (BJORN, ROLF):
        for path in (at(round_, measure, "mediation"), f"/measures/{measure.id}"):
            page = get(as_person(who), path)
            assert "Prosesslederen svarer" in page and "Vi tar det opp i formannskapet." in page
    assert post(as_person(BJORN), at(round_, measure, "mediation/stand")).status_code == 403
    assert post(as_person(BJORN), at(round_, measure, "mediation"), **note).status_code == 403
    path = f"/rounds/{round_.id}/measures/{measure.id}/answers"
    assert post(blocker, path, value="3", reason="Greit.").status_code == 303
    assert "T-01 er ikke lenger blokkert" in get(leader, at(round_, measure, "mediation"))
    assert "Havnsund løftet blokkeringen: Kan leve med" in get(leader, f"/measures/{measure.id}")


def test_after_a_new_text_the_blocker_is_asked_for_the_answer_first(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    answer(workspace, KARI, round_, measure, "1", "Nei.")
    reword(workspace, round_, measure)
    page = get(as_person(KARI), at(round_, measure, "mediation"))
    assert "Behold stemmen min: Blokkerer" in page and "Vi står ved blokkeringen" not in page
    assert post(as_person(KARI), at(round_, measure, "mediation/stand")).status_code == 409
    assert "Gitt til versjon 1, venter på bekreftelse" in get(as_person(MARIT), f"/rounds/{round_.id}")
    confirming.confirm(workspace, KARI, round_.id, measure.id, 2)
    assert "Havnsund blokkerer fortsatt" in get(as_person(MARIT), at(round_, measure, "mediation"))


# -- Conditions, carrying, on behalf --


def test_a_condition_from_the_form_to_the_mark_and_back(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    voter, leader = as_person(KARI), as_person(MARIT)
    path = f"/rounds/{round_.id}/measures/{measure.id}/answers"
    assert "Ja, hvis dette blir oppfylt" in get(voter, f"/measures/{measure.id}")
    assert post(voter, path, value="2", reason="At alle er med.", conditional="1").status_code == 303
    ballot = service.standing(workspace, KARI, round_.id).ballots[measure.id]["9001"]
    assert ballot.conditional
    assert 'name="conditional" value="1" checked' in get(voter, f"/measures/{measure.id}")
    mark = at(round_, measure, f"conditions/{ballot.id}")
    assert mark in get(leader, f"/measures/{measure.id}") and mark not in get(voter, f"/measures/{measure.id}")
    assert post(leader, mark, note=" ").status_code == 422
    assert post(voter, mark, note="Ja.").status_code == 403
    assert post(leader, mark, note=f"Alle er med. {NASTY}").status_code == 303
    for client in (voter, as_person(ROLF)):
        page = client.get(f"/r/{REGION}/measures/{measure.id}").text
        assert "Vilkåret er oppfylt" in page and NASTY not in page
    assert "Vilkåret ditt er merket som oppfylt av Marit" in get(voter, f"/measures/{measure.id}")
    assert "Vilkåret ditt er merket som oppfylt" in get(voter, f"/rounds/{round_.id}/answer?measure={measure.id}")
    assert post(as_person(BJORN), f"{mark}/undo").status_code == 403
    assert post(voter, f"{mark}/undo", note="Ikke vedtatt.").status_code == 303
    page = get(leader, f"/measures/{measure.id}")
    assert "sa i dag" in page and "Ikke vedtatt." in page and "Merk vilkåret som oppfylt" not in page
    assert post(leader, mark, note="Jo.").status_code == 403
    assert post(leader, f"{mark}/undo").status_code == 409


def test_who_carries_a_measure_is_asked_and_shown(workspace: Workspace, as_person: As, app: object) -> None:
    plain = propose(workspace)
    measure = propose(workspace, title="Opt-in", opt_in=True, cost_amount=1_800_000, share_key="equal")
    round_ = open_round(workspace, plain, measure)
    voter = as_person(KARI)
    question = "Vil dere være med og bære tiltaket?"
    assert question in get(voter, f"/measures/{measure.id}") and question not in get(voter, f"/measures/{plain.id}")
    assert question not in get(as_person(BJORN), f"/measures/{measure.id}")
    assert "Ingen har sagt ja til å være med ennå." in get(voter, f"/measures/{measure.id}")
    path = f"/rounds/{round_.id}/measures/{measure.id}/answers"
    assert post(voter, path, value="4", joins="yes").status_code == 303
    page = get(as_person(ROLF), f"/measures/{measure.id}")
    assert "Én kommune er med" in page and "1 800 000 kr" in page
    assert post(voter, path, value="4", joins="no").status_code == 303
    assert "Er ikke med: Havnsund." in get(voter, f"/measures/{measure.id}")


def test_entered_on_behalf_told_and_corrected(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    leader, voter = as_person(MARIT), as_person(KARI)
    path = at(round_, measure, "on-behalf")
    assert path in get(leader, f"/measures/{measure.id}") and path not in get(voter, f"/measures/{measure.id}")
    assert "Havnsund" in get(leader, path)
    fields = {"municipality": "9001", "value": "4", "reason": "", "channel": "meeting", "source": f"Ordføreren {NASTY}"}
    for wrong, words in (
        ({"municipality": ""}, "Velg kommunen"),
        ({"source": " "}, "Skriv hvem som svarte"),
        ({"channel": "web"}, "Velg hvordan svaret kom"),
        ({"value": ""}, "Velg et standpunkt"),
    ):
        refused = post(leader, path, **fields | wrong)
        assert refused.status_code == 422 and words in refused.text and NASTY not in refused.text
    assert post(voter, path, **fields).status_code == 403
    assert post(leader, path, **fields).status_code == 303
    for page in ("/", f"/measures/{measure.id}", f"/rounds/{round_.id}/answer?measure={measure.id}"):
        text = voter.get(f"/r/{REGION}{page}").text
        assert "Registrert av Marit i dag" in text and "I møtet: Ordføreren" in text and NASTY not in text
        assert "Stemmer det ikke, svar selv." in text
        assert "Registrert av Marit" not in as_person(BJORN).get(f"/r/{REGION}{page}").text
    post(voter, f"/rounds/{round_.id}/measures/{measure.id}/answers", value="1", reason="Vi sa nei.")
    assert "Registrert av Marit" not in get(voter, "/")
    refused = post(leader, path, **fields)
    assert refused.status_code == 403 and "har selv satt blokkeringen" in refused.text and "Ordføreren" in refused.text


# -- Torture cases 45 and 47, over HTTP --


@pytest.mark.parametrize(("method", "value"), [("consensus", "4"), ("endorsement", "1"), ("priority", "3")])
def test_a_measure_of_another_round_is_422(
    workspace: Workspace, as_person: As, app: object, method: str, value: str
) -> None:
    mine, other = propose(workspace), propose(workspace, title="Annet")
    round_, another = open_round(workspace, mine, method=method), open_round(workspace, other, method=method)
    client, leader = as_person(KARI), as_person(MARIT)
    before = events(workspace)
    for foreign in (other.id, another.id, "finnes-ikke"):
        base = f"/rounds/{round_.id}/measures/{foreign}"
        assert post(client, f"{base}/answers", value=value).status_code == 422
        assert post(client, f"{base}/answers", value=value, **{"from": "phone"}).status_code == 422
        assert post(client, f"{base}/answers", htmx=True, value=value).status_code == 422
        assert post(client, f"{base}/confirm", text_version=1).status_code == 422
        fields = {"municipality": "9001", "value": value, "channel": "phone", "source": "Ringte."}
        assert post(leader, f"{base}/on-behalf", **fields).status_code == 422
    assert events(workspace) == before


def test_both_tabs_see_the_answer_that_was_acknowledged_last(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    first, second = as_person(KARI), as_person(KARI)
    path = f"/rounds/{round_.id}/measures/{measure.id}/answers"
    assert post(first, path, value="5").status_code == 303
    assert post(second, path, value="3").status_code == 303
    for client in (first, second):
        assert re.search(r'value="3"[^>]* checked', get(client, f"/measures/{measure.id}"))
        assert 'class="flis v3"' in get(client, f"/measures/{measure.id}")


def test_the_log_tells_of_acts_and_not_of_standpoints(workspace: Workspace, measure: Measure, round_: Round) -> None:
    answer(workspace, KARI, round_, measure, "1", "Kanarifugl en.")
    mediating.write(workspace, MARIT, round_.id, measure.id, "answer", "Kanarifugl to.")
    reword(workspace, round_, measure)
    confirming.confirm(workspace, KARI, round_.id, measure.id, 2)
    log = str([event.payload for event in workspace.region(REGION).view().events()])
    assert "Kanarifugl" not in log
    assert events(workspace)[-4:] == [
        "ballots.cast", "mediation_notes.written", "measures.reworded", "ballots.cast",
    ]  # fmt: skip


def test_a_guest_who_is_taken_out_has_not_lifted_the_block_themselves(
    workspace: Workspace, as_person: As, measure: Measure
) -> None:
    round_ = open_round(workspace, measure, counted_by="person", guests=True)
    code = meeting_leading.start(workspace, MARIT, round_.id).code
    place = meeting_guests.places(workspace, meeting_guests.door(workspace, code))[-1].value
    guest = meeting_guests.join(workspace, code, place)
    who = meeting_guests.guest_actor(workspace, REGION, round_.id, guest.id)
    answering.answer(workspace, who, round_.id, measure.id, "1", "Nei takk.")
    meeting_leading.remove_guest(workspace, MARIT, round_.id, guest.id, "Var med to ganger.")
    page = get(as_person(KARI), at(round_, measure, "mediation"))
    assert "En gjest ble tatt ut av møtet, og svaret telles ikke" in page and "Var med to ganger." in page
    assert "trakk svaret sitt" not in page
