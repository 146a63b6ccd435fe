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
from workspace.accounts import links as account_links
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.comments import life as threads
from workspace.comments import service as comments
from workspace.comments.model import CommentText, Thread
from workspace.comments.placement import Place, Placements
from workspace.comments.suggestion import Suggestion
from workspace.config import Config
from workspace.demo import building
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.documents.model import Document
from workspace.files import service as files
from workspace.files import uploading
from workspace.files.uploading import Sent
from workspace.hearings.answer import HearingAnswer, Part
from workspace.hearings.model import Hearing
from workspace.measures import board, importing
from workspace.measures.model import Measure
from workspace.notices.delivery import Delivery, Received
from workspace.notices.model import Follow, Notice, Preference
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import FirstRun, WorkingGroup
from workspace.rounds.amendment import Amendment, Supporter
from workspace.rounds.ballot import Voice
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.mediation import MediationNote
from workspace.rounds.meeting import Guest, HandCount, MeetingCode
from workspace.rounds.reminder import Reminder
from workspace.rounds.revealed import Revealed
from workspace.rounds.sealed import Sealed
from workspace.rounds.trust import TrustReading
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
    board.create(workspace, operator, title="Datalager", confidential=True)
    importing.receive(workspace, operator, "tiltak.csv", b"nr;tiltak;beskrivelse\n;Kai;Vi bygger.\n")
    files.take(workspace, operator, "tall og \u00e5r.csv", table, kind="analysis")
    files.take(workspace, operator, "TALL OG \u00c5R.csv", table, kind="note", ref="mappe/tall.csv")
    files.take(workspace, operator, "tall og \u00e5r.csv", table + b"Bua;1\n", kind="note", ref="mappe/nye.csv")
    document = view.first(Document)
    documents.save(workspace, operator, document.id, document.version, "rettet", text=document.text + "\n\nMer.")
    documents.create(workspace, operator, once=Once("n\u00f8kkel", "f" * 64), title="Sendt to ganger", text="Kai.")
    versions.mark_read(workspace, actor, document.id, 1)
    threads.resolve(workspace, operator, view.first(Thread).id)
    comments.open_about(workspace, actor, f"measure:{view.first(Measure).id}", 1, "Hvem eier kaien?")
    uploading.receive(
        workspace, operator, [Sent("venter.txt", "Ventende tekst \U0001f9c0".encode())], kind="note", checked=True
    )
    board.create(workspace, operator, title="Felles kai", text="Vi kan dele.")
    importing.receive(workspace, operator, "tiltak.csv", b"nr;tiltak;beskrivelse\n;Kai;Ny\n")
    with workspace.region(DEMO).transaction() as tx:  # kinds that the demo has none of
        group = WorkingGroup(
            id="g1", name="Havn", mandate="Kaia.", leader="p1", members=("p1",), by="p1", made=workspace.now()
        )
        tx.put(group)
        tx.put(Voice(id="v1", round="r1", name="Gjest", joined=workspace.now()))
        tx.put(
            ConditionMet(id="b1", round="r1", measure="m1", note="Avklart", by="p1", name="Marit", at=workspace.now())
        )
        supporter = Supporter(person="p1", party="Granmo", group="municipality", voice="9001")
        tx.put(
            Amendment(
                id="a1", measure="m1", number=1, text_version=1, text="Ny tekst.", supporters=(supporter,), by="p2",
                name="Bjørn", at=workspace.now(),
            )
        )  # fmt: skip
        tx.put(
            MediationNote(
                id="n1", round="r1", measure="m1", kind="answer", text="Vi spør.", by="p1", name="Marit",
                at=workspace.now(),
            )
        )  # fmt: skip
        tx.put(Sealed(id="r2:m1:v1", round="r2", measure="m1", voter="voice:v1", ciphertext="QUFB"))
        moment = workspace.now()
        tx.put(
            Reminder(id="r1:deadline:p1", round="r1", kind="deadline", person="p1", made=moment, moved=moment, by="p2")
        )
        tx.put(Follow(id="p1:document:d1", person="p1", about="document:d1", since=moment))
        tx.put(
            Hearing(
                id="h1", document=document.id, number=1, title="Høring", questions=("Hva mener du?",), closes=moment,
                state="open", token="t" * 16, created=moment, created_by="p1", opened=moment,
            )
        )  # fmt: skip
        part = Part(about="q1", heading="Hva mener du?", text="Vi er enige.", outcome="partly", reason="Nesten")
        tx.put(
            HearingAnswer(id="s1", hearing="h1", number=1, name="Anne", parts=(part,), received=moment, source="form")
        )
        tx.put(
            HearingAnswer(
                id="s2", hearing="h1", number=2, party="NHO", parts=(), received=moment, source="form", withdrawn=moment
            )
        )
        tx.put(Preference(id="p1", often="weekly"))
        tx.put(Received(id="m1", delivery="p1:daily:2026-11-24", what="taken", why="c1", at=moment))
        tx.put(
            Delivery(
                id="p1:daily:2026-11-24", person="p1", kind="daily", notices=("000000000001:p1",), made=moment,
                moved=moment,
            )
        )  # fmt: skip
        tx.put(
            Notice(
                id="000000000001:p1", person="p1", seq=1, at=moment, action="comments.posted", about="document:d1",
                record="c1", thread="t1",
            )
        )  # fmt: skip
        tx.put(CommentText(id="c1:1", comment="c1", number=1, text="Slik var det.", at=moment))
        tx.put(
            Suggestion(id="t1", document="d1", number=1, old="Gammelt.", new="Nytt.", by="p1", name="Per", made=moment)
        )
        tx.put(Placements(id="document:d1:2", about="document:d1", number=2, places={"t1": Place(how="removed")}))
        tx.put(Revealed(id="r1:m1", round="r1", measure="m1", values=(5, 3, 0)))
        tx.put(TrustReading(id="2026-09-15", average=3.6, answers=75, by="p1", at=workspace.now()))
        tx.put(Guest(id="v1", round="r1", number=1, name="Per", joined=workspace.now()))
        tx.put(
            HandCount(
                id="h1", round="r1", measure="m1", counts=((5, 12), (-1, 0)), source="Verkstedet", sequence=1,
                by="p1", name="Marit", at=workspace.now(),
            )
        )  # fmt: skip
    with workspace.house.transaction() as tx:
        tx.put(MeetingCode(id="KVHMTR", region=DEMO, round="r1", made=workspace.now()))
        tx.put(FirstRun(id="first", code="c" * 64, expires=workspace.now(), name="Ålesund", municipalities=("1508",)))
    accounts.start_session(workspace, person.id, device="Firefox, Windows")
    account_links.make_link(workspace, operator, "sign-in", person.email)
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
