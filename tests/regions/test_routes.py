"""The front door, invitations, members, and stepping into the demo."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.conftest import ADMIN, KARI, MARIT, OTHER_REGION, REGION, Clock, csrf_of, seed, sign_in
from workspace import create_app
from workspace.access import Actor, Role, operator
from workspace.accounts import service as accounts
from workspace.parts import Workspace
from workspace.regions import invitations, service
from workspace.regions.model import Municipality, Region

As = Callable[[Actor], FlaskClient]


def _post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={"csrf_token": csrf_of(client), **fields})


class TestFrontDoor:
    def test_strangers_sign_in_and_members_come_home(self, client: FlaskClient, as_person: As) -> None:
        assert client.get("/").headers["Location"] == "/sign-in"
        assert as_person(KARI).get("/").headers["Location"] == f"/r/{REGION}/"

    def test_one_of_two_regions_chooses(self, as_person: As, workspace: Workspace) -> None:
        kari = accounts.person(workspace, "kari")
        service.add_member(workspace, operator(OTHER_REGION), kari, Role.READER)
        page = as_person(KARI).get("/")
        assert page.status_code == 200
        assert "Skarfjordregionen" in page.text
        assert "Naboregionen" in page.text

    def test_one_of_none_is_told(self, as_person: As, workspace: Workspace) -> None:
        service.end_membership(workspace, MARIT, "kari")
        assert "ikke med i noen region" in as_person(KARI).get("/").text

    def test_the_frame_says_where_and_who(self, as_person: As) -> None:
        page = as_person(KARI).get(f"/r/{REGION}/").text
        assert "Deltaker, Havnsund" in page
        assert 'aria-current="page"' in page
        assert f"/r/{REGION}/members" not in page
        assert f"/r/{REGION}/members" in as_person(MARIT).get(f"/r/{REGION}/").text


class TestInvitations:
    def _invite(self, client: FlaskClient, **fields: str) -> str:
        fields = {"addresses": fields.pop("email"), "role": "participant", "send": "1"} | fields
        answer = _post(client, f"/r/{REGION}/invitations", **fields)
        assert answer.status_code == 200
        return re.search(r"/invitation/[\w-]+", answer.text).group(0)

    def test_what_is_looked_over_says_who_they_will_be(self, as_person: As) -> None:
        client, typed = as_person(MARIT), {"addresses": "ella@example.no", "role": "participant"}
        with_place = _post(client, f"/r/{REGION}/invitations", municipality="9001", **typed).text
        assert "<b>Deltaker, Havnsund</b>" in with_place and "Uten kommune" not in with_place
        without = _post(client, f"/r/{REGION}/invitations", **typed).text
        assert "<b>Deltaker, Regionen</b>" in without and "de kan ikke svare på vegne av en kommune" in without

    def test_somebody_signed_in_is_told_that_they_become_another(self, as_person: As, client: FlaskClient) -> None:
        address = self._invite(as_person(MARIT), email="ella@example.no")
        assert "Du er logget inn som Kari" in as_person(KARI).get(address).text
        assert "Du er logget inn som" not in client.get(address).text

    def test_who_is_invited_from_a_municipality_stands_where_its_voice_is_chosen(
        self, as_person: As, workspace: Workspace
    ) -> None:
        with workspace.region(REGION).transaction() as tx:
            tx.put(Municipality(id="9002", name="Myrland"))
        client, page = as_person(MARIT), f"/r/{REGION}/members?municipality=9002"
        assert "Ingen deltakere fra kommunen ennå." in client.get(page).text
        self._invite(client, email="ella@example.no", municipality="9002")
        assert "Invitert, men har ikke sagt ja ennå: ella@example.no." in client.get(page).text
        saved = _post(client, f"/r/{REGION}/municipalities/9001/voice", voting_member="kari")
        assert saved.headers["Location"].endswith("#hvem-svarer")
        assert "Lagret for Havnsund." in client.get(saved.headers["Location"]).text

    def test_from_the_form_to_the_room(self, as_person: As, client: FlaskClient) -> None:
        address = self._invite(as_person(MARIT), email="ella@example.no", group="youth", organisation="Ungdomsrådet")
        page = client.get(address)
        assert "Invitasjon fra Marit" in page.text
        assert "ella@example.no" in page.text
        answer = _post(client, address, name="Ella", new_password="hest batteri stift kvern")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/r/{REGION}/")
        assert "Deltaker, Ungdomsrådet" in client.get(f"/r/{REGION}/").text
        assert client.get(address).status_code == 404

    def test_a_form_that_is_refused_keeps_its_text(self, as_person: As, client: FlaskClient) -> None:
        typed = {
            "addresses": "ella@example.no",
            "role": "owner",
            "organisation": "Ungdomsrådet",
            "greeting": "Velkommen!",
        }
        refused = _post(as_person(MARIT), f"/r/{REGION}/invitations", **typed)
        assert refused.status_code == 422
        assert all(text in refused.text for text in ("ella@example.no", 'value="Ungdomsrådet"', "Velkommen!"))
        address = self._invite(as_person(MARIT), email="ella@example.no")
        answer = _post(client, address, name="Ella", new_password="kort")
        assert answer.status_code == 422
        assert 'value="Ella"' in answer.text

    def test_somebody_elses_account_stays_shut(self, as_person: As, client: FlaskClient, workspace: Workspace) -> None:
        address = self._invite(as_person(MARIT), email="vera@example.no")
        assert "Logg inn med den" in client.get(address).text
        assert _post(client, address, name="Vera").status_code == 403
        assert _post(as_person(MARIT), address, name="Vera").status_code == 403
        vera = sign_in(client, Actor(person="vera"))
        assert _post(vera, address).headers["Location"] == f"/r/{REGION}/"

    def test_withdrawing(self, as_person: As, client: FlaskClient, workspace: Workspace) -> None:
        address = self._invite(as_person(MARIT), email="ella@example.no")
        [link] = invitations.waiting(workspace, MARIT)
        assert _post(as_person(MARIT), f"/r/{REGION}/invitations/{link.id}/withdrawal").status_code == 303
        assert client.get(address).status_code == 404


class TestMembers:
    def test_who_answers(self, as_person: As, workspace: Workspace) -> None:
        answer = _post(as_person(MARIT), f"/r/{REGION}/municipalities/9001/voice", voting_member="", deputies=["kari"])
        assert answer.status_code == 303
        kept = workspace.region(REGION).view().get(Municipality, "9001")
        assert (kept.voting_member, kept.deputies) == (None, ("kari",))
        assert "Ingen svarer for Havnsund." in as_person(MARIT).get(f"/r/{REGION}/members").text
        wrong = _post(as_person(MARIT), f"/r/{REGION}/municipalities/9001/voice", voting_member="bjorn")
        assert wrong.status_code == 422

    def test_roles_and_leaving(self, as_person: As, workspace: Workspace) -> None:
        lead = as_person(MARIT)
        assert _post(lead, f"/r/{REGION}/members/rolf/role", role="staff").status_code == 303
        assert _post(lead, f"/r/{REGION}/members/rolf/role", role="administrator").status_code == 403
        assert _post(lead, f"/r/{REGION}/members/marit/role", role="reader").status_code == 422
        assert _post(lead, f"/r/{REGION}/members/rolf/end").status_code == 303
        assert "rolf" not in [member.id for member in service.members(workspace, MARIT)]
        assert _post(lead, f"/r/{REGION}/members/rolf/end").status_code == 404

    def test_a_link_for_one_who_asks(self, as_person: As, client: FlaskClient) -> None:
        _post(client, "/sign-in", email="kari@example.no", link="1")
        lead = as_person(MARIT)
        assert "Ber om en lenke" in lead.get(f"/r/{REGION}/members").text
        answer = _post(lead, f"/r/{REGION}/members/kari/link")
        address = re.search(r"/sign-in/[\w-]+", answer.text).group(0)
        assert _post(client, address).status_code == 303
        assert "Ber om en lenke" not in lead.get(f"/r/{REGION}/members").text
        assert _post(lead, f"/r/{REGION}/members/admin/link").status_code == 422
        assert _post(as_person(ADMIN), f"/r/{REGION}/members/marit/link").status_code == 200


class TestSteppingIn:
    @pytest.fixture
    def demo(self, workspace: Workspace) -> FlaskClient:
        seed(workspace)
        with workspace.house.transaction() as tx:
            tx.put(tx.get(Region, REGION).changed(demo=True))
        return create_app(replace(workspace, config=replace(workspace.config, demo=True))).test_client()

    def test_as_anybody_with_one_click(self, demo: FlaskClient, clock: Clock) -> None:
        assert demo.get("/").headers["Location"] == "/step-in"
        page = demo.get("/step-in").text
        assert "Gå inn som Kari" in page and "Svarer på vegne av Havnsund kommune." in page
        assert "Vera" not in page, "her region is no demo"
        answer = _post(demo, "/step-in", person="kari")
        assert answer.headers["Location"] == f"/r/{REGION}/"
        assert "Deltaker, Havnsund" in demo.get(f"/r/{REGION}/").text
        for wrong in ("vera", "", "nobody"):
            assert _post(demo, "/step-in", person=wrong).status_code == 404

    @pytest.mark.parametrize(
        "sign",
        [
            {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {"HTTP_X_FORWARDED_HOST": "localhost"},
            {"HTTP_FORWARDED": "for=127.0.0.1"},
            {"HTTP_X_REAL_IP": "127.0.0.1"},
            {"HTTP_VIA": "1.1 proxy"},
            {"HTTP_CF_CONNECTING_IP": "127.0.0.1"},
            {"REMOTE_ADDR": "10.0.0.7"},
            {"REMOTE_ADDR": "::ffff:10.0.0.7"},
            {"REMOTE_ADDR": "localhost"},
            {"REMOTE_ADDR": ""},
        ],
    )
    def test_from_this_machine_and_past_no_proxy(self, demo: FlaskClient, sign: dict[str, str]) -> None:
        """Torture case 59, where it matters most. Also a session that was stepped into is worth nothing elsewhere."""
        assert demo.get("/step-in", environ_base=sign).status_code == 404
        _post(demo, "/step-in", person="kari")
        assert demo.get("/profile").status_code == 200
        assert demo.get("/profile", environ_base=sign).status_code == 303
        token = csrf_of(demo)
        assert demo.post("/step-in", data={"csrf_token": token, "person": "kari"}, environ_base=sign).status_code == 404

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.3.2.1", "::1"])
    def test_this_machine_has_several_names(self, demo: FlaskClient, address: str) -> None:
        assert demo.get("/step-in", environ_base={"REMOTE_ADDR": address}).status_code == 200

    def test_not_behind_a_proxy_by_setting(self, demo: FlaskClient, workspace: Workspace) -> None:
        config = replace(workspace.config, demo=True, proxies=1)
        assert create_app(replace(workspace, config=config)).test_client().get("/step-in").status_code == 404

    def test_not_outside_demo_mode(self, client: FlaskClient) -> None:
        assert client.get("/step-in").status_code == 404
        assert _post(client, "/step-in", person="kari").status_code == 404
