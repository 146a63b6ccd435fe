"""One's own page: what one is called, keys, sessions, all one's data, and asking to be let out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, OTHER_REGION, REGION, csrf_of, seed
from workspace.access import Actor, Audience, Role, operator
from workspace.accounts import service as accounts
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.errors import Invalid
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import own, service
from workspace.regions.model import Membership
from workspace.rounds import answering, life
from workspace.transfer import own as taken_out

As = Callable[[Actor], FlaskClient]


def _post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={"csrf_token": csrf_of(client), **fields})


def _membership(workspace: Workspace, person: str, region: str = REGION) -> Membership:
    return workspace.region(region).view().get(Membership, person)


class TestNameAndTitle:
    def test_are_kept_in_the_house_and_in_each_region(self, as_person: As, workspace: Workspace) -> None:
        service.add_member(workspace, operator(OTHER_REGION), accounts.person(workspace, "kari"), Role.READER)
        fields = {"name": "Kari Å. Nes", f"title-{REGION}": "Næringssjef", f"title-{OTHER_REGION}": "Rådgiver"}
        assert _post(as_person(KARI), "/profile/about", **fields).status_code == 303
        assert accounts.person(workspace, "kari").name == "Kari Å. Nes"
        here, there = _membership(workspace, "kari"), _membership(workspace, "kari", OTHER_REGION)
        assert [(m.name, m.title) for m in (here, there)] == [
            ("Kari Å. Nes", "Næringssjef"),
            ("Kari Å. Nes", "Rådgiver"),
        ]
        assert here.role == Role.PARTICIPANT and here.municipality == "9001"
        page = as_person(KARI).get("/profile").text
        assert 'value="Næringssjef"' in page and "Tittel i Naboregionen" in page

    def test_one_is_called_something(self, as_person: As, workspace: Workspace) -> None:
        for fields in ({"name": " "}, {"name": "x" * 101}, {"name": "Kari", f"title-{REGION}": "x" * 101}):
            refused = _post(as_person(KARI), "/profile/about", **fields)
            assert refused.status_code == 422
        assert accounts.person(workspace, "kari").name == "Kari"

    def test_the_same_again_writes_nothing(self, workspace: Workspace) -> None:
        seed(workspace)
        before = workspace.region(REGION).view().last_event()
        own.describe(workspace, "kari", "Kari", {REGION: ""})
        assert workspace.region(REGION).view().last_event() == before

    def test_a_title_in_a_region_that_is_not_one_s_own_is_passed_over(self, workspace: Workspace) -> None:
        seed(workspace)
        own.describe(workspace, "kari", "Kari", {OTHER_REGION: "Sjef"})
        assert _membership(workspace, "kari", OTHER_REGION) is None


class TestShortcuts:
    def test_are_off_on_every_page_until_they_are_on_again(self, as_person: As) -> None:
        client = as_person(KARI)
        assert 'aria-keyshortcuts="/"' in client.get(f"/r/{REGION}/").text
        assert _post(client, "/profile/shortcuts").status_code == 303
        for page in ("/profile", f"/r/{REGION}/", f"/r/{REGION}/search"):
            text = client.get(page).text
            assert 'data-shortcuts="off"' in text and "aria-keyshortcuts" not in text
        assert "<kbd>" not in client.get(f"/r/{REGION}/search?q=kai").text
        assert 'data-shortcuts="off"' not in as_person(MARIT).get(f"/r/{REGION}/").text
        _post(client, "/profile/shortcuts", shortcuts="on")
        assert "data-shortcuts" not in client.get(f"/r/{REGION}/").text


class TestLooks:
    def test_each_form_changes_what_it_says_and_no_more(self, as_person: As, workspace: Workspace) -> None:
        client = as_person(KARI)
        _post(client, "/profile/looks", color_scheme="dark")
        _post(client, "/profile/looks", locale="nn")
        page = client.get("/profile").text
        assert 'lang="nn" data-color-scheme="dark"' in page
        assert _post(client, "/profile/looks", locale="se").status_code == 422
        assert accounts.person(workspace, "kari").locale == "nn"


def test_all_other_sessions_end_and_this_one_stays(as_person: As, workspace: Workspace) -> None:
    client = as_person(KARI)
    other = accounts.start_session(workspace, "kari", device="Safari, iPhone")
    stranger = accounts.start_session(workspace, "marit")
    assert "Safari, iPhone" in client.get("/profile").text
    assert _post(client, "/profile/sessions/end").status_code == 303
    assert accounts.signed_in_person(workspace, other) is None
    assert accounts.signed_in_person(workspace, stranger) is not None
    assert client.get("/profile").status_code == 200


class TestLeaving:
    def test_is_asked_for_seen_and_taken_back(self, as_person: As, workspace: Workspace) -> None:
        kari, lead = as_person(KARI), as_person(MARIT)
        assert _post(kari, f"/r/{REGION}/leaving").status_code == 303
        assert "Prosesslederen ser det" in kari.get("/profile").text
        assert "Ber om å slutte" in lead.get(f"/r/{REGION}/members").text
        assert service.actor_in(workspace, accounts.person(workspace, "kari"), REGION).voices == {"9001"}
        before = workspace.region(REGION).view().last_event()
        assert own.ask_to_leave(workspace, KARI, wants=True).leave_asked is not None
        assert workspace.region(REGION).view().last_event() == before, "once is enough"
        _post(kari, f"/r/{REGION}/leaving", take_back="1")
        assert "Ber om å slutte" not in lead.get(f"/r/{REGION}/members").text
        actions = [event.action for event in workspace.region(REGION).view().events()]
        assert actions[-2:] == ["memberships.leave_asked", "memberships.leave_taken_back"]

    def test_whoever_comes_back_has_not_asked(self, as_person: As, workspace: Workspace) -> None:
        _post(as_person(KARI), f"/r/{REGION}/leaving")
        service.end_membership(workspace, MARIT, "kari")
        service.add_member(workspace, MARIT, accounts.person(workspace, "kari"), Role.READER)
        assert _membership(workspace, "kari").leave_asked is None


class TestData:
    @pytest.fixture
    def room(self, workspace: Workspace) -> Workspace:
        seed(workspace)
        return workspace

    def _file(self, room: Workspace, person: str) -> dict:
        return json.loads(taken_out.packed(room, accounts.person(room, person)))

    def test_has_what_one_wrote_and_answered_and_nobody_else_s(self, room: Workspace) -> None:
        document = documents.create(room, AMUND, title="Notat", text="Amunds tekst om kaia.")
        thread = comments.open_thread(room, KARI, document.id, 1, "Karis ord.")
        comments.reply(room, BJORN, thread.id, "Bjørns ord.")
        measure = measures.create(room, AMUND, title="Kai", text="Vi bygger.")
        round_ = life.create(room, MARIT, (measure.id,), title="Runde", closes=room.now() + timedelta(days=7))
        life.open_round(room, MARIT, round_.id)
        answering.answer(room, KARI, round_.id, measure.id, "2", "Karis begrunnelse.")
        file = self._file(room, "kari")
        [region] = file["regions"]
        assert (file["account"]["email"], region["region"]) == ("kari@example.no", REGION)
        assert [comment["text"] for comment in region["comments"]] == ["Karis ord."]
        assert [(one["value"], one["reason"]) for one in region["ballots"]] == [(2, "Karis begrunnelse.")]
        text = json.dumps(file, ensure_ascii=False)
        for others in ("Bjørns ord", "Amunds tekst", "password", "salt", "marit@"):
            assert others not in text
        [theirs] = self._file(room, "amund")["regions"]
        assert theirs["document_versions"][0]["text"] == "Amunds tekst om kaia."

    def test_texts_that_one_may_not_read_any_more_are_left_out(self, room: Workspace) -> None:
        documents.create(room, AMUND, title="Intervju", text="Fortrolig samtale.", audience=Audience.STAFF)
        assert "Fortrolig samtale" in json.dumps(self._file(room, "amund"))
        service.change_role(room, MARIT, "amund", "participant")
        assert "Fortrolig samtale" not in json.dumps(self._file(room, "amund"))
        service.end_membership(room, MARIT, "amund")
        [region] = self._file(room, "amund")["regions"]
        assert region["document_versions"] == []

    def test_comes_as_a_file_and_not_too_often(self, as_person: As) -> None:
        client = as_person(KARI)
        answer = client.get("/profile/data")
        assert (
            answer.headers["Content-Disposition"].startswith("attachment") and answer.json["account"]["name"] == "Kari"
        )
        assert answer.headers["Cache-Control"] == "no-store"
        assert [client.get("/profile/data").status_code for _ in range(5)][-1] == 429


def test_names_have_an_end(workspace: Workspace) -> None:
    seed(workspace)
    with pytest.raises(Invalid):
        accounts.rename(workspace, "kari", "")
