"""Hidden until the close, and without names: each way out, tried on twins, and tried again with its guard taken away.

Twins are two regions that differ in nothing but what was answered (twins.py). A way out is good when what comes out of
it is the same in both. Where its guard is taken away it must differ: else the test could not see a leak.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import BJORN, KARI, MARIT, REGION, START, Clock, open_parts, sign_in
from tests.rounds import twins as out
from tests.rounds.guards import (
    answers_are_drawn_before_the_close,
    answers_are_found,
    answers_are_news,
    answers_have_their_own_length,
    answers_keep_their_order,
    answers_keep_their_voices,
    letters_tell_answers,
    lists_say_how_it_stands,
    nothing_is_hidden,
    nothing_is_hidden_and_seals_are_open,
    nothing_is_sealed,
    own_answers_are_anybodys,
    requests_are_logged_whole,
    the_log_has_the_answer,
    values_are_facets,
    voters_are_told_their_answer,
    whoever_asks_is_a_municipality,
)
from tests.rounds.sealed import VOTERS, answer, close, opened, people
from tests.rounds.sealed import kept as kept_bytes
from tests.rounds.twins import Twin, twin
from tests.rounds.ways_out import (
    EXPORTS,
    Make,
    Pair,
    anonymous,
    asked_for_another,
    backup,
    crawl,
    export,
    files,
    found,
    fragment,
    hidden,
    home_page,
    kept,
    lists,
    mail,
    measure,
    page,
    phone,
    poll,
    region_log,
    request_lines,
    shuffled,
    table,
    told_to_the_voter,
)
from workspace import create_app
from workspace.access import operator
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.config import Config
from workspace.errors import Conflict
from workspace.parts import Workspace
from workspace.regions.model import Membership, Region
from workspace.rounds import sealing, service
from workspace.transfer import backing_up, carrying, restoring

Patch = pytest.MonkeyPatch


@pytest.fixture
def make(tmp_path: Path, product: str) -> Iterator[Make]:
    """Twins with a round that is "hidden" or "anonymous"."""
    with ExitStack() as left:

        def made(visibility: str) -> Pair:
            one, other = (
                left.enter_context(twin(tmp_path / name, product, visibility)) for name in ("first", "second")
            )
            other.first = False
            return one, other

        yield made


class Case(NamedTuple):
    """A way out of a round in some state, and what is taken away to see it leak."""

    state: Callable[[Make], Pair]
    way: Callable[[Twin], str]
    without: Callable[[Patch], None]


CASES = [
    Case(hidden, page, nothing_is_hidden),
    Case(hidden, fragment, nothing_is_hidden),
    Case(hidden, poll, nothing_is_hidden),
    Case(hidden, measure, nothing_is_hidden),
    Case(hidden, measure, own_answers_are_anybodys),
    Case(hidden, phone, own_answers_are_anybodys),
    Case(hidden, asked_for_another, whoever_asks_is_a_municipality),
    Case(hidden, home_page, answers_are_news),
    Case(hidden, lists, lists_say_how_it_stands),
    Case(hidden, table, nothing_is_hidden),
    Case(hidden, found, answers_are_found),
    Case(hidden, found, values_are_facets),
    Case(hidden, mail, letters_tell_answers),
    Case(hidden, region_log, the_log_has_the_answer),
    Case(hidden, request_lines, requests_are_logged_whole),
    Case(hidden, files, nothing_is_hidden),
    Case(hidden, crawl, nothing_is_hidden),
    Case(anonymous, page, nothing_is_hidden_and_seals_are_open),
    Case(anonymous, fragment, nothing_is_hidden_and_seals_are_open),
    Case(anonymous, poll, nothing_is_hidden_and_seals_are_open),
    Case(anonymous, measure, nothing_is_hidden_and_seals_are_open),
    Case(anonymous, phone, voters_are_told_their_answer),
    Case(anonymous, told_to_the_voter, voters_are_told_their_answer),
    Case(anonymous, home_page, answers_are_news),
    Case(anonymous, lists, lists_say_how_it_stands),
    Case(anonymous, found, answers_are_found),
    Case(anonymous, found, values_are_facets),
    Case(anonymous, mail, letters_tell_answers),
    Case(anonymous, region_log, the_log_has_the_answer),
    Case(anonymous, request_lines, requests_are_logged_whole),
    Case(anonymous, kept, nothing_is_sealed),
    Case(anonymous, kept, answers_have_their_own_length),
    Case(anonymous, backup, nothing_is_sealed),
    Case(anonymous, backup, answers_have_their_own_length),
    Case(anonymous, export, nothing_is_sealed),
    Case(anonymous, files, answers_are_drawn_before_the_close),
    Case(anonymous, crawl, nothing_is_hidden_and_seals_are_open),
    Case(shuffled, page, answers_keep_their_order),
    Case(shuffled, measure, answers_keep_their_order),
    Case(shuffled, files, answers_keep_their_order),
    Case(shuffled, crawl, answers_keep_their_order),
    Case(shuffled, region_log, the_log_has_the_answer),
    Case(shuffled, kept, answers_keep_their_order),
    Case(shuffled, kept, answers_keep_their_voices),
    Case(shuffled, backup, answers_keep_their_order),
    Case(shuffled, backup, answers_keep_their_voices),
    Case(shuffled, export, answers_keep_their_voices),
]
STORED = (kept,)  # what is different on another store


def named(case: Case) -> str:
    return f"{case.state.__name__}-{case.way.__name__}-{case.without.__name__}"


@pytest.fixture(autouse=True)
def drawn_the_same(monkeypatch: Patch) -> None:
    """Twins draw the same order: sorted. That the order is drawn is tried in test_sealing.py."""
    monkeypatch.setattr(sealing, "shuffled", sorted)


def _seen(case: Case, make: Make) -> tuple[str, str]:
    one, other = case.state(make)
    return case.way(one), case.way(other)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_nothing_tells_what_was_answered(case: Case, make: Make) -> None:
    one, other = _seen(case, make)
    assert one == other


@pytest.mark.parametrize("case", CASES, ids=named)
def test_and_without_its_guard_it_would_be_seen(case: Case, make: Make, monkeypatch: Patch) -> None:
    case.without(monkeypatch)
    one, other = _seen(case, make)
    assert one != other


@pytest.mark.parametrize("state", [hidden, anonymous], ids=lambda state: state.__name__)
def test_a_comment_on_a_measure_tells_nothing_of_its_writers_answer(state: Callable[[Make], Pair], make: Make) -> None:
    one, other = state(make)
    writer = VOTERS[0] if one.round.is_anonymous else KARI
    for it in (one, other):
        thread = comments.open_about(it.workspace, writer, f"measure:{it.measure.id}", 1, "Hvem betaler?")
        comments.reply(it.workspace, MARIT, thread.id, "Det er ikke avklart.")
    seen, seen_of_other = [(measure(it), crawl(it), found(it)) for it in (one, other)]  # each asked the same, in order
    assert "Hvem betaler?" in seen[0]
    assert seen == seen_of_other


@pytest.mark.parametrize("product", ["postgres"], indirect=True)
@pytest.mark.parametrize("case", [case for case in CASES if case.way in STORED], ids=named)
@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "unguarded"])
def test_nor_do_the_rows_of_a_database(case: Case, is_guarded: bool, make: Make, monkeypatch: Patch) -> None:
    if not is_guarded:
        case.without(monkeypatch)
    one, other = _seen(case, make)
    assert (one == other) is is_guarded


# -- The key, and what is restored without it --


class KeysInTheStore:
    """What keys would be without a place of their own: a table of the region's store."""

    def __init__(self, stores: Any) -> None:
        self._stores = stores
        self._secrets: dict[str, bytes] = {}

    def keep(self, region: str, name: str, secret: bytes) -> None:
        self._secrets[name] = secret

    def get(self, region: str, name: str) -> bytes | None:
        return self._secrets.get(name)

    def flush(self, region: str) -> None:
        rows = [("round_keys", {"id": name, "version": 1, "key": key.hex()}) for name, key in self._secrets.items()]
        self._stores.region(region).fill(rows, ())


