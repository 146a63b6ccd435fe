"""What tests share: a workspace of its own for each test, and the people in it.

In every test: Kari answers for Havnsund, Amund is staff, Marit leads the process, Rolf may only read, Bjørn is in
the business group, and Vera belongs to another region.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import postgres
from tests.running import command
from workspace.access import Actor, Role
from workspace.config import Config
from workspace.parts import Workspace, new_id
from workspace.search.port import Indexes
from workspace.search.postgres.index import PostgresIndexes
from workspace.search.whoosh import WhooshIndexes
from workspace.store.port import Stores
from workspace.store.postgres.stores import PostgresStores
from workspace.store.tinydb import TinyStores

# A slow machine is no fault of what is tested.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")

# Who starts the suite in the background of a shell has it ignore Ctrl-C, and so would the processes that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests that are alone with what they start: one browser, and one server that is disturbed. (xdist has marks for that,
# which say nothing with pytest 9.2: it no longer looks for them where xdist 3.8 writes them.)
TOGETHER = {"tests/browser/": "browser", "tests/server/": "servers", "tests/scaled/": "servers"}


class Together(LoadScopeScheduling):
    """Gives each process of the suite one test at a time, and what belongs together to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for folder, group in TOGETHER.items() if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How tests are given to the processes of the suite, when there are several."""
    return Together(config, log)


REGION = "skarfjord"
OTHER_REGION = "nabo"
START = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


def actor(person: str, role: Role, **more: object) -> Actor:
    return Actor(person=person, name=person.title(), region=REGION, role=role, **more)


KARI = actor("kari", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
BJORN = actor("bjorn", Role.PARTICIPANT, group="business", organisation="Skarfjord næringsforening")
AMUND = actor("amund", Role.STAFF)
MARIT = actor("marit", Role.FACILITATOR)
ADMIN = actor("admin", Role.ADMINISTRATOR)
ROLF = actor("rolf", Role.READER)
VERA = Actor(person="vera", name="Vera", region=OTHER_REGION, role=Role.FACILITATOR)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the demo region, as it is when it has just been made. Tests take a copy of it."""
    instance = tmp_path_factory.mktemp("built") / "instance"
    made = command(instance, "demo")
    assert made.returncode == 0, made.stderr
    indexed = command(instance, "reindex", "skarfjord")  # so that what is searched for at once is found
    assert indexed.returncode == 0, indexed.stderr
    return instance


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def open_parts(instance: Path, product: str) -> Iterator[tuple[Stores, Indexes]]:
    """Real stores and indexes: "embedded", or on "postgres"."""
    if product == "embedded":
        with closing(TinyStores.open(instance)) as stores, closing(WhooshIndexes(instance)) as indexes:
            yield stores, indexes
        return
    with (
        postgres.database() as url,
        closing(PostgresStores.open(url)) as stores,
        closing(PostgresIndexes(url)) as indexes,
    ):
        yield stores, indexes


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked with `both_stores` run on both."""
    if metafunc.definition.get_closest_marker("both_stores") and "product" in metafunc.fixturenames:
        metafunc.parametrize("product", ["embedded", "postgres"], indirect=True)


@pytest.fixture
def product(request: pytest.FixtureRequest) -> str:
    """What keeps the records of this test: embedded, unless it runs on both, or TEST_STORE says otherwise."""
    return str(getattr(request, "param", os.environ.get("TEST_STORE", "embedded")))


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock, product: str) -> Iterator[Workspace]:
    """An empty house with two empty regions, on real stores."""
    with open_parts(tmp_path / "instance", product) as (stores, indexes):
        stores.create(REGION)
        stores.create(OTHER_REGION)
        config = Config(instance=tmp_path / "instance", secret_key="for tests only")
        yield Workspace(config=config, stores=stores, indexes=indexes, now=clock, new_id=new_id)


# -- People who can sign in --

PEOPLE = (KARI, BJORN, AMUND, MARIT, ADMIN, ROLF, VERA)


def seed(workspace: Workspace) -> None:
    """Make both regions known to the house, with a municipality each, and everybody above a member of theirs."""
    from workspace.accounts.model import Person
    from workspace.regions.model import Membership, Municipality, Region

    with workspace.house.transaction() as tx:
        for slug, name in ((REGION, "Skarfjordregionen"), (OTHER_REGION, "Naboregionen")):
            tx.put(Region(id=slug, name=name, created=START))
        for who in PEOPLE:
            tx.put(Person(id=who.person, name=who.name, email=f"{who.person}@example.no", created=START))
    for slug, number, name, voting in ((REGION, "9001", "Havnsund", "kari"), (OTHER_REGION, "9001", "Nabones", None)):
        with workspace.region(slug).transaction() as tx:
            tx.put(Municipality(id=number, name=name, voting_member=voting))
            for who in PEOPLE:
                if who.region == slug:
                    tx.put(
                        Membership(
                            id=who.person,
                            name=who.name,
                            email=f"{who.person}@example.no",
                            role=who.role,
                            title=who.title,
                            municipality=who.municipality,
                            group=who.group,
                            organisation=who.organisation,
                            since=START,
                        )
                    )


def sign_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """Give the client a session of this person (who must be seeded), as if they had signed in."""
    from workspace.accounts import service

    token = service.start_session(client.application.extensions["workspace"], actor.person)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def csrf_of(client: FlaskClient) -> str:
    """A CSRF token that belongs to the client's cookie, read from a page as a browser would."""
    page = client.get("/profile")
    if page.status_code != 200:
        page = client.get("/sign-in")
    return re.search(r'X-CSRFToken": "([^"]+)"', page.text).group(1)


@pytest.fixture
def app(workspace: Workspace) -> Flask:
    """The application on the test's workspace, with everybody seeded."""
    from workspace import create_app

    seed(workspace)
    made = create_app(workspace)
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def as_person(app: Flask) -> Callable[[Actor], FlaskClient]:
    """A browser in which this actor is signed in: `as_person(KARI).get(...)`; `csrf_of(client)` for its forms."""
    return lambda actor: sign_in(app.test_client(), actor)
