"""Counting a round again from the log: it agrees, and every kind of tampering is found. Receipts find the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from tests.conftest import BJORN, KARI, MARIT, REGION, ROLF, START, actor
from tests.rounds import papers
from workspace import cli
from workspace.access import Actor, Role
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import (
    answering,
    fulfilling,
    importing,
    life,
    receipts,
    rewording,
    service,
    trails,
    verifying,
)  # fmt: skip
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Item, Round
from workspace.rounds.rewording import Rewording
from workspace.store.port import Transaction

As = Callable[[Actor], FlaskClient]
Tamper = Callable[[Transaction, Round], None]
SKARFJORD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))

pytestmark = pytest.mark.both_stores


@pytest.fixture
def about(workspace: Workspace, app: object) -> list[Measure]:
    papers.municipalities(workspace, ("Havnsund", "Skarfjord", "Bjørkvåg"))
    return papers.propose(workspace, 2)


@pytest.fixture
def concluded(workspace: Workspace, about: list[Measure]) -> Round:
    """A round that was extended, closed, opened again, closed and concluded, with answers that changed."""
    round_ = papers.opened(workspace, about)
    first, second = (measure.id for measure in about)
    answering.answer(workspace, KARI, round_.id, first, "2", "Hvem betaler?")
    answering.answer(workspace, SKARFJORD, round_.id, first, "4")
    answering.answer(workspace, BJORN, round_.id, first, "1", "Vi er imot.")
    text = "measure,voice,value,at\nT-01,9003,4,i går\nT-02,9001,5,\nT-02,9002,5,\nT-02,9003,3,\n"
    importing.take_in(workspace, MARIT, round_.id, importing.read(text.encode(), "x.csv"), "x.csv")
    life.extend(workspace, MARIT, round_.id, papers.LATER + timedelta(days=1), "Flere vil svare.")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    life.reopen(workspace, MARIT, round_.id, papers.LATER + timedelta(days=2), "Havnsund vil endre.")
    answering.answer(workspace, KARI, round_.id, first, "4")
    answering.withdraw(workspace, SKARFJORD, round_.id, second)
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    return life.conclude(workspace, MARIT, round_.id, "Vi er enige.", "2027-06-01", "Skarfjordrådet", (first,))


def faults(workspace: Workspace, round_: Round) -> list[str]:
    return [str(fault) for fault in verifying.verify(workspace, MARIT, round_.id).faults]


def test_what_was_not_touched_agrees(workspace: Workspace, concluded: Round) -> None:
    found = verifying.verify(workspace, MARIT, concluded.id)
    assert (found.faults, found.ballots, found.closings) == ((), 9, 2)
    everything, gone = verifying.verify_all(workspace, MARIT)
    assert everything == [found] and gone == []


def ballot_at(tx: Transaction, round_: Round, at: int) -> Ballot:
    return tx.find(Ballot, {"round": round_.id}, order="sequence")[at]


def change_ballot(**fields: object) -> Tamper:
    def act(tx: Transaction, round_: Round) -> None:
        tx.put(ballot_at(tx, round_, -2).changed(**fields))

    return act


def change_round(**fields: object) -> Tamper:
    return lambda tx, round_: tx.put(tx.get(Round, round_.id).changed(**fields)) and None


def drop(tx: Transaction, round_: Round) -> None:
    tx.remove(ballot_at(tx, round_, 0))


def add(tx: Transaction, round_: Round) -> None:
    old = ballot_at(tx, round_, 0)
    tx.put(msgspec.structs.replace(old, id="stuffed", version=0, value=5, sequence=99))


def swap_places(tx: Transaction, round_: Round) -> None:
    first, last = ballot_at(tx, round_, 0), ballot_at(tx, round_, -2)
    tx.put(first.changed(sequence=last.sequence))
    tx.put(last.changed(sequence=first.sequence))


def meet_a_condition(tx: Transaction, round_: Round) -> None:
    ballot = ballot_at(tx, round_, 0)
    tx.put(
        ConditionMet(
            id=ballot.id, round=round_.id, measure=ballot.measure, note="Ja.", by="x", name="X",
            at=START - timedelta(days=1),
        )
    )  # fmt: skip


def reword(tx: Transaction, round_: Round) -> None:
    stored = tx.get(Round, round_.id)
    tx.put(stored.changed(items=(Item(measure=stored.items[0].measure, text_version=7), *stored.items[1:])))


TAMPERED: dict[str, tuple[Tamper, str]] = {
    "value": (change_ballot(value=5), "er ikke det som ble gitt"),
    "reason": (change_ballot(reason="Noe annet."), "er ikke det som ble gitt"),
    "voter": (change_ballot(voter="municipality:9003", municipality="9003"), "er ikke det som ble gitt"),
    "municipality": (change_ballot(municipality="9003"), "er ikke det som ble gitt"),
    "by": (change_ballot(by="noen"), "er ikke det som ble gitt"),
    "time": (change_ballot(at=START - timedelta(hours=1)), "er ikke det som ble gitt"),
    "text": (change_ballot(text_version=2), "er ikke det som ble gitt"),
    "file's time": (change_ballot(file_time="i dag"), "er ikke det som ble gitt"),
    "dropped": (drop, "er borte"),
    "added": (add, "står ikke i loggen"),
    "order": (swap_places, "er ikke det som ble gitt"),
    "electorate": (change_round(electorate=("9001", "9002")), "Kommunene i runden"),
    "support": (change_round(support="1/2"), "Regelen er ikke den runden ble åpnet med (support)"),
    "quorum": (change_round(quorum="0"), "(quorum)"),
    "reservations": (change_round(max_reservations=9), "(max_reservations)"),
    "blocks": (change_round(blocks_stop=False), "(blocks_stop)"),
    "method": (change_round(method="endorsement"), "(method)"),
    "visibility": (change_round(visibility="hidden"), "(visibility)"),
    "outcome": (change_round(outcome="Vi er uenige."), "Oppsummeringen"),
    "review date": (change_round(review_date="2030-01-01"), "Oppsummeringen"),
    "follow-up": (change_round(followed_up_by="Ingen"), "Oppsummeringen"),
    "starts": (change_round(starts=()), "Oppsummeringen"),
    "state": (change_round(state="closed"), "Tilstanden"),
    "deadline": (change_round(closes=START + timedelta(days=99)), "Fristen"),
    "items": (reword, "Tiltakene"),
    "condition": (meet_a_condition, "Vilkårene som er merket som oppfylt"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_tampering_is_found(workspace: Workspace, concluded: Round, kind: str) -> None:
    tamper, said = TAMPERED[kind]
    with workspace.region(REGION).transaction() as tx:
        tamper(tx, concluded)
    assert any(said in fault for fault in faults(workspace, concluded)), faults(workspace, concluded)


def test_a_verdict_that_was_never_so_is_found(workspace: Workspace, concluded: Round) -> None:
    """A close that says another verdict than the ballots give: as from a faulty or a bent program."""
    view = workspace.region(REGION).view()
    trail = trails.read(view).rounds[concluded.id]
    first = concluded.measures[0]
    bent = trail.closings[0]._replace(verdicts=trail.closings[0].verdicts | {first: "consensus"})
    trail.closings[0] = bent
    ballots = papers.ballots(workspace, concluded)
    [fault] = verifying._verdict_faults(view, concluded, ballots, trail)
    assert str(fault).startswith("Utfallet for T-01 da runden ble lukket")


def test_a_round_that_is_taken_away_is_found(workspace: Workspace, concluded: Round) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.remove(tx.get(Round, concluded.id))
    assert verifying.verify_all(workspace, MARIT) == ([], [concluded.id])


def test_a_round_whose_state_is_put_back_to_draft_is_found(workspace: Workspace, concluded: Round) -> None:
    with workspace.region(REGION).transaction() as tx:
        change_round(state="draft")(tx, concluded)
    [found], gone = verifying.verify_all(workspace, MARIT)
    assert not found.agrees and gone == []


def test_a_chain_that_is_broken_is_found(
    workspace: Workspace, concluded: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = trails._events

    def bent(view: object):
        for event in real(view):
            yield msgspec.structs.replace(event, record="x") if event.seq == 5 else event

    monkeypatch.setattr(trails, "_events", bent)
    assert "Loggen henger ikke sammen fra hendelse 5." in faults(workspace, concluded)


def test_a_voice_that_nobody_gave_is_found(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about, counted_by="person")
    assert faults(workspace, round_) == []
    with workspace.region(REGION).transaction() as tx:
        tx.put(Voice(id="stuffed", round=round_.id, name="Spøkelse", joined=START))
    assert faults(workspace, round_) == ["De som har en stemme, er ikke de som står i loggen."]


@pytest.mark.parametrize("change", ["material", "editorial"])
def test_a_new_text_is_followed(workspace: Workspace, about: list[Measure], change: str) -> None:
    round_ = papers.opened(workspace, about)
    first, second = about[0], about[1]
    answering.answer(workspace, KARI, round_.id, first.id, "5")
    answering.answer(workspace, KARI, round_.id, second.id, "1", "Nei.")
    for measure in (first, second):
        new = Rewording(measure.title, f"{measure.text} Mer.", change, "Etter møtet.")
        rewording.reword(workspace, MARIT, round_.id, measure.id, 1, new)
    life.close_round(workspace, MARIT, round_.id, "Ferdig.")
    assert faults(workspace, service.get(workspace, MARIT, round_.id)) == []


def test_marks_are_counted_as_they_stood_at_each_closing(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about)
    ballot = answering.answer(workspace, KARI, round_.id, about[0].id, "2", "At alle er med.", conditional=True)
    fulfilling.mark_met(workspace, MARIT, round_.id, ballot.id, "Alle er med.")
    life.close_round(workspace, MARIT, round_.id, "Ferdig.")
    assert faults(workspace, service.get(workspace, MARIT, round_.id)) == []
    life.reopen(workspace, MARIT, round_.id, round_.closes + timedelta(days=1), "Noe var feil.")
    fulfilling.undo(workspace, MARIT, round_.id, ballot.id, "Feil.")
    assert faults(workspace, service.get(workspace, MARIT, round_.id)) == []
    life.close_round(workspace, MARIT, round_.id, "Ferdig igjen.")
    assert faults(workspace, service.get(workspace, MARIT, round_.id)) == []
    with workspace.region(REGION).transaction() as tx:
        mark = tx.get(ConditionMet, ballot.id)
        tx.put(mark.changed(undone=None))
    assert "Vilkårene som er merket" in faults(workspace, service.get(workspace, MARIT, round_.id))[0]


# -- Receipts --


def test_a_receipt_says_what_was_answered_and_is_found_again(workspace: Workspace, concluded: Round) -> None:
    made = receipts.receipt(workspace, KARI, concluded.id)
    assert [one.ballot.value for one in made.answers] == [2, 5, 4], "the municipality's, from the file too"
    text = receipts.to_text(made).decode()
    for word in ("T-01 Tiltak 1", "Svar: Forbehold", "Begrunnelse: Hvem betaler?", "Fra en fil", "Ført inn av: Marit"):
        assert word in text
    assert "Vi er imot." not in text
    view = workspace.region(REGION).view()
    for content in (receipts.to_text(made), receipts.to_json(made)):
        proofs = receipts.read(content)
        assert len(proofs) == 3 and receipts.check(view, concluded, proofs) == []
    assert receipts.receipt(workspace, BJORN, concluded.id).answers[0].ballot.reason == "Vi er imot."


def test_a_receipt_finds_a_changed_answer_a_changed_receipt_and_another_log(
    workspace: Workspace, concluded: Round
) -> None:
    made = receipts.receipt(workspace, KARI, concluded.id)
    view = workspace.region(REGION).view()
    document = json.loads(receipts.to_json(made))
    document["answers"][0]["ballot"]["value"] = 5
    [fault] = receipts.check(view, concluded, receipts.read(json.dumps(document).encode()))
    assert "Kvitteringen er endret" in str(fault)
    [first, *_rest] = receipts.read(receipts.to_text(made))
    [fault] = receipts.check(view, concluded, [first._replace(hash="0" * 64)])
    assert "er en annen enn i kvitteringen" in str(fault)
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Ballot, first.ballot).changed(value=5))
    view = workspace.region(REGION).view()
    [fault] = receipts.check(view, concluded, [first])
    assert "er et annet enn det i kvitteringen" in str(fault)
    [fault] = receipts.check(view, concluded, [first._replace(ballot="x")])
    assert "finnes ikke i runden" in str(fault)


# -- On screen, and at the terminal --


def test_the_page_says_it_in_words(workspace: Workspace, as_person: As, concluded: Round) -> None:
    path = f"/r/{REGION}/rounds/{concluded.id}/verification"
    assert "Runden stemmer med loggen" in as_person(ROLF).get(path).text
    with workspace.region(REGION).transaction() as tx:
        drop(tx, concluded)
    page = as_person(ROLF).get(path).text
    assert "Runden stemmer ikke med loggen" in page and "er borte" in page


def test_the_receipt_is_one_s_own(workspace: Workspace, as_person: As, concluded: Round) -> None:
    path = f"/r/{REGION}/rounds/{concluded.id}/receipt"
    mine = as_person(KARI).get(path)
    assert mine.mimetype == "text/plain" and "attachment" in mine.headers["Content-Disposition"]
    assert "Hvem betaler?" in mine.text and "Hvem betaler?" not in as_person(BJORN).get(path).text
    assert len(as_person(KARI).get(f"{path}.json").json["answers"]) == 3
    assert "Du har ikke svart i runden." in as_person(MARIT).get(path).text
    assert as_person(ROLF).get(path).status_code == 403


@pytest.fixture
def run(workspace: Workspace, product: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`run("verify", ...)`: a command on the test's own workspace."""
    if product != "embedded":
        pytest.skip("the commands are the same on both")
    cli.load_commands()
    monkeypatch.setattr("workspace.assembly.open_workspace", lambda *args, **options: workspace)
    monkeypatch.setattr("workspace.terminal.close", lambda workspace: None)
    monkeypatch.setattr(type(workspace.stores), "close", lambda self: None)
    monkeypatch.setattr(type(workspace.indexes), "close", lambda self: None)
    return lambda *words: CliRunner().invoke(cli.workspace, ["rounds", *map(str, words)], catch_exceptions=False)