@pytest.mark.both_stores
@pytest.mark.parametrize("is_apart", [True, False], ids=["guarded", "unguarded"])
def test_no_backup_export_or_journal_holds_the_key(workspace: Workspace, is_apart: bool, tmp_path: Path) -> None:
    people(workspace)
    if not is_apart:
        workspace.stores.keys = KeysInTheStore(workspace.stores)
    round_, [measure] = opened(workspace)
    answer(workspace, VOTERS[0], round_, measure, 5)
    if not is_apart:
        workspace.stores.keys.flush(REGION)
    secret = workspace.stores.keys.get(REGION, round_.id)
    folder, _manifest = backing_up.back_up(workspace, tmp_path / "backups")
    put_by = b"".join(gzip.decompress(path.read_bytes()) for path in folder.rglob("*.gz"))
    loose = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    seen = [kept_bytes(workspace), put_by, loose]
    assert any(secret in part or secret.hex().encode() in part for part in seen) is not is_apart
    assert b'"table":"sealed"' in put_by, "while the sealed answers are in it"


@pytest.mark.both_stores
def test_a_round_restored_from_a_backup_says_that_its_answers_can_not_be_opened(
    workspace: Workspace, tmp_path: Path, clock: Clock
) -> None:
    people(workspace)
    round_, [measure] = opened(workspace)
    for who in VOTERS[:6]:
        answer(workspace, who, round_, measure, 5)
    folder, _manifest = backing_up.back_up(workspace, tmp_path / "backups")
    with open_parts(tmp_path / "restored", "embedded") as (stores, indexes):
        carrying.carry(restoring.parts(folder, restoring.check(folder)), stores)
        config = Config(instance=tmp_path / "restored", secret_key="for tests only")
        back = Workspace(config=config, stores=stores, indexes=indexes, now=clock)
        seed_people(back)
        app = create_app(back)
        app.testing = True
        client = sign_in(app.test_client(), MARIT)
        page = client.get(f"/r/{REGION}/rounds/{round_.id}").text
        assert "trolig fordi dataene er hentet fra en sikkerhetskopi" in page
        with pytest.raises(Conflict):
            answer(back, VOTERS[7], round_, measure, 5)
        close(back, round_)
        page = client.get(f"/r/{REGION}/rounds/{round_.id}").text
        assert "Runden er lukket uten resultat. Svarene kunne ikke åpnes" in page
        assert service.standing(back, MARIT, round_.id).revealed == {}
    close(workspace, round_)
    assert service.standing(workspace, MARIT, round_.id).revealed[measure.id].values == (5,) * 6


