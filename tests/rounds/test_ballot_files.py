"""Ballots out and in again: nothing is lost, doubled, guessed or told that may not be told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, Clock, actor, seed
from tests.rounds import papers, sealed
from tests.rounds.test_example import confirm, send
from workspace import tables
from workspace.access import Actor, Role
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality
from workspace.rounds import answering, exporting, importing, life, service, tallying, verifying
from workspace.rounds.ballot import Voice
from workspace.rounds.commands import translator
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.importing import Report
from workspace.rounds.model import Round
from workspace.rounds.verdict import Rule

As = Callable[[Actor], FlaskClient]
SKARFJORD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))
EVE = actor("eve", Role.PARTICIPANT, group="business", organisation="Skarfjord næringsforening")
HEAD = "measure,voice,value,group,reason,at\n"


@pytest.fixture
def about(workspace: Workspace, app: object) -> list[Measure]:
    papers.municipalities(workspace, ("Havnsund", "Skarfjord", "Bjørkvåg"))
    return papers.propose(workspace, 2)


def take(workspace: Workspace, round_: Round, text: str, name: str = "papir.csv", **options: object) -> Report:
    lines = importing.read(text.encode(), name)
    return importing.take_in(workspace, MARIT, round_.id, lines, name, **options)


def fates(report: Report) -> list[str]:
    return [fate.fate for fate in report.fates]


def why(report: Report) -> list[str]:
    return [f"{fate.number}: {fate.why}" for fate in report.fates if fate.why]


# -- In --


def test_lines_are_taken_by_number_or_name_and_later_ones_replace(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about)
    report = take(
        workspace,
        round_,
        HEAD + "T-01,Havnsund,5,,,\nt1,9002,abstain,,,\n1,bjørkvåg,2,,Hvem betaler?,\n"
        "Tiltak 2,Havnsund,Kan leve med,,,\nT-01,Havnsund,4,,,\nT-02,Skarfjord,5,,,\nT-02,Skarfjord,,,,\n"
        "T-01,Næringsforeningen,3,business,,\n",
    )
    assert fates(report) == ["taken"] * 8
    standing = service.standing(workspace, MARIT, round_.id)
    first, second = about
    assert {voice: ballot.value for voice, ballot in standing.ballots[first.id].items()} == {
        "9001": 4, "9002": 0, "9003": 2,
    }  # fmt: skip
    assert set(standing.ballots[second.id]) == {"9001"}, "an empty value takes the answer back"
    assert [(b.party, b.group, b.counts) for b in standing.advice[first.id]] == [
        ("Næringsforeningen", "business", False)
    ]
    kept = papers.ballots(workspace, round_)
    assert len(kept) == 8 and [ballot.sequence for ballot in kept] == sorted({b.sequence for b in kept})
    assert {(b.channel, b.on_behalf, b.by) for b in kept} == {("file", True, "marit")}
    assert kept[0].source == "papir.csv:2"


def test_every_line_that_is_refused_says_why_and_the_others_are_taken(
    workspace: Workspace, about: list[Measure]
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9010", name="Skarfjord"))
    round_ = papers.opened(workspace, about)
    report = take(
        workspace,
        round_,
        HEAD + "T-09,Havnsund,5,,,\nT-01,Oslo,5,,,\nT-01,Skarfjord,5,,,\nT-01,Havnsund,6,,,\nT-01,Havnsund,2,,,\n"
        ",Havnsund,5,,,\nT-01,,5,,,\nT-01,Ola,5,velgere,,\nT-01,9002,5,,,\n",
    )
    assert why(report) == [
        "2: Runden har ikke tiltaket «T-09».",
        "3: Ingen kommune i runden heter «Oslo».",
        "4: Flere heter «Skarfjord». Bruk nummeret.",
        "5: Velg et standpunkt.",
        "6: Skriv en kort begrunnelse, minst én setning.",
        "7: Raden sier ikke hvilket tiltak.",
        "8: Raden sier ikke hvem som svarer.",
        "9: Det er ingen gruppe som heter «velgere».",
    ]
    assert fates(report)[-1] == "taken"
    assert [ballot.voter for ballot in papers.ballots(workspace, round_)] == ["municipality:9002"]


@pytest.mark.parametrize("text", ["", "measure,voice\nT-01,Havnsund\n", HEAD])
def test_a_file_without_answers_is_refused_whole(text: str) -> None:
    with pytest.raises(Invalid):
        importing.read(text.encode(), "x.csv")


def test_the_same_file_again_changes_nothing_and_an_interrupted_one_goes_on(
    workspace: Workspace, about: list[Measure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    round_ = papers.opened(workspace, about)
    text = HEAD + "".join(f"T-01,Havnsund,{value},,,\n" for value in (5, 4, 5, 3, 5))

    def stop(step: float) -> None:
        if len(papers.ballots(workspace, round_)) >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(workspace, round_, text, advance=stop)
    assert [ballot.value for ballot in papers.ballots(workspace, round_)] == [5, 4, 5, 3]
    assert fates(take(workspace, round_, text)) == ["unchanged"] * 4 + ["taken"]
    answering.answer(workspace, KARI, round_.id, about[0].id, "4")
    assert fates(take(workspace, round_, text)) == ["unchanged"] * 5, "the municipality's own correction stands"
    assert [ballot.value for ballot in papers.ballots(workspace, round_)] == [5, 4, 5, 3, 5, 4]


def test_the_same_answer_at_another_time_is_another_act(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about)
    text = HEAD + "T-01,9001,5,,,2026-11-20T10:00\nT-01,9001,5,,,2026-11-20T11:00\nT-01,9001,5,,,2026-11-20T10:00\n"
    assert fates(take(workspace, round_, text)) == ["taken", "taken", "unchanged"]
    assert [b.given for b in papers.ballots(workspace, round_)] == ["2026-11-20T10:00", "2026-11-20T11:00"]
    assert fates(take(workspace, round_, text, name="et annet navn.csv")) == ["unchanged"] * 3


def test_a_round_that_is_not_open_takes_no_file_and_one_that_closes_takes_no_more(
    workspace: Workspace, about: list[Measure], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    round_ = papers.opened(workspace, about)
    text = HEAD + "T-01,9001,5,,,\nT-01,9002,5,,,\n"

    def close(step: float) -> None:
        clock.moment = papers.LATER

    report = take(workspace, round_, text, advance=close)
    assert fates(report) == ["taken", "refused"] and "Fristen er ute" in why(report)[0]
    with pytest.raises(Conflict, match="Fristen er ute"):
        take(workspace, round_, text)
    assert service.get(workspace, MARIT, round_.id).state == "closed"
    draft = life.create(
        workspace, MARIT, tuple(m.id for m in about), title="Utkast", closes=papers.LATER.replace(year=2027)
    )
    with pytest.raises(Conflict, match="ikke åpnet"):
        take(workspace, draft, text)


def test_only_those_who_lead_read_files_in(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about)
    lines = importing.read(f"{HEAD}T-01,9001,5,,,\n".encode(), "x.csv")
    for who in (KARI, AMUND, ROLF):
        with pytest.raises(Forbidden):
            importing.take_in(workspace, who, round_.id, lines, "x.csv")


def test_persons_are_found_by_mail_or_name_and_new_ones_only_when_asked(
    workspace: Workspace, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about, counted_by="person", method="endorsement", invited=("municipality",))
    text = (
        "measure,voice,value,voice_group,municipality\nT-01,KARI@example.no,yes,,\nT-01,p17,nei,a,Skarfjord\n"
        "T-02,p17,0,,\nT-01,p18,ja,b,Nordpå\n"
    )
    assert why(take(workspace, round_, text, dry=True)) == [
        "3: Ingen i runden heter «p17».", "4: Ingen i runden heter «p17».", "5: Ingen i runden heter «p18».",
    ]  # fmt: skip
    report = take(workspace, round_, text, new_voices=True)
    assert report.joined == 1 and why(report) == ["5: Ingen kommune i runden heter «Nordpå»."]
    voices = workspace.region(REGION).view().find(Voice, {"round": round_.id})
    assert [(v.ref, v.group, v.municipality) for v in voices if v.ref] == [("p17", "a", "9002")]
    assert service.get(workspace, MARIT, round_.id).voices == len(voices) == 2
    standing = service.standing(workspace, MARIT, round_.id)
    assert sorted(ballot.value for ballot in standing.ballots[about[0].id].values()) == [-1, 1]
    assert verifying.verify(workspace, MARIT, round_.id).agrees


def test_points_are_kept_within_what_each_has(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about, method="priority", points=5, most_points=4)
    report = take(workspace, round_, HEAD + "T-01,9001,4,,,\nT-02,9001,2,,,\nT-02,9001,1,,,\nT-01,9002,abstain,,,\n")
    assert fates(report) == ["taken", "refused", "taken", "refused"]


def test_many_lines_put_the_round_once_a_batch(
    workspace: Workspace, about: list[Measure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    round_ = papers.opened(workspace, about)
    text = HEAD + "".join(f"T-0{1 + n % 2},900{1 + n % 3},{3 + n % 3},,,{n:03d}\n" for n in range(40))
    take(workspace, round_, text)
    kept = service.get(workspace, MARIT, round_.id)
    assert kept.version == round_.version + 4 and kept.updates == round_.updates + 40
    assert [b.sequence for b in papers.ballots(workspace, round_)] == list(range(2, 42))


# -- Out --


def answered(workspace: Workspace, about: list[Measure]) -> Round:
    """An open round with a bit of everything in it."""
    round_ = papers.opened(workspace, about)
    first, second = (measure.id for measure in about)
    answering.answer(workspace, KARI, round_.id, first, "2", "=HYPERLINK(A1)", conditional=True)
    answering.answer(workspace, KARI, round_.id, second, "5", joins=True)
    answering.answer(workspace, SKARFJORD, round_.id, first, "5")
    answering.answer(workspace, SKARFJORD, round_.id, first, "0")
    answering.answer(workspace, BJORN, round_.id, first, "1", "Vi er imot.")
    answering.answer(workspace, EVE, round_.id, first, "4")
    answering.answer(workspace, SKARFJORD, round_.id, second, "4")
    answering.withdraw(workspace, SKARFJORD, round_.id, second)
    return service.get(workspace, MARIT, round_.id)


def exported(workspace: Workspace, round_: Round, who: Actor = MARIT) -> exporting.Exported:
    return exporting.export(workspace, who, round_.id)


def test_all_ballots_go_out_in_order_and_come_in_again_unchanged(workspace: Workspace, about: list[Measure]) -> None:
    round_ = answered(workspace, about)
    content = exporting.to_csv(exported(workspace, round_))
    rows = papers.rows_of(content)
    ours = [row for row in rows if row["kind"] == "answer"]
    assert [row["ballot"] for row in ours] == [ballot.id for ballot in papers.ballots(workspace, round_)]
    assert [row["value"] for row in ours] == ["2", "5", "5", "abstain", "1", "4", "4", ""]
    assert {row["voice"] for row in ours if row["group"]} == {
        "Skarfjord næringsforening", "Skarfjord næringsforening (2)",
    }  # fmt: skip
    again = importing.take_in(workspace, MARIT, round_.id, importing.read(content, "x.csv"), "x.csv")
    assert set(fates(again)) == {"unchanged"}


def test_a_file_that_went_out_comes_in_elsewhere_the_same(workspace: Workspace, about: list[Measure]) -> None:
    round_ = answered(workspace, about)
    before = service.standing(workspace, MARIT, round_.id)
    for form in ("csv", "xlsx"):
        content = exporting.FORMS[form](exported(workspace, round_))
        others = papers.propose(workspace, 2)
        other = papers.opened(workspace, others)
        codes = dict(zip((m.code for m in about), (m.code for m in others), strict=True))
        lines = importing.read(content, f"x.{form}")
        moved = [
            line._replace(cells=line.cells | {"measure": codes[line.cells["measure"]], "text_version": "1"})
            for line in lines
        ]
        report = importing.take_in(workspace, MARIT, other.id, moved, f"x.{form}")
        assert report.count("taken") == 8 and report.count("refused") == 0
        after = service.standing(workspace, MARIT, other.id)
        for old, new in zip(about, others, strict=True):
            assert after.verdicts[new.id] == before.verdicts[old.id]
            said = [
                {(b.voter, b.value, b.reason, b.conditional, b.joins) for b in one.ballots[id].values()}
                for one, id in ((before, old.id), (after, new.id))
            ]
            assert said[0] == said[1]
            assert sorted(b.value for b in after.advice[new.id]) == sorted(b.value for b in before.advice[old.id])


def tallied(workspace: Workspace, round_: Round) -> dict[str, str]:
    text = exporting.to_csv(exported(workspace, round_)).decode()
    found = tallying.results(tallying.read(text), Rule(), translator("nb"))
    return {result["measure"]: result["verdict"] for result in found}


def verdicts(workspace: Workspace, round_: Round) -> dict[str, str]:
    standing = service.standing(workspace, MARIT, round_.id)
    return {m.code: standing.verdicts[m.id].outcome.value for m in standing.measures}


def test_a_tally_of_the_file_comes_to_what_the_round_came_to(workspace: Workspace, about: list[Measure]) -> None:
    first, second = (measure.id for measure in about)
    empty = papers.opened(workspace, papers.propose(workspace, 2))
    assert set(tallied(workspace, empty).values()) == set(verdicts(workspace, empty).values()) == {"waiting"}
    round_ = answered(workspace, about)
    take(workspace, round_, HEAD + "T-01,Bjørkvåg,4,,,\nT-02,Bjørkvåg,4,,,\nT-02,9002,4,,,\n")
    assert tallied(workspace, round_) == verdicts(workspace, round_)
    assert verdicts(workspace, round_)["T-01"] == "no_consensus"
    standing = service.standing(workspace, MARIT, round_.id)
    ballot = standing.ballots[first]["9001"]
    with workspace.region(REGION).transaction() as tx:
        tx.put(
            ConditionMet(
                id=ballot.id, round=round_.id, measure=first, note="Avklart.", by="marit", name="Marit", at=START
            )
        )
        stored = tx.get(Round, round_.id)
        tx.put(stored.confirm_again(second, 2, editorial=False))
    assert verdicts(workspace, round_) == {"T-01": "consensus", "T-02": "waiting"}
    assert tallied(workspace, round_) == verdicts(workspace, round_)


def test_no_file_lifts_a_block_that_a_voter_has_set(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about)
    answering.answer(workspace, SKARFJORD, round_.id, about[0].id, "1", "Nei.")
    report = take(workspace, round_, HEAD + "T-01,9002,5,,,\nT-01,9002,,,,\nT-01,9001,5,,,\nT-02,9002,5,,,\n")
    assert fates(report) == ["refused", "refused", "taken", "taken"]
    assert verdicts(workspace, round_)["T-01"] == "blocked"
    lines = HEAD + "T-02,9003,1,,Nei.,\nT-02,9003,4,,,\n"
    assert fates(take(workspace, round_, lines, "mer.csv")) == ["taken", "taken"], "the file's own may be corrected"


def test_an_answer_to_an_earlier_text_is_not_taken_for_one_to_the_new(
    workspace: Workspace, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about)
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Round, round_.id).confirm_again(about[0].id, 2, editorial=False))
    report = take(workspace, round_, "measure,voice,value,text_version\nT-01,9001,5,1\nT-01,9002,5,2\nT-01,9003,5,\n")
    assert fates(report) == ["refused", "taken", "taken"]
    assert why(report) == ["2: Svaret gjelder versjon 1 av teksten. Runden gjelder versjon 2."]


def test_no_cell_of_any_export_is_a_formula(workspace: Workspace) -> None:
    """Torture case 21, in title, reason, name, party and municipality."""
    seed(workspace)
    evil = '=cmd|" /C calc"!A1'
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9002", name=f"@{evil}"))
    measure = measures.create(workspace, AMUND, title=evil, text="Vi bygger.")
    round_ = papers.opened(workspace, [measure])
    kari = actor("kari", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
    answering.answer(workspace, Actor(**{**_fields(kari), "name": "+Kari"}), round_.id, measure.id, "2", evil)
    eve = actor("eve", Role.PARTICIPANT, group="business", organisation="-1+2")
    answering.answer(workspace, eve, round_.id, measure.id, "5", "\uff1d1+1")
    found = exported(workspace, round_)
    for table in (exporting.answers, exporting.results, exporting.voices):
        for line in tables.to_csv(table(found)).decode("utf-8-sig").splitlines():
            assert not any(cell.strip('"')[:1] in tuple("=+-@\t\uff1d") for cell in line.split(";") if cell)
    book = openpyxl.load_workbook(io.BytesIO(exporting.to_xlsx(found)))
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in texts} == {"s"} and evil in {cell.value for cell in texts}
    [first, *_rest] = importing.read(exporting.to_csv(found), "x.csv")
    assert first.cells["reason"] == evil, "and it is read as it was written"


def _fields(who: Actor) -> dict[str, object]:
    return {name: getattr(who, name) for name in who.__struct_fields__}


def test_a_hidden_round_tells_who_has_answered_and_no_more(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about, visibility="hidden")
    answering.answer(workspace, KARI, round_.id, about[0].id, "2", "hemmeligord")
    answering.answer(workspace, BJORN, round_.id, about[0].id, "1", "hemmeligord")
    for who in (MARIT, AMUND):
        found = exported(workspace, round_, who)
        rows = papers.rows_of(exporting.to_csv(found))
        assert [row["voice"] for row in rows if row["kind"].startswith("answered")] == ["Havnsund"]
        assert {row[name] for row in rows for name in ("value", "answer", "reason", "at", "ballot", "digest")} == {""}
        document = exporting.to_json(found).decode()
        assert "hemmeligord" not in document and "business" not in document
        assert {row["verdict"] for row in papers.rows_of(exporting.results_to_csv(found))} == {""}
    for who in (KARI, BJORN, ROLF):
        with pytest.raises(Forbidden):
            exported(workspace, round_, who)
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert b"hemmeligord" in exporting.to_csv(exported(workspace, round_, KARI))


def test_an_anonymous_round_gives_what_was_drawn_and_few_answers_not_at_all(
    workspace: Workspace, about: list[Measure]
) -> None:
    round_ = papers.opened(
        workspace, about, method="temperature", visibility="anonymous", counted_by="person", guests=True
    )
    with pytest.raises(Forbidden):
        take(workspace, round_, HEAD + "T-01,kari@example.no,5,,,\n")
    for measure, values in zip(about, ([5, 3, 3, 1, 0], [5, 5, 4, 1]), strict=True):
        sealed.give(workspace, round_, measure, {"youth": values})
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    rows = papers.rows_of(exporting.to_csv(exported(workspace, round_)))
    assert [row["voice"] for row in rows] == ["T-01/1", "T-01/2", "T-01/3", "T-01/4", "T-01/5"]
    assert sorted(row["value"] for row in rows) == ["1", "3", "3", "5", "abstain"]
    results = papers.rows_of(exporting.results_to_csv(exported(workspace, round_)))
    assert [row["stands"] for row in results] == ["4", ""]


def test_everything_is_in_the_document_but_what_lets_people_in(workspace: Workspace, about: list[Measure]) -> None:
    round_ = answered(workspace, about)
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Round, round_.id).changed(code="HAVFRU", outcome="Et utkast"))
    content = exporting.to_json(exported(workspace, round_)).decode()
    assert "HAVFRU" not in content and "Et utkast" not in content
    document = json.loads(content)
    assert len(document["ballots"]) >= 8 and len(document["results"]) == len(document["measures"]) == 2
    assert document["round"]["quorum"] == "3/4" and document["voices"][0]["voice"] == "Bjørkvåg"


# -- Over HTTP --


def test_nothing_is_kept_before_it_is_confirmed_and_a_second_click_doubles_nothing(
    workspace: Workspace, as_person: As, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about)
    client = as_person(MARIT)
    looked = send(client, round_, (HEAD + "T-01,9001,5,,,\nT-01,9002,9,,,\n").encode())
    assert "Ett svar blir tatt inn." in looked.text and "Avvist: Velg et standpunkt." in looked.text
    assert papers.ballots(workspace, round_) == []
    assert "Ett svar er tatt inn." in confirm(client, looked.text).text
    assert "0 svar er tatt inn." in confirm(client, looked.text).text
    assert len(papers.ballots(workspace, round_)) == 1


def test_what_can_not_be_read_is_said_beside_the_field(
    workspace: Workspace, as_person: As, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about)
    client = as_person(MARIT)
    for content in (b"", b"measure,voice\n", b"\xff\xfe\x00", b"measure,voice,value\n"):
        refused = send(client, round_, content)
        assert refused.status_code == 422 and 'id="file-error"' in refused.text
    assert send(as_person(KARI), round_, b"x").status_code == 403
    big = (HEAD + "T-01,9001,5,,,\n" * 18_000).encode()
    assert len(big) > 260_000 and send(client, round_, big).status_code == 200
    life.close_round(workspace, MARIT, round_.id, "Ferdig.")
    late = send(client, round_, (HEAD + "T-01,9001,5,,,\n").encode())
    assert late.status_code == 409 and "Runden er lukket" in late.text


def test_downloads_are_for_those_who_may(workspace: Workspace, as_person: As, about: list[Measure]) -> None:
    hidden = papers.opened(workspace, about, visibility="hidden")
    for form in ("export.csv", "export.json", "export.xlsx", "results.csv"):
        path = f"/r/{REGION}/rounds/{hidden.id}/{form}"
        assert [as_person(who).get(path).status_code for who in (MARIT, AMUND, KARI, ROLF)] == [200, 200, 403, 403]
    life.close_round(workspace, MARIT, hidden.id, "Ferdig.")
    assert as_person(KARI).get(f"/r/{REGION}/rounds/{hidden.number}/export.csv").status_code == 200
    assert as_person(MARIT).get(f"/r/{REGION}/rounds/{hidden.id}/export.exe").status_code == 404
    assert as_person(MARIT).get(f"/r/{REGION}/rounds/99/export.csv").status_code == 404


def test_members_are_kept_out_of_the_names_of_a_round(workspace: Workspace, about: list[Measure]) -> None:
    """Two people of one name: nothing is guessed."""
    with workspace.region(REGION).transaction() as tx:
        for id in ("kari2", "kari3"):
            tx.put(
                Membership(
                    id=id, name="Ola Nes", email=f"{id}@example.no", role=Role.PARTICIPANT, group="youth", since=START
                )
            )
    round_ = papers.opened(workspace, about, counted_by="person", invited=("youth",))
    report = take(workspace, round_, HEAD + "T-01,Ola Nes,5,,,\nT-01,kari2@example.no,5,,,\n")
    assert fates(report) == ["refused", "taken"] and "Flere heter" in why(report)[0]
    rows = papers.rows_of(exporting.to_csv(exported(workspace, round_)))
    ids = {voice.id for voice in workspace.region(REGION).view().find(Voice, {"round": round_.id})}
    assert {row["voice"] for row in rows} <= ids, "those of one name are called by their ids"