def test_at_the_terminal(workspace: Workspace, run: Callable[..., Result], concluded: Round, tmp_path: Path) -> None:
    good = run("verify", REGION)
    assert good.exit_code == 0 and good.output.startswith("round 1 (Andre utkast): agrees with the log: 9 ballots")
    receipt = tmp_path / "receipt.txt"
    receipt.write_bytes(receipts.to_text(receipts.receipt(workspace, KARI, concluded.id)))
    assert "agrees with the log, the receipt too" in run("verify", REGION, 1, "--receipt", receipt).output
    out = run("export", REGION, 1)
    assert out.exit_code == 0 and out.output.count("\n") == 10
    into = papers.opened(workspace, papers.propose(workspace, 1))
    file = tmp_path / "paper.csv"
    file.write_text("measure,voice,value\nT-03,Havnsund,5\nT-03,Oslo,5\n", encoding="utf-8")
    assert run("import", REGION, 2, file, "--dry-run").exit_code == 1
    assert papers.ballots(workspace, into) == []
    partly = run("import", REGION, 2, file)
    assert partly.exit_code == 1
    assert partly.output.splitlines() == [
        "line 2: taken",
        "line 3: refused: No municipality in the round is called “Oslo”.",
        "1 taken, 0 unchanged, 1 refused",
    ]
    refused = run("import", REGION, 1, file)
    assert refused.exit_code == 3 and "The round is closed" in refused.stderr
    assert run("export", REGION, 77).exit_code == 3
    with workspace.region(REGION).transaction() as tx:
        drop(tx, concluded)
    bad = run("verify", REGION, "--json")
    assert bad.exit_code == 3
    assert [json.loads(line)["agrees"] for line in bad.stdout.splitlines()] == [False, True]
