"""What tests of moving, backups and exports share: an installation with something of everything, and places for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import postgres
from workspace import access, assembly, cli
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.comments.model import Thread
from workspace.config import Config
from workspace.demo import building
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.documents.model import Document
from workspace.files import service as files
from workspace.files import uploading
from workspace.files.uploading import Sent
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.store.port import Stores
from workspace.terminal import close
from workspace.transfer import addresses, carrying
from workspace.transfer.dumping import Kept, summarize

DEMO = "skarfjord"


@contextmanager
def embedded(folder: Path) -> Iterator[str]:
    yield f"tinydb://{folder}"


# Where an installation can be kept: what gives an empty place's address. A new adapter joins by adding one line.
PLACES: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    "tinydb": embedded,
    "postgresql": lambda folder: postgres.database(),
}


def furnish(workspace: Workspace) -> None:
    """The demo region with files, versions, an upload that waits, sessions and links; and a small second region."""
    building.build(workspace)
    operator = access.operator(DEMO)
    view = workspace.region(DEMO).view()
    person = workspace.house.view().first(Person)
    actor = regions.actor_in(workspace, person, DEMO)
    table = b"bedrift;ansatte\nYsteriet;3\nSmia;2\n"
    files.take(workspace, operator, "tall og \u00e5r.csv", table, kind="analysis")
    files.take(workspace, operator, "TALL OG \u00c5R.csv", table, kind="note", ref="mappe/tall.csv")
    files.take(workspace, operator, "tall og \u00e5r.csv", table + b"Bua;1\n", kind="note", ref="mappe/nye.csv")
    document = view.first(Document)
    documents.save(workspace, operator, document.id, document.version, "rettet", text=document.text + "\n\nMer.")
    documents.create(workspace, operator, once=Once("n\u00f8kkel", "f" * 64), title="Sendt to ganger", text="Kai.")
    versions.mark_read(workspace, actor, document.id, 1)
    comments.resolve(workspace, operator, view.first(Thread).id)
    uploading.receive(
        workspace, operator, [Sent("venter.txt", "Ventende tekst \U0001f9c0".encode())], kind="note", checked=True
    )
    accounts.start_session(workspace, person.id, device="Firefox, Windows")
    accounts.make_link(workspace, operator, "sign-in", person.email)
    regions.create_region(workspace, access.operator(), "house", "Nabo", {"1804": ""})  # a slug to trip over
    documents.create(workspace, access.operator("house"), title="Nabo", text="Bare naboens \u2028 og \x7f.")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with all that, which tests copy."""
    instance = tmp_path_factory.mktemp("furnished") / "instance"
    workspace = assembly.open_workspace(Config(instance=instance, secret_key="x" * 40))
    furnish(workspace)
    close(workspace)
    return instance


@pytest.fixture
def instance(furnished: Path, tmp_path: Path) -> Path:
    """A copy of the furnished instance folder."""
    return Path(shutil.copytree(furnished, tmp_path / "instance"))


@pytest.fixture(params=PLACES)
def source(request: pytest.FixtureRequest, instance: Path, tmp_path: Path) -> Iterator[Config]:
    """The furnished installation, kept in one of the places."""
    config = Config(instance=instance, secret_key="x" * 40)
    if request.param == "tinydb":
        yield config
        return
    with PLACES[request.param](tmp_path / "source") as address:
        kept = addresses.at(config, address)
        with opened(config) as stores, opened(kept) as filled:
            carrying.carry(list(carrying.parts_of(stores)), filled)
        yield kept


@pytest.fixture(params=PLACES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """An empty installation in one of the places."""
    with PLACES[request.param](tmp_path / "target") as address:
        yield addresses.at(Config(instance=tmp_path / "target", secret_key="x" * 40), address)


@pytest.fixture
def live(source: Config) -> Iterator[Workspace]:
    """The furnished installation in each of the places, opened for writing."""
    opened_ = assembly.open_workspace(source)
    yield opened_
    close(opened_)


@pytest.fixture
def full(instance: Path) -> Iterator[Workspace]:
    """The furnished installation, opened by its owner."""
    opened_ = assembly.open_workspace(Config(instance=instance, secret_key="x" * 40))
    yield opened_
    close(opened_)


@contextmanager
def opened(config: Config, *, readonly: bool = False) -> Iterator[Stores]:
    with closing(assembly.open_stores(config, readonly=readonly)) as stores:
        yield stores


def dumps(config: Config, without: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """Everything that an installation holds, a dump for each store."""
    with opened(config, readonly=True) as stores:
        every = {f"region {slug}": stores.region(slug) for slug in stores.slugs()} | {"house": stores.house}
        return {name: dump(store, without) for name, store in every.items()}


def dump(store: object, without: frozenset[str] = frozenset()) -> bytes:
    """A store's dump."""
    lines: list[bytes] = []
    summarize(Kept(store, without), lines.append)  # type: ignore[arg-type]
    return b"".join(lines)


def run(instance: Path, *words: object) -> Result:
    """Type a `workspace` command here; errors that would be one line are in `exception`."""
    cli.load_commands()
    return CliRunner().invoke(cli.workspace, ["--instance", str(instance), *map(str, words)])