def seed_people(workspace: Workspace) -> None:
    """Let Marit in: a member of the region, known to the house."""
    with workspace.house.transaction() as tx:
        tx.put(Region(id=REGION, name="Skarfjordregionen", created=START))
        tx.put(Person(id="marit", name="Marit", email="marit@example.no", created=START))
    with workspace.region(REGION).transaction() as tx:
        tx.put(Membership(id="marit", name="Marit", email="marit@example.no", role=MARIT.role, since=START))


# -- What is kept in a process --


def test_what_one_may_see_is_never_kept_for_another(make: Make) -> None:
    """Kari sees her own answer, before and after the others look; and once the round has closed all see it."""
    it, _other = hidden(make)
    path = f"/r/{REGION}/measures/{it.measure.id}"
    kari, marit = it.client(KARI), it.client(MARIT)
    out.forget()
    for _time in range(2):
        assert "Kanariord" in kari.get(path).text and "Kanariord" not in marit.get(path).text
    board = f"/r/{REGION}/rounds/{it.round.id}"
    before = marit.get(board).text
    it.close()
    assert "Kanariord" in marit.get(path).text
    after = marit.get(board).text
    assert "Skjult til runden lukkes" in before and "Skjult til runden lukkes" not in after


def test_the_count_of_a_round_is_empty_of_answers_while_they_are_hidden(make: Make) -> None:
    it, _other = hidden(make)
    for who in (MARIT, KARI, BJORN, operator(REGION)):
        found = service.standing(it.workspace, who, it.round.id)
        assert (found.ballots, found.advice, found.verdicts, found.before) == ({}, {}, {}, {})


# -- Files of a round: the crawl above reads each --


@pytest.mark.parametrize("name", EXPORTS)
def test_the_files_of_a_round_are_among_the_pages_that_are_read(make: Make, name: str) -> None:
    it, _other = hidden(make)
    assert any(path.endswith(f"/rounds/{it.round.id}/{name}") for path in it.pages.values())
    assert it.client(MARIT).get(f"/r/{REGION}/rounds/{it.round.id}/{name}").status_code == 200


NOT_OF_A_ROUND = {
    "measures.show_import ",  # the report on a sheet that somebody sent
    "rounds.silent_parts ",  # the headings of a document
}


def test_every_address_of_the_room_is_read(make: Make) -> None:
    """An address of rounds or measures with a part that the crawl can't fill in must be told to it (twins.py)."""
    it, _other = hidden(make)
    left_out = {name for name, path in it.pages.items() if "<" in path}
    assert {name for name in left_out if name.startswith(("rounds.", "measures."))} <= NOT_OF_A_ROUND
    read = [it.client(MARIT).get(f"/r/{REGION}{path}").status_code for path in it.pages.values() if "<" not in path]
    assert len(read) > 12 and read.count(200) > 10


def test_it_is_said_what_it_protects_against_before_one_answers(make: Make) -> None:
    it, _other = make("anonymous")
    for path in (f"/measures/{it.measure.id}", f"/rounds/{it.round.id}/answer"):
        page = it.client(VOTERS[0]).get(f"/r/{REGION}{path}").text
        for sentence in (
            "Svaret forsegles når du sender det, og kan ikke endres.",
            "lagres uten navn, tidspunkt og kobling til brukeren din",
            "Det beskytter ikke mot den som styrer serveren mens runden er åpen.",
            "I små grupper kan noen likevel gjette; ikke skriv navn.",
            "bruk et valgsystem",
        ):
            assert sentence in page, (path, sentence)
        assert "hemmelig" not in page
