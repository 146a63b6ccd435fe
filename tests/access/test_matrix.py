"""The access matrix: every route, by everybody, in one's own region, another, and one that is not there.

What each route is stands in matrix.csv, which people review; who may do what stands in `access.RULES`. A route that is
in neither makes this fail.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.access.conftest import CANARIES, ROLES, Rooms
from tests.conftest import OTHER_REGION, REGION, csrf_of
from workspace import create_app, web
from workspace.access import CONDITIONS, RULES, Action, Role
from workspace.accounts import links as account_links
from workspace.accounts import service as accounts

NOWHERE = "finnesikke"
SHORT = {"number", "milestone", "report"}  # values that are short, and stand in other things too
TABLE = dict(csv.reader(Path(__file__).with_name("matrix.csv").read_text(encoding="utf-8").splitlines()[1:]))


def unruled(app: Flask) -> list[str]:
    """Endpoints that have no rule, or not the one that was reviewed."""
    found = []
    for endpoint, view in app.view_functions.items():
        rule = getattr(view, "rule", None)
        if endpoint != "static" and (rule is None or TABLE.get(endpoint) != str(rule)):
            found.append(f"{endpoint}: {rule}, reviewed as {TABLE.get(endpoint)}")
    return found


def test_every_route_has_the_rule_that_was_reviewed(rooms: Rooms) -> None:
    assert unruled(rooms.app) == []
    assert set(TABLE) <= set(rooms.app.view_functions), "matrix.csv names routes that are gone"


def test_a_route_without_a_rule_is_found_and_never_answers(rooms: Rooms) -> None:
    app = create_app(rooms.workspace)
    app.add_url_rule("/r/<region>/forgotten", "forgotten", lambda region: "secret")
    app.add_url_rule("/r/<region>/loose", "loose", web.public("nobody reviewed this")(lambda region: "open"))
    assert unruled(app) == ["forgotten: None, reviewed as None", "loose: public, reviewed as None"]
    browser = Browser(Rooms(app, rooms.workspace), "administrator")
    assert browser.ask("GET", f"/r/{REGION}/forgotten").status_code == 403


class Browser:
    """A browser of somebody of this role, with a session and a CSRF token as after signing in."""

    def __init__(self, rooms: Rooms, role: str) -> None:
        self.rooms, self.role = rooms, role
        self.client: FlaskClient = rooms.app.test_client()
        self.sign_in()

    def sign_in(self) -> None:
        if self.role == "phone":  # a guest's, which came in by the code of the region's meeting
            ids = self.rooms.ids[REGION]
            with self.client.session_transaction() as cookie:
                cookie.clear()
                cookie[f"meeting:{ids['room_code']}"] = f"{REGION}/{ids['rounds']}/{ids['guest']}"
        elif self.role != "anonymous":
            token = accounts.start_session(self.rooms.workspace, self.role)
            with self.client.session_transaction() as cookie:
                cookie.clear()
                cookie["_user_id"] = token
        self.token = csrf_of(self.client)

    def ask(self, method: str, address: str, htmx: bool = False) -> TestResponse:
        headers = {"HX-Request": "true"} if htmx else {}
        data = {"csrf_token": self.token} if method == "POST" else None
        return self.client.open(address, method=method, headers=headers, data=data)


def text_of(answer: TestResponse) -> str:
    """All that an answer tells in words; of a workbook what stands in its sheets, of another file what can be read."""
    if "spreadsheetml" not in answer.mimetype or not answer.data:
        return answer.get_data().decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def address_of(rule: Rule, slug: str, ids: dict[str, str]) -> str:
    """An address of the route, with real values where `ids` has them."""
    table = next((part for part in reversed(rule.rule.partition("<id>")[0].split("/")) if part), "")
    values = {}
    for name in rule.arguments:
        values[name] = (
            slug if name == "region" else ids.get(table if name == "id" else name, "0123456789abcdefghjkmnpqrs")
        )
    if rule.endpoint == "documents.version":
        values["number"] = "1"
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match.group(1)], rule.rule)


def may(role: str, action: Action) -> bool:
    """What the table of rules says; people without a standing in the region may nothing."""
    return role in set(Role) and Role(role) in RULES[action]


def expected(rule: str, role: str, method: str, slug: str, htmx: bool) -> set[int]:
    """The statuses that are right for a cell. An empty set: anything but a refusal or a fault."""
    if rule == "public":
        return set()
    if role in {"anonymous", "disabled", "phone"}:
        return {303} if method != "POST" and not htmx else {401}
    if rule == "signed in":
        return set()
    if slug != REGION or role == "stranger":
        return {404}
    if not may(role, Action(rule)):
        return {403}
    return set()


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """CSRF tokens hold the second in which they were signed; stop it, so that answers can be compared to the byte."""
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda self: 1_800_000_000)


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("role", ROLES)
def test_the_matrix(rooms: Rooms, role: str, record_property, capsys) -> None:
    browser = Browser(rooms, role)
    cells: Counter[int] = Counter()
    for rule in sorted(rooms.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        if rule.endpoint == "static":
            continue
        slugs = (REGION, OTHER_REGION, NOWHERE) if "region" in rule.arguments else (REGION,)
        if role == "stranger" and len(slugs) > 1:
            slugs = (REGION, NOWHERE)  # at home in the other one
        for method in sorted(rule.methods & {"GET", "HEAD", "POST"}):
            for htmx in (False, True):
                answers = {slug: _ask(rooms, browser, rule, method, slug, htmx) for slug in slugs}
                cells.update(answer.status_code for answer in answers.values())
                told = {slug: _told(rooms, answer, slug) for slug, answer in answers.items()}
                if len(slugs) > 1:
                    assert told[slugs[-2]] == told[NOWHERE], f"{role} {method} {rule.endpoint}: a region shows"
    record_property("cells", sum(cells.values()))
    with capsys.disabled():
        print(f"\n  {role}: {sum(cells.values())} cells, by status {dict(sorted(cells.items()))}", end="")
    assert sum(cells.values()) > 100


def _ask(rooms: Rooms, browser: Browser, rule: Rule, method: str, slug: str, htmx: bool) -> TestResponse:
    """Ask one cell, and judge its status, what it tells and what it wrote."""
    role, named = browser.role, TABLE[rule.endpoint]
    wanted = expected(named, role, method, slug, htmx)
    where = f"{role} {method} {rule.endpoint} {slug} htmx={htmx}"
    may_act = method == "POST" and not wanted  # on nothing real, so that the next cell finds all as it was
    before = rooms.written()
    answer = browser.ask(
        method, address_of(rule, slug, {} if may_act else rooms.ids.get(slug, rooms.ids[REGION])), htmx
    )
    _judge(role, named, wanted, answer, where)
    own = rooms.members_of(role)
    for region, canary in CANARIES.items():
        assert region == own or canary not in text_of(answer), f"{where}: tells about {region}"
    if wanted:
        assert rooms.written() == before, f"{where}: refused, but wrote"
    if 404 in wanted and own is not None:
        assert CANARIES[own] not in text_of(answer), where
    if method == "POST" and named in {"public", "signed in"}:
        browser.sign_in()  # it may have signed out
    return answer


def _told(rooms: Rooms, answer: TestResponse, slug: str) -> tuple[int, str, dict[str, str]]:
    """All of an answer, but the slug and the ids that were typed and what differs each time."""
    passing = {"Set-Cookie", "X-Request-Id", "Date"}
    typed = [slug] + [value for ids in rooms.ids.values() for name, value in ids.items() if name not in SHORT]

    def masked(text: str) -> str:
        for value in typed:
            text = text.replace(value, "TYPED")
        return text

    headers = {name: masked(value) for name, value in answer.headers.items() if name not in passing}
    return answer.status_code, masked(text_of(answer)), headers | {"Content-Length": ""}


def _judge(role: str, named: str, wanted: set[int], answer: TestResponse, where: str) -> None:
    status = answer.status_code
    if wanted:
        assert status in wanted, f"{where}: {status}, not {wanted}"
        if status == 303:
            assert answer.headers["Location"].startswith("/sign-in?next="), where
        return
    assert status < 500, f"{where}: {status}"
    assert status != 405, where
    if named not in {"public", "signed in"} and Action(named) in CONDITIONS:
        return  # whose thing it is decides; the rooms' own tests ask
    assert status not in {401, 403}, f"{where}: {status}"


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("role", ["reader", "participant", "staff", "facilitator", "administrator"])
def test_ids_of_another_region_are_the_same_as_none(rooms: Rooms, role: str) -> None:
    """Torture cases 52 and 53: each id swapped for one of the other region's, in the address of one's own."""
    browser = Browser(rooms, role)
    nothing = {name: "0123456789abcdefghjkmnpqrs" for name in rooms.ids[REGION]} | {"number": "9999"}
    foreign = rooms.ids[OTHER_REGION] | {"number": "9999"}
    asked = 0
    for rule in rooms.app.url_map.iter_rules():
        if "region" not in rule.arguments or len(rule.arguments) == 1:
            continue
        for method in rule.methods & {"GET", "POST"}:
            texts = []
            for ids in (foreign, nothing):
                address = address_of(rule, REGION, ids)
                before = rooms.written()
                answer = browser.ask(method, address)
                assert rooms.written() == before, f"{method} {address}"
                assert CANARIES[OTHER_REGION] not in text_of(answer)
                text = re.sub(r'name="key" value="\w{26}"', "", text_of(answer))  # each form has a key of its own
                for value in (*foreign.values(), *nothing.values()):
                    text = text.replace(value, "ID")
                texts.append((answer.status_code, text))
                asked += 1
            assert texts[0] == texts[1], f"{role} {method} {rule.endpoint}"
            assert texts[0][0] in {403, 404, 400, 422, 428}, f"{role} {method} {rule.endpoint}: {texts[0][0]}"
    assert asked > 30


@pytest.mark.parametrize("name", ["region", "region_id", "slug"])
def test_a_region_named_elsewhere_has_no_effect(rooms: Rooms, name: str) -> None:
    """Torture cases 39 and 52: in a field, the query, a header or a cookie."""
    browser = Browser(rooms, "facilitator")
    browser.client.set_cookie(name, OTHER_REGION)
    before = rooms.written()[2]
    answer = browser.client.get(
        f"/r/{REGION}/members?{name}={OTHER_REGION}", headers={"X-Region": OTHER_REGION, "X-Original-URL": "/r/nabo/"}
    )
    assert answer.status_code == 200
    assert CANARIES[OTHER_REGION] not in text_of(answer)
    fields = {
        "csrf_token": browser.token,
        name: OTHER_REGION,
        "role": "administrator",
        "operator": "1",
        "id": "stranger",
    }
    browser.client.post(f"/r/{REGION}/members/participant/role", data=fields)
    invited = fields | {"addresses": "ny@example.no", "role": "reader", "send": "1"}
    browser.client.post(f"/r/{REGION}/invitations", data=invited)
    assert rooms.written()[2] == before
    assert account_links.open_invitations(rooms.workspace, REGION)[-1].region == REGION


def test_a_method_in_a_header_has_no_effect(rooms: Rooms) -> None:
    """Torture case 65."""
    browser = Browser(rooms, "facilitator")
    before = rooms.written()
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        address = f"/r/{REGION}/members/{rooms.ids[REGION]['person']}/end"
        assert browser.client.get(address, headers={header: "POST"}).status_code == 405
        assert browser.client.post(f"/r/{REGION}/members", headers={header: "GET"}).status_code in {400, 405}
    assert rooms.written() == before


def test_a_guest_s_phone_sees_its_round_and_no_more(rooms: Rooms) -> None:
    """The same phone as in the matrix: at the meeting's own addresses it is let in, and told of nothing else."""
    browser = Browser(rooms, "phone")
    ids, canary = rooms.ids[REGION], CANARIES[REGION]
    seen = browser.ask("GET", f"/m/{ids['room_code']}/answer")
    assert seen.status_code == 200 and f"Tiltak {canary}" in seen.text
    for other in (f"Notat {canary}", f"Kommentar {canary}", f"Medlem {canary}", f"Gjest {canary}", f"Salen {canary}"):
        assert other not in seen.text
    assert CANARIES[OTHER_REGION] not in seen.text
    other = browser.ask("GET", f"/m/{rooms.ids[OTHER_REGION]['room_code']}/answer")
    assert other.status_code == 303, "a guest of one meeting is none of another"


def test_the_public_page_of_a_hearing_tells_of_its_text_and_of_nothing_else(rooms: Rooms) -> None:
    """Whoever has the link reads the version that was sent out: no comment, no answer, no member."""
    browser = Browser(rooms, "anonymous")
    ids, canary = rooms.ids[REGION], CANARIES[REGION]
    seen = browser.ask("GET", f"/h/{ids['hearing_link']}")
    assert seen.status_code == 200 and f"Første avsnitt {canary}" in seen.text and f"Spørsmål {canary}?" in seen.text
    others = ("Kommentar", "Medlem", "Uttalelse", "Avsender", "Tiltak", "Marit", "Runde")
    assert [other for other in others if f"{other} {canary}" in seen.text] == []
    assert CANARIES[OTHER_REGION] not in seen.text and "/r/" not in seen.text
    receipt = browser.ask("GET", f"/h/{ids['hearing_link']}/answers/{ids['receipt_code']}")
    assert f"Uttalelse {canary}" in receipt.text
    other = browser.ask("GET", f"/h/{rooms.ids[OTHER_REGION]['hearing_link']}/answers/{ids['receipt_code']}")
    assert other.status_code == 404 and canary not in other.text
