"""A meeting over HTTP: from the QR address to an answer without an account, the wall, and the facilitator's page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, VERA, csrf_of
from workspace.access import Actor
from workspace.accounts import limits
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.rounds import answering, life, meeting_leading, meeting_qr, meeting_routes, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.meeting import Guest
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
LATER = START + timedelta(days=7)
KEY = "k" * 26


def opened(workspace: Workspace, **fields: object) -> Round:
    ids = [measures.create(workspace, AMUND, title=f"Tiltak {n}", text="Vi bygger sammen.").id for n in range(2)]
    made = life.create(workspace, MARIT, tuple(ids), **{"title": "Nytte", "closes": LATER, "guests": True, **fields})
    return life.open_round(workspace, MARIT, made.id)


@pytest.fixture
def round_(workspace: Workspace, app: Flask) -> Round:
    """A round by person with a meeting."""
    return meeting_leading.start(workspace, MARIT, opened(workspace, counted_by="person").id)


@pytest.fixture
def phone(client: FlaskClient, round_: Round) -> FlaskClient:
    """A phone that has come in."""
    assert enter(client, round_).status_code == 303
    return client


def token(client: FlaskClient, path: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text).group(1)


def enter(client: FlaskClient, round_: Round, place: str = "business:", **fields: str) -> TestResponse:
    path = f"/m/{round_.code}"
    return client.post(f"{path}/guests", data={"csrf_token": token(client, path), "place": place, **fields})


def answer(client: FlaskClient, round_: Round, value: str, at: int = 0, htmx: bool = False, **fields: str):
    path = f"/m/{round_.code}/measures/{round_.measures[at]}/answers"
    data = {"csrf_token": csrf_of(client), "value": value, **fields}
    return client.post(path, data=data, headers={"HX-Request": "true"} if htmx else {})


def stored(workspace: Workspace, round_: Round) -> list[Ballot]:
    return workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")


def lead(client: FlaskClient, round_: Round, act: str, **fields: str) -> TestResponse:
    path = f"/r/{REGION}/rounds/{round_.id}/meeting"
    return client.post(f"{path}/{act}", data={"csrf_token": csrf_of(client), **fields})


# -- From the address to an answer --


def test_from_the_qr_address_to_an_answer_by_plain_forms(
    workspace: Workspace, client: FlaskClient, round_: Round
) -> None:
    door = client.get(f"/m/{round_.code}")
    assert door.status_code == 200 and "Hva deltar du som?" in door.text and "Nytte" in door.text
    assert enter(client, round_, name="Per Ås").location.endswith("/answer")
    page = client.get(f"/m/{round_.code}/answer").text
    assert "Tiltak 0" in page and "Vi bygger sammen." in page and "2 igjen" in page
    assert answer(client, round_, "4").status_code == 303
    following = client.get(f"/m/{round_.code}/answer?saved=1").text
    assert "Svaret er lagret." in following and "Tiltak 1" in following
    answer(client, round_, "5", 1)
    done = client.get(f"/m/{round_.code}/answer").text
    assert "Du har svart på alt" in done and "Full støtte" in done
    assert [(b.value, b.channel, b.by.partition(":")[0]) for b in stored(workspace, round_)] == [
        (4, "meeting", "guest"),
        (5, "meeting", "guest"),
    ]


def test_a_code_may_be_typed_in_any_way(client: FlaskClient, round_: Round) -> None:
    assert "Møtekoden på storskjermen" in client.get("/m/").text
    small = round_.code.lower()
    for asked in (f"/m/?code={small[:3]}+{small[3:]}", f"/m/{small}"):
        assert client.get(asked).location == f"/m/{round_.code}"


def test_the_phone_s_page_is_small_and_needs_no_script(phone: FlaskClient, round_: Round) -> None:
    page = phone.get(f"/m/{round_.code}/answer")
    assert len(gzip.compress(page.data)) < 5_000
    assert 'method="post"' in page.text and f'action="/m/{round_.code}/measures/' in page.text


def test_a_refused_answer_comes_back_as_it_was(phone: FlaskClient, round_: Round, workspace: Workspace) -> None:
    for htmx in (False, True):
        refused = answer(phone, round_, "2", htmx=htmx, reason=" ")
        assert refused.status_code == 422 and "Skriv en kort begrunnelse" in refused.text
        assert re.search(r'value="2"[^>]* checked', refused.text)
        assert ("<html" in refused.text) is not htmx
    life.close_round(workspace, MARIT, round_.id, "Ferdig.")
    late = answer(phone, round_, "2", reason="Vi trenger mer tid.")
    assert late.status_code == 409 and "Vi trenger mer tid." in late.text
    assert stored(workspace, round_) == []


def test_a_retry_with_the_same_key_is_one_guest_and_one_answer(
    workspace: Workspace, client: FlaskClient, round_: Round
) -> None:
    signed = token(client, f"/m/{round_.code}")
    before = client.get_cookie("regionrom").value
    data = {"csrf_token": signed, "place": "business:", "key": KEY}
    for _ in range(2):  # the answer to the first never came: the cookie is what it was
        client.set_cookie("regionrom", before)
        assert client.post(f"/m/{round_.code}/guests", data=data).status_code == 303
    assert len(workspace.region(REGION).view().find(Guest, {"round": round_.id}, order="number")) == 1
    for _ in range(2):
        assert answer(client, round_, "4", key="a" * 26).status_code == 303
    assert [b.value for b in stored(workspace, round_)] == [4]
    used = answer(client, round_, "5", key="a" * 26)
    assert used.status_code == 422 and "alt sendt med et annet innhold" in used.text


def test_a_phone_that_lost_its_cookie_comes_in_anew(workspace: Workspace, phone: FlaskClient, round_: Round) -> None:
    phone.delete_cookie("regionrom")
    assert phone.get(f"/m/{round_.code}/answer").location == f"/m/{round_.code}"
    lost = answer(phone, round_, "2", reason="Vi trenger mer tid.")
    assert lost.status_code == 409 and "Vi trenger mer tid." in lost.text and "Bli med på nytt" in lost.text
    enter(phone, round_)
    assert service.get(workspace, MARIT, round_.id).voices == round_.voices + 2


def test_coming_in_twice_on_a_phone_is_one_guest(workspace: Workspace, phone: FlaskClient, round_: Round) -> None:
    again = phone.post(f"/m/{round_.code}/guests", data={"csrf_token": csrf_of(phone), "place": "youth:"})
    assert again.status_code == 303
    assert service.get(workspace, MARIT, round_.id).voices == round_.voices + 1


def test_a_guest_stays_with_a_new_code_and_by_it(workspace: Workspace, phone: FlaskClient, round_: Round) -> None:
    changed = meeting_leading.change_code(workspace, MARIT, round_.id)
    assert phone.get(f"/m/{round_.code}/answer").status_code == 200
    assert "Tiltak 0" in phone.get(f"/m/{changed.code}").text
    assert answer(phone, changed, "4").status_code == 303
    assert service.get(workspace, MARIT, round_.id).voices == round_.voices + 1
    stranger = phone.application.test_client()
    assert stranger.get(f"/m/{round_.code}").status_code == 404


def test_a_guest_who_was_taken_out_does_not_come_in_again(
    workspace: Workspace, phone: FlaskClient, round_: Round, as_person: As
) -> None:
    [guest] = workspace.region(REGION).view().find(Guest, {"round": round_.id}, order="number")
    leader = as_person(MARIT)
    assert lead(leader, round_, f"guests/{guest.id}/removal", why=" ").status_code == 422
    assert lead(leader, round_, f"guests/{guest.id}/removal", why="Ikke i møtet.").status_code == 303
    assert "Ikke i møtet." in leader.get(f"/r/{REGION}/rounds/{round_.id}/meeting").text
    assert "Du er tatt ut av møtet" in phone.get(f"/m/{round_.code}").text
    again = phone.post(f"/m/{round_.code}/guests", data={"csrf_token": csrf_of(phone), "place": "business:"})
    assert again.status_code == 403


def test_a_closed_door_is_told_of(workspace: Workspace, client: FlaskClient, round_: Round, as_person: As) -> None:
    signed = token(client, f"/m/{round_.code}")
    assert lead(as_person(MARIT), round_, "door", closed="1").status_code == 303
    page = client.get(f"/m/{round_.code}").text
    assert "slipper ikke inn flere" in page and "Hva deltar du som?" not in page
    late = client.post(f"/m/{round_.code}/guests", data={"csrf_token": signed, "place": "business:"})
    assert late.status_code == 409 and "slipper ikke inn flere" in late.text


def test_members_go_to_their_own_page_and_strangers_come_in_as_guests(
    workspace: Workspace, as_person: As, round_: Round
) -> None:
    own = f"/r/{REGION}/rounds/{round_.id}"
    assert as_person(KARI).get(f"/m/{round_.code}").location == f"{own}/answer"
    assert as_person(ROLF).get(f"/m/{round_.code}").location == own
    vera = as_person(VERA)
    assert "Hva deltar du som?" in vera.get(f"/m/{round_.code}").text
    assert vera.get(own).status_code == 404


def test_a_guest_is_a_stranger_everywhere_else(phone: FlaskClient, round_: Round) -> None:
    """Every route is asked in tests/access; here are the ones that lie nearest."""
    stranger = phone.application.test_client()
    for path in ("", f"/rounds/{round_.id}", f"/rounds/{round_.id}/answer", f"/rounds/{round_.id}/wall", "/search?q=a"):
        seen, wanted = phone.get(f"/r/{REGION}{path or '/'}"), stranger.get(f"/r/{REGION}{path or '/'}")
        assert (seen.status_code, seen.location, seen.text) == (wanted.status_code, wanted.location, wanted.text)


def test_a_forged_cookie_is_worth_nothing(phone: FlaskClient, round_: Round) -> None:
    with phone.session_transaction() as cookie:
        cookie[f"meeting:{round_.code}"] = f"{REGION}/{round_.id}/{'x' * 26}"
    assert phone.get(f"/m/{round_.code}/answer").status_code == 303
    with phone.session_transaction() as cookie:
        cookie[f"meeting:{round_.code}"] = "../house/x"
    assert phone.get(f"/m/{round_.code}/answer").status_code == 303


# -- Guessing --


def test_codes_can_not_be_guessed(client: FlaskClient, round_: Round, phone: FlaskClient) -> None:
    wrong = "BBBBBB" if round_.code != "BBBBBB" else "DDDDDD"
    guesser = client.application.test_client()
    first = guesser.get(f"/m/{wrong}")
    assert first.status_code == 404 and "Ingen møter har denne koden nå" in first.text and wrong in first.text
    for _ in range(limits.CODES.most - 1):
        assert guesser.get(f"/m/{wrong}").status_code == 404
    stopped = guesser.get(f"/m/{wrong}")
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 60
    assert guesser.get(f"/m/{round_.code}").status_code == 429, "not even the right one, or it would be no limit"
    assert phone.get(f"/m/{round_.code}").status_code == 200, "who is in stays in"


def test_right_codes_count_for_nothing(client: FlaskClient, round_: Round) -> None:
    """A whole hall comes in through one address."""
    for _ in range(limits.CODES.most + 5):
        assert client.application.test_client().get(f"/m/{round_.code}").status_code == 200


def test_phones_of_a_meeting_that_is_over_do_not_shut_the_hall_out(
    workspace: Workspace, phone: FlaskClient, round_: Round
) -> None:
    meeting_leading.end(workspace, MARIT, round_.id)
    for _ in range(limits.CODES.most + 5):
        assert phone.get(f"/m/{round_.code}").status_code == 404


# -- The wall --


def test_the_wall_asks_and_is_told_nothing_until_there_is_something(
    workspace: Workspace, as_person: As, phone: FlaskClient, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = as_person(ROLF)
    path = f"/r/{REGION}/rounds/{round_.id}/wall"
    page = wall.get(path).text
    asking = re.search(r'hx-get="([^"]*seen=[^"]*)"', page).group(1).replace("&amp;", "&")
    assert 'hx-trigger="every 2s"' in page
    with monkeypatch.context() as watched:
        watched.setattr(service.counting, "of", lambda *_: pytest.fail("it counted"))
        assert wall.get(asking, headers={"HX-Request": "true"}).status_code == 204
    answer(phone, round_, "4")
    news = wall.get(asking, headers={"HX-Request": "true"})
    assert news.status_code == 200 and "<html" not in news.text
    assert f"1 av {round_.voices + 1} har svart" in news.text.replace("\xa0", " ")
    assert wall.get(asking).status_code == 200, "without JavaScript the whole page comes"
    assert '<noscript><meta http-equiv="refresh"' in page


def test_the_wall_reveals_when_told_and_names_nobody(
    workspace: Workspace, as_person: As, client: FlaskClient, round_: Round
) -> None:
    enter(client, round_, name="Per Ås")
    answer(client, round_, "2", reason="Mer tid.")
    answering.answer(workspace, KARI, round_.id, round_.measures[0], "5", "Fint.")
    path = f"/r/{REGION}/rounds/{round_.id}/wall"
    hidden = as_person(ROLF).get(path).text
    assert "Resultatet vises når prosesslederen sier fra." in hidden and "Forbehold" not in hidden
    leader = as_person(MARIT)
    told = lead(leader, round_, "result", revealed="1", wall=round_.measures[0])
    assert told.location == f"{path}?measure={round_.measures[0]}"
    shown = as_person(ROLF).get(path).text
    assert re.search(r'role="img" aria-label="Alle deltakere: 1 full støtte, 1 forbehold"', shown)
    assert re.search(r'<ul class="tegnforklaring" aria-label="Alle deltakere">.*?Full støtte <b>1</b>', shown)
    for name in ("Per Ås", "Gjest 1", "Kari", "Mer tid", "Fint."):
        assert name not in shown
    assert "Vis resultatet" not in shown, "a reader does not lead"
    lead(leader, round_, "result", revealed="")
    assert "Forbehold" not in as_person(ROLF).get(path).text


def test_municipalities_are_on_the_wall_by_name_and_a_hidden_round_hides(workspace: Workspace, as_person: As) -> None:
    named, hidden = opened(workspace), opened(workspace, visibility="hidden")
    for round_ in (named, hidden):
        meeting_leading.start(workspace, MARIT, round_.id)
        answering.answer(workspace, KARI, round_.id, round_.measures[0], "1", "Vi vil ikke.")
        answering.answer(workspace, BJORN, round_.id, round_.measures[0], "4")
        meeting_leading.reveal(workspace, MARIT, round_.id)
    leader = as_person(MARIT)
    shown = leader.get(f"/r/{REGION}/rounds/{named.id}/wall").text
    assert "Blokkerer" in shown and "«Vi vil ikke.»" in shown and "Havnsund" in shown
    for query in ("", "?overview=1", f"?measure={hidden.measures[0]}"):
        seen = leader.get(f"/r/{REGION}/rounds/{hidden.id}/wall{query}").text
        assert "Vi vil ikke" not in seen and "Blokker" not in seen and "rådgivende" not in seen
        assert "Vis resultatet" not in seen and "Skjul resultatet" not in seen


def test_the_overview_shows_all_measures_and_asks_for_them(as_person: As, round_: Round) -> None:
    page = as_person(ROLF).get(f"/r/{REGION}/rounds/{round_.id}/wall?overview=1").text
    assert "Tiltak 0" in page and "Tiltak 1" in page
    assert "overview=1" in re.search(r'hx-get="([^"]*)"', page).group(1)


def test_the_wall_of_points_shows_them_and_who_missed_is_not_named(workspace: Workspace, as_person: As) -> None:
    round_ = meeting_leading.start(workspace, MARIT, opened(workspace, method="priority", counted_by="person").id)
    answering.answer(workspace, KARI, round_.id, round_.measures[0], "4")
    meeting_leading.reveal(workspace, MARIT, round_.id)
    for query in ("", "?overview=1"):
        page = as_person(ROLF).get(f"/r/{REGION}/rounds/{round_.id}/wall{query}").text
        assert "4 poeng. Venter på svar" in page
        assert "Kari" not in page and "Bjorn" not in page and "Amund" not in page


def test_a_phone_gives_points_a_step_at_a_time_without_storing_them(workspace: Workspace, client: FlaskClient) -> None:
    round_ = meeting_leading.start(workspace, MARIT, opened(workspace, method="priority", counted_by="person").id)
    enter(client, round_)
    assert answer(client, round_, "0", step="1").status_code == 200
    assert answer(client, round_, "9", step="1", htmx=True).headers["HX-Reswap"] == "outerMorph"
    assert stored(workspace, round_) == []
    assert answer(client, round_, "9").status_code == 422
    assert answer(client, round_, "3").status_code == 303
    assert [b.value for b in stored(workspace, round_)] == [3]


def modules(svg: str) -> set[tuple[int, int]]:
    """The dark modules of a QR code, from the path that draws them."""
    path = re.search(r' d="([^"]+)"', svg).group(1)
    dark, x, y = set(), 0, 0.0
    for move, first, second in re.findall(r"([Mmh])\s*(-?[\d.]+)(?:\s+(-?[\d.]+))?", path):
        if move == "M":
            x, y = int(first), float(second)
        elif move == "m":
            x, y = x + int(first), y + float(second)
        else:
            dark |= {(x + step, int(y)) for step in range(int(first))}
            x += int(first)
    return dark


def test_the_qr_code_says_the_address(workspace: Workspace, as_person: As, round_: Round) -> None:
    page = as_person(MARIT).get(f"/r/{REGION}/rounds/{round_.id}/wall").text
    address = f"{workspace.config.base_url}/m/{round_.code}"
    drawn = re.search(r'<div class="qr" role="img" aria-label="[^"]*">(<svg.*?</svg>)', page).group(1)
    made = segno.make(address, error="m", micro=False)
    wanted = {(x, y) for y, row in enumerate(made.matrix) for x, module in enumerate(row) if module}
    assert modules(drawn) == {(x + meeting_qr.QUIET, y + meeting_qr.QUIET) for x, y in wanted}
    assert address in page and round_.code in page and "style=" not in drawn


def test_without_a_meeting_the_wall_has_no_way_in(workspace: Workspace, as_person: As) -> None:
    page = as_person(ROLF).get(f"/r/{REGION}/rounds/{opened(workspace).id}/wall")
    assert page.status_code == 200 and 'class="qr"' not in page.text


# -- Leading --


def test_a_meeting_is_led_by_plain_forms(workspace: Workspace, as_person: As) -> None:
    round_ = opened(workspace)
    leader = as_person(MARIT)
    path = f"/r/{REGION}/rounds/{round_.id}/meeting"
    assert "Start møtet" in leader.get(path).text
    assert f"{path}" in leader.get(f"/r/{REGION}/rounds/{round_.id}").text
    assert lead(leader, round_, "start").status_code == 303
    first = service.get(workspace, MARIT, round_.id).code
    assert first in leader.get(path).text
    again = lead(leader, round_, "start")
    assert again.status_code == 409 and "alt i gang" in again.text
    lead(leader, round_, "code")
    assert service.get(workspace, MARIT, round_.id).code not in {"", first}
    lead(leader, round_, "end")
    assert service.get(workspace, MARIT, round_.id).code == ""
    assert as_person(KARI).get(path).status_code == 403


def test_a_name_is_for_those_who_lead(as_person: As, client: FlaskClient, round_: Round) -> None:
    enter(client, round_, "municipality:9001", name="Per Ås")
    answer(client, round_, "2", reason="Mer tid.")
    assert "Per Ås" in as_person(MARIT).get(f"/r/{REGION}/rounds/{round_.id}/meeting").text
    for path in (f"/rounds/{round_.id}", f"/measures/{round_.measures[0]}", f"/rounds/{round_.id}/wall"):
        assert "Per Ås" not in as_person(KARI).get(f"/r/{REGION}{path}").text


def test_hands_are_entered_shown_apart_and_corrected(workspace: Workspace, as_person: As, round_: Round) -> None:
    leader = as_person(MARIT)
    measure = round_.measures[0]
    typed = {"measure": measure, "group": "business", "hands-4": "8", "hands-3": "fire", "source": "Verkstedet"}
    refused = lead(leader, round_, "hands", **typed)
    assert refused.status_code == 422 and 'value="8"' in refused.text and 'value="fire"' in refused.text
    assert lead(leader, round_, "hands", **{**typed, "hands-3": "4"}).status_code == 303
    seen = as_person(ROLF).get(f"/r/{REGION}/measures/{measure}").text
    assert "Hender telt i møtet" in seen and "12 hender" in seen and "Ført av Marit" in seen
    lead(leader, round_, "hands", **{**typed, "hands-3": "5"})
    page = leader.get(f"/r/{REGION}/rounds/{round_.id}/meeting?measure={measure}").text
    assert "13 hender" in page and "Tidligere tall" in page and "8 støtte, 4 kan leve med" in page
    count = re.search(r"/hands/(\w{26})/withdrawal", page).group(1)
    assert lead(leader, round_, f"hands/{count}/withdrawal", measure=measure).status_code == 303
    assert "Hender telt i møtet" not in as_person(ROLF).get(f"/r/{REGION}/measures/{measure}").text


def test_a_place_to_come_in_at_follows_the_settings(workspace: Workspace, app: Flask) -> None:
    with app.test_request_context():
        assert meeting_routes.address_of("KVHMTR") == f"{workspace.config.base_url}/m/KVHMTR"
        assert meeting_routes.way_in("KVHMTR")["site"] == "127.0.0.1:8000/m"
