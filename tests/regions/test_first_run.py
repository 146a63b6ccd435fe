"""Making the first region in the browser, with the code of the operator's terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock, open_parts
from workspace import access, create_app
from workspace.access import Role
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.config import Config
from workspace.errors import Invalid, NotFound, TooManyAttempts
from workspace.parts import Workspace, new_id
from workspace.regions import first_run, norway, service
from workspace.regions.model import FirstRun, Region

HERE = "192.0.2.1"
PASSWORD = "hest batteri stift kvern"
ABOUT = {"name": "Ytre Sunnfjordregionen", "responsible": "Sunnfjordrådet", "plan": "Plan", "slug": ""}

pytestmark = pytest.mark.both_stores


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock, product: str) -> Iterator[Workspace]:
    """A house without regions."""
    with open_parts(tmp_path / "instance", product) as (stores, indexes):
        config = Config(instance=tmp_path / "instance", secret_key="for tests only")
        yield Workspace(config=config, stores=stores, indexes=indexes, now=clock, new_id=new_id)


@pytest.fixture
def key(workspace: Workspace) -> str:
    """The key to the steps after the code."""
    return first_run.enter(workspace, first_run.make_code(workspace), HERE)


def described(workspace: Workspace, key: str, **about: object) -> FirstRun:
    return first_run.describe(workspace, key, **({"municipalities": ("4602", "4647")} | ABOUT | about))


class TestTheCode:
    def test_it_is_kept_as_a_digest_only(self, workspace: Workspace) -> None:
        code = first_run.make_code(workspace)
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
        kept = workspace.house.view().get(FirstRun, "first")
        assert kept.code == accounts.digest(code.replace("-", ""))
        assert code.replace("-", "") not in str(kept)

    @pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
    def test_it_is_taken_as_people_type_it(self, workspace: Workspace, typed: object) -> None:
        code = first_run.make_code(workspace)
        assert first_run.enter(workspace, typed(code), HERE)

    def test_letters_that_look_like_digits_are_digits(self, workspace: Workspace, monkeypatch: object) -> None:
        monkeypatch.setattr("workspace.regions.first_run.secrets.choice", lambda signs: "0")
        first_run.make_code(workspace)
        assert first_run.enter(workspace, "OooO-0000-0000", HERE)

    def test_only_the_newest_counts(self, workspace: Workspace) -> None:
        old, new = first_run.make_code(workspace), first_run.make_code(workspace)
        with pytest.raises(Invalid):
            first_run.enter(workspace, old, HERE)
        assert first_run.enter(workspace, new, HERE)

    def test_a_new_one_ends_what_the_old_one_opened_but_keeps_what_was_typed(
        self, workspace: Workspace, key: str
    ) -> None:
        described(workspace, key)
        code = first_run.make_code(workspace)
        assert first_run.begun(workspace, key) is None
        again = first_run.begun(workspace, first_run.enter(workspace, code, HERE))
        assert (again.name, again.municipalities) == (ABOUT["name"], ("4602", "4647"))

    def test_it_lasts_a_day(self, workspace: Workspace, clock: Clock) -> None:
        code = first_run.make_code(workspace)
        key = first_run.enter(workspace, code, HERE)
        clock.forward(hours=24)
        with pytest.raises(Invalid):
            first_run.enter(workspace, code, HERE)
        assert first_run.begun(workspace, key) is None
        with pytest.raises(NotFound):
            described(workspace, key)

    def test_guesses_are_limited_as_signing_in_is(self, workspace: Workspace, clock: Clock) -> None:
        code = first_run.make_code(workspace)
        for _guess in range(5):
            with pytest.raises(Invalid):
                first_run.enter(workspace, "4T7K-9WQP-2HMX", HERE)
        with pytest.raises(TooManyAttempts):
            first_run.enter(workspace, code, HERE)
        assert first_run.enter(workspace, code, "192.0.2.2")
        clock.forward(minutes=1)
        assert first_run.enter(workspace, code, HERE)

    def test_none_is_made_where_there_is_a_region(self, workspace: Workspace, key: str) -> None:
        service.create_region(workspace, access.operator(), "nabo", "Nabo", {"4601": ""})
        assert first_run.make_code(workspace) == ""
        for act in (
            lambda: first_run.begun(workspace, key),
            lambda: first_run.enter(workspace, "x", HERE),
            lambda: described(workspace, key),
            lambda: first_run.finish(workspace, key, "Anne", "anne@example.no", PASSWORD),
        ):
            with pytest.raises(NotFound):
                act()
        assert workspace.house.view().find(Person) == []


class TestDescribing:
    @pytest.mark.parametrize(
        ("about", "fields"),
        [
            ({"name": ""}, {"name", "slug"}),
            ({"responsible": ""}, {"responsible"}),
            ({"municipalities": ()}, {"municipality"}),
            ({"municipalities": ("9001", "x")}, {"municipality"}),
            ({"slug": "Ytre Sunnfjord!"}, {"slug"}),
            ({"name": "…"}, {"slug"}),
        ],
    )
    def test_what_will_not_do_is_kept_and_said(
        self, workspace: Workspace, key: str, about: dict, fields: set[str]
    ) -> None:
        first = described(workspace, key, **about)
        with pytest.raises(Invalid) as refused:
            first_run.check(first)
        assert set(refused.value.errors) == fields
        assert first_run.begun(workspace, key) == first

    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Skarfjordregionen", "skarfjord"),
            ("Fjordvika-regionen", "fjordvika"),
            ("Ytre Sunnfjordregionen", "ytre-sunnfjord"),
            ("Ålesund og Sunnmøre", "alesund-og-sunnmore"),
            ("A\u030alesund", "alesund"),
            ("Kárášjohka", "karasjohka"),
            ("Regionen", "regionen"),
            ("  – ", ""),
        ],
    )
    def test_an_address_is_suggested(self, name: str, slug: str) -> None:
        assert first_run.suggested_slug(name) == slug

    def test_another_key_changes_nothing(self, workspace: Workspace, key: str) -> None:
        with pytest.raises(NotFound):
            described(workspace, "0" * 64)
        assert first_run.begun(workspace, "") is None
        assert first_run.begun(workspace, key).name == ""


class TestFinishing:
    def test_the_region_and_its_administrator(self, workspace: Workspace, key: str) -> None:
        described(workspace, key)
        region, token = first_run.finish(workspace, key, "Anne Fauske", "Anne@Example.no", PASSWORD)
        assert (region.id, region.name, region.responsible) == ("ytre-sunnfjord", ABOUT["name"], ABOUT["responsible"])
        person, _session = accounts.signed_in_person(workspace, token)
        anne = service.actor_in(workspace, person, region.id)
        assert (anne.name, anne.role, anne.municipality) == ("Anne Fauske", Role.ADMINISTRATOR, None)
        assert [one.name for one in service.municipalities(workspace, anne)] == ["Kinn", "Sunnfjord"]
        assert accounts.sign_in(workspace, "anne@example.no", PASSWORD, HERE)
        assert workspace.house.view().find(FirstRun) == []
        assert not first_run.is_open(workspace)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"name": ""}, "name"),
            ({"email": "anne@"}, "email"),
            ({"password": "kort"}, "new_password"),
            ({"password": "ytre sunnfjordregionen kinn"}, "new_password"),
            ({"email": "per@example.no"}, "email"),
        ],
    )
    def test_nothing_is_made_of_what_is_refused(self, workspace: Workspace, key: str, typed: dict, field: str) -> None:
        accounts.add_person(workspace, "Per", "per@example.no")  # somebody else's account is not given away
        described(workspace, key)
        with pytest.raises(Invalid) as refused:
            first_run.finish(
                workspace, key, **({"name": "Anne", "email": "anne@example.no", "password": PASSWORD} | typed)
            )
        assert set(refused.value.errors) == {field}
        assert [person.name for person in workspace.house.view().find(Person)] == ["Per"]
        assert workspace.house.view().find(Region) == []

    @pytest.mark.parametrize("cut", ["create_region", "keep_member", "_join"])
    def test_what_was_cut_off_is_gone_on_with_also_after_a_new_start(
        self, workspace: Workspace, key: str, cut: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        described(workspace, key)

        def fail(*_arguments: object, **_more: object) -> None:
            raise OSError("the power went")

        with monkeypatch.context() as patch:
            patch.setattr(f"workspace.regions.service.{cut}", fail)
            with pytest.raises(OSError, match="power"):
                first_run.finish(workspace, key, "Anne", "anne@example.no", PASSWORD)
        assert first_run.is_open(workspace)
        key = first_run.enter(workspace, first_run.make_code(workspace), HERE)
        changed = described(workspace, key, slug="en-annen", name="En annen")
        assert changed.slug == "ytre-sunnfjord"
        region, _token = first_run.finish(workspace, key, "Anne", "anne@example.no", PASSWORD)
        assert [one.id for one in workspace.house.view().find(Region)] == [region.id]
        operator = access.operator(region.id)
        assert [member.role for member in service.members(workspace, operator)] == [Role.ADMINISTRATOR]
        assert len(service.municipalities(workspace, operator)) == 2
        assert not first_run.is_open(workspace)

    def test_no_key_no_region(self, workspace: Workspace, key: str) -> None:
        described(workspace, key)
        with pytest.raises(NotFound):
            first_run.finish(workspace, "0" * 64, "Anne", "anne@example.no", PASSWORD)
        assert workspace.house.view().find(Person) == []


class TestTheListOfNorway:
    def test_by_name_number_county_and_without_accents(self) -> None:
        names = {q: [one.name for one in norway.matching(q)] for q in ("kinn", "4602", "alesund", "herøy", "HEROY")}
        assert names["kinn"] == names["4602"] == ["Kinn"]
        assert names["alesund"] == ["Ålesund"]
        assert names["herøy"] == names["HEROY"] == ["Herøy", "Herøy"]
        assert len(norway.matching("vestland")) > 40
        assert norway.matching("  ") == norway.matching("(") == norway.matching("xyz") == []


# -- In the browser's terms --


@pytest.fixture
def client(workspace: Workspace) -> FlaskClient:
    app = create_app(workspace)
    app.testing = True
    return app.test_client()


def post(client: FlaskClient, path: str, **fields: object) -> object:
    token = re.search(r'X-CSRFToken": "([^"]+)"', client.get("/sign-in").text).group(1)
    return client.post(path, data={"csrf_token": token, **fields})


ADDRESSES = ("/first-run", "/first-run/region", "/first-run/municipalities", "/first-run/address", "/first-run/you")


class TestTheWay:
    def test_from_the_front_door_to_the_empty_region(self, workspace: Workspace, client: FlaskClient) -> None:
        code = first_run.make_code(workspace)
        assert client.get("/").headers["Location"] == "/first-run"
        assert post(client, "/first-run", code="4T7K-9WQP-2HMX").status_code == 422
        assert post(client, "/first-run", code=code).headers["Location"] == "/first-run/region"
        assert client.get("/first-run").headers["Location"] == "/first-run/region"
        assert client.get("/first-run/you").headers["Location"] == "/first-run/region"

        typed = {"name": ABOUT["name"], "responsible": "", "plan": "", "slug": ""}
        searched = post(client, "/first-run/region", **typed, q="kinn", find="1")
        assert searched.headers["Location"] == "/first-run/region?q=kinn#municipalities"
        page = client.get("/first-run/region?q=kinn").text
        assert f'value="{ABOUT["name"]}"' in page
        assert 'value="4602">' in page

        searched = post(client, "/first-run/region", **typed, municipality=["4602"], q="4647", find="1")
        page = client.get(searched.headers["Location"]).text
        assert 'value="4602" checked' in page
        assert 'value="4647">' in page

        refused = post(client, "/first-run/region", **typed, municipality=["4602", "4647"], q="")
        assert refused.status_code == 422
        assert "Skriv hvilket organ som er ansvarlig." in refused.text
        assert refused.text.count(" checked") == 2

        done = post(
            client, "/first-run/region", **(typed | {"responsible": "Rådet"}), municipality=["4602", "4647"], find="1"
        )
        assert done.headers["Location"] == "/first-run/you"
        assert "/r/ytre-sunnfjord/" in client.get("/first-run/you").text
        assert 'value="4647" checked' in client.get("/first-run/region").text  # back is possible

        refused = post(client, "/first-run/you", name="Anne Fauske", email="anne@", new_password=PASSWORD)
        assert (refused.status_code, 'value="Anne Fauske"' in refused.text) == (422, True)
        done = post(client, "/first-run/you", name="Anne Fauske", email="anne@example.no", new_password=PASSWORD)
        assert done.headers["Location"] == "/r/ytre-sunnfjord/"
        home = client.get("/r/ytre-sunnfjord/").text
        assert "Begynn med å invitere kommunene" in home
        assert "Administrator" in home
        assert [client.get(address).status_code for address in ADDRESSES] == [404] * 5
        assert post(client, "/first-run", code=code).status_code == 404

    def test_without_the_code_there_is_only_the_code(self, workspace: Workspace, client: FlaskClient) -> None:
        first_run.make_code(workspace)
        for address in ADDRESSES[1:]:
            answer = client.get(address)
            assert answer.headers.get("Location", answer.headers.get("HX-Redirect")) == "/first-run"
        for address in ("/first-run/region", "/first-run/you"):
            assert post(client, address, name="x", email="x@example.no").headers["Location"] == "/first-run"
        assert workspace.house.view().find(Person) == []

    def test_pieces_for_htmx(self, workspace: Workspace, client: FlaskClient) -> None:
        post(client, "/first-run", code=first_run.make_code(workspace))
        piece = client.get("/first-run/municipalities?q=sunnfjord&municipality=4602&municipality=9999").text
        assert "<html" not in piece
        assert ('value="4602" checked' in piece, 'value="4647">' in piece, "9999" in piece) == (True, True, False)
        assert 'value="ytre-sunnfjord"' in client.get("/first-run/address?name=Ytre+Sunnfjordregionen").text
        assert 'value="mitt"' in client.get("/first-run/address?name=Ytre+Sunnfjordregionen&slug=mitt").text
        hostile = client.get("/first-run/address?slug=%22%3E%3Cscript%3E").text
        assert "<script" not in hostile

    def test_in_demo_mode_there_is_no_such_page(self, workspace: Workspace) -> None:
        config = replace(workspace.config, demo=True)
        client = create_app(replace(workspace, config=config)).test_client()
        assert client.get("/").headers["Location"] == "/step-in"
        assert client.get("/first-run").status_code == 404

    def test_where_there_is_a_region_there_is_no_such_page(self, workspace: Workspace, client: FlaskClient) -> None:
        service.create_region(workspace, access.operator(), "nabo", "Nabo", {"4601": ""})
        assert client.get("/").headers["Location"] == "/sign-in"
        assert [client.get(address).status_code for address in ADDRESSES] == [404] * 5
