"""An answer is bound to the words that were read: one that is sent after a material change is not taken for the new."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import KARI, MARIT, REGION, csrf_of
from tests.rounds.region import NEW, TEXT, answer, open_round, propose, reword, settle
from workspace.access import Actor
from workspace.errors import Conflict
from workspace.parts import Workspace
from workspace.rounds import answering, service, spreading

As = Callable[[Actor], FlaskClient]


@pytest.mark.parametrize("way", ["own", "on_behalf", "points"])
def test_an_answer_to_words_that_are_gone_is_refused(workspace: Workspace, way: str) -> None:
    settle(workspace)
    measure = propose(workspace)
    round_ = open_round(workspace, measure, method="priority" if way == "points" else "consensus")

    def send(read: int) -> None:
        if way == "own":
            answer(workspace, KARI, round_, measure, "4", read=read)
        elif way == "points":
            spreading.spread(workspace, KARI, round_.id, {measure.id: "3"}, read={measure.id: read})
        else:
            source = ("meeting", "Protokollen.")
            answering.answer_for(workspace, MARIT, round_.id, measure.id, "9001", "4", "", *source, read=read)

    reword(workspace, round_, measure, "editorial", TEXT.replace("2028", "år 2028"))
    send(1)  # the same words, better written
    reword(workspace, round_, measure, "material", NEW)
    with pytest.raises(Conflict, match="Teksten ble endret mens du svarte"):
        send(1)
    assert service.standing(workspace, MARIT, round_.id).ballots[measure.id] == {}
    send(3)
    assert list(service.standing(workspace, MARIT, round_.id).ballots[measure.id]) == ["9001"]


@pytest.mark.parametrize("place", ["page", "phone"])
@pytest.mark.parametrize("htmx", [False, True])
def test_the_form_says_which_text_was_read(workspace: Workspace, as_person: As, place: str, htmx: bool) -> None:
    settle(workspace)
    measure = propose(workspace)
    round_ = open_round(workspace, measure)
    client = as_person(KARI)
    page = f"/r/{REGION}/measures/{measure.id}"
    if place == "phone":
        page = f"/r/{REGION}/rounds/{round_.id}/answer?measure={measure.id}"
    read = re.findall(r'name="read" value="(\d+)"', client.get(page).text)
    assert read == ["1"]
    reword(workspace, round_, measure)
    sent = {"csrf_token": csrf_of(client), "value": "2", "reason": "Hvem betaler?", "voice": "9001", "read": read[0]}
    sent |= {"from": "phone"} if place == "phone" else {}
    address = f"/r/{REGION}/rounds/{round_.id}/measures/{measure.id}/answers"
    refused = client.post(address, data=sent, headers={"HX-Request": "true"} if htmx else {})
    assert refused.status_code == 409
    said = html.unescape(refused.text)
    assert "Teksten ble endret mens du svarte" in said and "Hvem betaler?" in said
    assert f'href="/r/{REGION}/rounds/{round_.id}/measures/{measure.id}/confirm"' in said
    assert re.findall(r'name="read" value="(\d+)"', said) == ["2"]
    assert client.post(address, data=sent | {"read": "2"}).status_code == 303
