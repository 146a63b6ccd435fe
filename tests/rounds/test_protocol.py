"""The protocol: who stood where, word for word, on screen and as a file; hostile text, and what may not be told."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, Clock, actor
from tests.rounds import papers, sealed
from tests.rounds.region import reword
from workspace.access import Actor, Role
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import amending, answering, importing, life, mediating, protocol, protocol_file
from workspace.rounds.ballot import Ballot
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.rounds.protocol import Part, Protocol, Section, Stand

As = Callable[[Actor], FlaskClient]
HOSTILE = Path(__file__).parent.parent / "fixtures" / "hostile-text.json"
SKARFJORD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))


@pytest.fixture
def about(workspace: Workspace, app: object) -> list[Measure]:
    papers.municipalities(workspace, ("Havnsund", "Skarfjord", "Bjørkvåg"))
    return papers.propose(workspace, 2)


@pytest.fixture
def concluded(workspace: Workspace, about: list[Measure]) -> Round:
    round_ = papers.opened(workspace, about, purpose="Å finne ut hva vi gjør først.")
    first, second = (measure.id for measure in about)
    ballot = answering.answer(
        workspace, KARI, round_.id, first, "2", "Ja, hvis staten betaler.\n\nEllers ikke.", conditional=True
    )
    answering.answer(workspace, SKARFJORD, round_.id, first, "5")
    answering.answer(workspace, BJORN, round_.id, first, "1", "Vi er imot.")
    text = "measure,voice,value,reason\nT-01,9003,4,På papir.\nT-02,9003,3,\n"
    importing.take_in(workspace, MARIT, round_.id, importing.read(text.encode(), "papir.csv"), "papir.csv")
    answering.answer(workspace, KARI, round_.id, second, "4", joins=True)
    with workspace.region(REGION).transaction() as tx:
        mark = ConditionMet(
            id=ballot.id, round=round_.id, measure=first, note="Staten betaler.", by="marit", name="Marit", at=START
        )
        tx.put(mark)
        tx.put(tx.get(Round, round_.id).changed(updates=20))
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    return life.conclude(workspace, MARIT, round_.id, "Vi er enige.", "2027-06-01", "Skarfjordrådet", (first,))


def file_of(client: FlaskClient, round_: Round):
    answer = client.get(f"/r/{REGION}/rounds/{round_.id}/protocol.docx")
    assert answer.status_code == 200 and answer.mimetype == protocol_file.MIMETYPE
    return docx.Document(io.BytesIO(answer.data))


def all_text(document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_it_says_who_stood_where_why_and_what_it_came_to(as_person: As, concluded: Round) -> None:
    client = as_person(ROLF)
    document = file_of(client, concluded)
    page = client.get(f"/r/{REGION}/rounds/{concluded.id}/protocol").text
    for said in (
        "drøftingsresultat, ikke et vedtak", "Å finne ut hva vi gjør først.", "Vi er enige.", "1. juni 2027",
        "Skarfjordrådet", "T-01 Tiltak 1", "Staten betaler.", "Vi er imot.", "Næringsliv", "Skarfjord næringsforening",
        "Ja, hvis: vilkåret er oppfylt", "Ført inn på vegne av: fra en fil", "Er med og bærer tiltaket",
        "Minst 75\u00a0% av dem som tok stilling", "av prosesslederen", "Konsensus: 3 av de 3 kommunene",
        "Venter på svar: 2 av 3 kommuner har svart",
    ):  # fmt: skip
        assert said in all_text(document), said
        assert said in page or said == "T-01 Tiltak 1", said
    assert "Bjorn" not in all_text(document) and "Bjorn" not in page, "no name of advice beyond the party"
    assert "Ja, hvis staten betaler.\n\nEllers ikke." in all_text(document), "word for word"


def test_municipalities_stand_in_the_order_of_the_alphabet_and_who_is_missing_is_said(
    as_person: As, concluded: Round
) -> None:
    document = file_of(as_person(ROLF), concluded)
    tables = [table for table in document.tables if table.rows[0].cells[0].text == "Hvem"]
    first, advice, second = ([[cell.text for cell in row.cells] for row in table.rows[1:]] for table in tables)
    assert [row[0] for row in first] == [row[0] for row in second] == ["Bjørkvåg", "Havnsund", "Skarfjord"]
    assert [row[1] for row in second] == ["Kan leve med", "Støtte", "Ikke svart"]
    assert [row[:2] for row in advice] == [["Skarfjord næringsforening", "Blokkerer"]]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[texts.index("Har ikke svart") + 1] == "Skarfjord"


def test_headings_table_heads_and_language_are_real(as_person: As, concluded: Round) -> None:
    document = file_of(as_person(ROLF), concluded)
    levels = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert levels["Runde 1: Andre utkast"] == "Title" and levels["T-01 Tiltak 1"] == "Heading 1"
    assert levels["Begrunnelser, ordrett"] == "Heading 2" and levels["Næringsliv"] == "Heading 3"
    headed = [table for table in document.tables if table.rows[0].cells[0].text == "Hvem"]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in headed)
    assert document.core_properties.language == "nb-NO" and document.core_properties.title == "Runde 1: Andre utkast"


@pytest.mark.parametrize(("locale", "code", "word"), [("nn", "nn-NO", "Kven som stod kvar"), ("en", "en-GB", "Who")])
def test_it_is_in_the_reader_s_language(
    as_person: As, concluded: Round, monkeypatch: pytest.MonkeyPatch, locale: str, code: str, word: str
) -> None:
    monkeypatch.setattr("workspace.text.locale", lambda: locale)
    document = file_of(as_person(ROLF), concluded)
    assert word in all_text(document)
    assert f'w:val="{code}"' in document.styles.element.xml


def test_a_hidden_round_tells_no_standpoint_while_it_is_open(
    workspace: Workspace, as_person: As, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about, visibility="hidden")
    answering.answer(workspace, KARI, round_.id, about[0].id, "2", "hemmeligord")
    answering.answer(workspace, BJORN, round_.id, about[0].id, "1", "hemmeligord")
    for who in (MARIT, ROLF):
        client = as_person(who)
        page = client.get(f"/r/{REGION}/rounds/{round_.id}/protocol").text
        for said in (all_text(file_of(client, round_)), page):
            assert "hemmeligord" not in said and "Forbehold fra" not in said and "Skjult til runden lukkes." in said
            assert "Bjørkvåg, Skarfjord" in said, "who has not answered may be seen"


def test_an_anonymous_round_names_nobody_and_few_answers_are_not_shown(
    workspace: Workspace, as_person: As, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about, method="temperature", visibility="anonymous", counted_by="person")
    for measure, values in zip(about, ([5, 3, 3, 1, 0], [5, 5, 4, 1]), strict=True):
        sealed.give(workspace, round_, measure, {"youth": values}, "Uten navn.")
    life.close_round(workspace, MARIT, round_.id, "Ferdig.")
    document = file_of(as_person(ROLF), round_)
    [counts] = [table for table in document.tables if table.rows[0].cells[0].text == "Svar"]
    assert [[cell.text for cell in row.cells] for row in counts.rows[1:]] == [
        ["Full støtte", "1"], ["Kan leve med", "2"], ["Blokkerer", "1"], ["Avstår", "1"],
    ]  # fmt: skip
    text = all_text(document)
    assert text.count("Uten navn.") == 5 and "Færre enn 5 har svart." in text
    assert "Kari" not in text and "Har ikke svart" not in text


def test_many_persons_are_counted_and_not_listed(
    workspace: Workspace, as_person: As, about: list[Measure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workspace.rounds.protocol.MOST_PERSONS", 2)
    round_ = papers.opened(workspace, about, counted_by="person", method="endorsement")
    answering.answer(workspace, KARI, round_.id, about[0].id, "1")
    answering.answer(workspace, BJORN, round_.id, about[0].id, "-1")
    document = file_of(as_person(ROLF), round_)
    counts = [table for table in document.tables if table.rows[0].cells[0].text == "Svar"]
    assert [[cell.text for cell in row.cells] for row in counts[0].rows[1:]] == [["Ja", "1"], ["Nei", "1"]]
    assert [table for table in document.tables if table.rows[0].cells[0].text == "Hvem"] == []


def test_who_gave_points_elsewhere_is_not_missing(workspace: Workspace, as_person: As, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about, method="priority")
    answering.answer(workspace, KARI, round_.id, about[0].id, "3")
    for part in protocol.protocol(workspace, MARIT, round_.id).parts:
        assert part.missing == ("Bjørkvåg", "Skarfjord")
        assert [stand.answer for stand in part.stands if stand.who == "Havnsund"] == (
            ["3 poeng"] if part.code == "T-01" else ["0 poeng"]
        )


def test_amendments_follow_the_measure_and_others_in_the_municipalities_have_their_own_name(
    workspace: Workspace, about: list[Measure]
) -> None:
    round_ = papers.opened(workspace, about)
    declined = amending.propose(workspace, KARI, about[0].id, 1, "En annen tekst.")
    amending.propose(workspace, BJORN, about[0].id, 1, "Enda en tekst.")
    amending.decline(workspace, MARIT, declined.id, "Det er for dyrt.")
    answering.answer(workspace, actor("siri", Role.PARTICIPANT, municipality="9001"), round_.id, about[0].id, "4")
    part, other = protocol.protocol(workspace, MARIT, round_.id).parts
    [section] = part.sections
    assert section.heading == "Endringsforslag" and other.sections == ()
    assert section.lines == (
        "Endringsforslag 1 fra Havnsund: ikke tatt inn\nDet er for dyrt.",
        "Endringsforslag 2 fra Skarfjord næringsforening: åpent",
    )
    assert [group for group, _stands in part.advice] == ["Andre i kommunene"]


def test_the_mediation_of_a_block_is_told_in_order_of_time(
    workspace: Workspace, as_person: As, about: list[Measure], clock: Clock
) -> None:
    round_ = papers.opened(workspace, about)
    first = about[0].id
    answering.answer_for(workspace, MARIT, round_.id, first, "9002", "1", "For dyrt.", "phone", "Ringte.")
    clock.forward(hours=1)
    mediating.write(workspace, MARIT, round_.id, first, "answer", "Vi ser på kostnaden.")
    clock.forward(hours=1)
    mediating.write(workspace, MARIT, round_.id, first, "tried", "Enige om å dele likt.", "Møte på Havnsund rådhus")
    declined = amending.propose(workspace, KARI, first, 1, "En annen tekst.")
    clock.forward(hours=1)
    amending.decline(workspace, MARIT, declined.id, "Det er for dyrt.")
    mediating.write(workspace, MARIT, round_.id, first, "next", "Vi ringer på mandag.")

    def mediation() -> tuple[str, ...]:
        part, other = protocol.protocol(workspace, MARIT, round_.id).parts
        assert "Mekling" not in [section.heading for section in other.sections]
        [lines] = [section.lines for section in part.sections if section.heading == "Mekling"]
        return tuple(line.replace("\u00a0", " ") for line in lines)

    told = (
        "23. november 2026 kl. 15.44: Skarfjord blokkerer (gitt til versjon 1, ført inn på deres vegne)\nFor dyrt.",
        "23. november 2026 kl. 16.44: Prosesslederen svarer\nVi ser på kostnaden.",
        "23. november 2026 kl. 17.44: Møte på Havnsund rådhus\nEnige om å dele likt.",
        "23. november 2026 kl. 17.44: Endringsforslag 1 fra Havnsund",
        "23. november 2026 kl. 18.44: Neste steg\nVi ringer på mandag.",
        "23. november 2026 kl. 18.44: Endringsforslag 1 ble ikke tatt inn\nDet er for dyrt.",
    )
    assert mediation() == (*told, "Blokkeringen fra Skarfjord står.")
    answering.answer(workspace, SKARFJORD, round_.id, first, "1", "Fortsatt for dyrt.")
    mediating.stand_by(workspace, SKARFJORD, round_.id, first, "Vi venter på svar.")
    clock.forward(hours=1)
    answering.answer(workspace, SKARFJORD, round_.id, first, "3", "Da kan vi leve med det.")
    came_to = (
        "23. november 2026 kl. 18.44: Skarfjord blokkerer fortsatt (gitt til versjon 1)\nFortsatt for dyrt.",
        "23. november 2026 kl. 18.44: Skarfjord står ved blokkeringen\nVi venter på svar.",
        "23. november 2026 kl. 19.44: Skarfjord løftet blokkeringen: Kan leve med\nDa kan vi leve med det.",
        "Tiltaket er ikke lenger blokkert.",
    )
    assert set(mediation()) == {*told, *came_to} and mediation()[-2:] == came_to[-2:]
    page = as_person(ROLF).get(f"/r/{REGION}/rounds/{round_.id}/protocol").text.replace("\u00a0", " ")
    document = all_text(file_of(as_person(ROLF), round_)).replace("\u00a0", " ")
    for line in (*told, *came_to):
        assert line in page and line in document, line
    assert "Marit" not in document, "nobody is named who writes for the region"


def test_a_block_on_an_earlier_text_is_told_as_one(workspace: Workspace, about: list[Measure]) -> None:
    round_ = papers.opened(workspace, about)
    answering.answer(workspace, SKARFJORD, round_.id, about[0].id, "1", "For dyrt.")
    reword(workspace, round_, about[0])
    part, _other = protocol.protocol(workspace, MARIT, round_.id).parts
    assert part.sections[0].lines[-2:] == (
        "23. november 2026 kl.\u00a015.44: Teksten ble endret, versjon 2\nEtter møtet.",
        "Blokkeringen fra Skarfjord ble gitt til versjon 1, og er ikke bekreftet.",
    )


def test_no_mediation_is_told_while_answers_are_hidden_and_many_persons_are_not_named(
    workspace: Workspace, about: list[Measure], monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = papers.opened(workspace, about[:1], visibility="hidden")
    answering.answer(workspace, SKARFJORD, hidden.id, about[0].id, "1", "For dyrt.")
    assert protocol.protocol(workspace, MARIT, hidden.id).parts[0].sections == ()
    life.close_round(workspace, MARIT, hidden.id, "Ferdig.")
    [section] = protocol.protocol(workspace, MARIT, hidden.id).parts[0].sections
    assert "Skarfjord blokkerer" in section.lines[0]

    monkeypatch.setattr("workspace.rounds.protocol.MOST_PERSONS", 2)
    many = papers.opened(workspace, about[1:], counted_by="person")
    answering.answer(workspace, KARI, many.id, about[1].id, "1", "For dyrt.")
    [section] = protocol.protocol(workspace, MARIT, many.id).parts[0].sections
    assert "Én som svarte blokkerer" in section.lines[0] and "Kari" not in "".join(section.lines)


def test_hostile_text_stays_text(workspace: Workspace, as_person: As) -> None:
    payloads = json.loads(HOSTILE.read_text(encoding="utf-8"))
    texts = [one if isinstance(one, str) else str(one.get("text", one)) for one in payloads][:40]
    papers.municipalities(workspace, ("Havnsund",))
    evil = "<script>alert(1)</script>"
    measure = measures.create(workspace, AMUND, title=evil, text="Vi bygger.")
    round_ = papers.opened(workspace, [measure])
    answering.answer(workspace, KARI, round_.id, measure.id, "2", "\n".join(texts)[:4_900])
    page = as_person(ROLF).get(f"/r/{REGION}/rounds/{round_.id}/protocol").text
    assert "<script>alert" not in page
    assert evil in all_text(file_of(as_person(ROLF), round_))


def test_characters_that_no_file_can_hold_are_left_out() -> None:
    nasty = "a\x00b\x0bc\ufffe\uffffd\x1b[31m"
    stand = Stand(nasty, nasty, 5, nasty, nasty)
    part = Part(
        nasty, nasty, 1, nasty, nasty, (stand,), (nasty,), ((nasty, (stand,)),), ((nasty, 1),),
        (Section(nasty, (nasty,)),),
    )  # fmt: skip
    made = Protocol(nasty, nasty, ((nasty, nasty),), (nasty,), (part,), nasty, ((nasty, nasty),), True)
    content = protocol_file.to_docx(made)
    assert "abcd[31m" in all_text(docx.Document(io.BytesIO(content)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


def test_a_draft_has_no_protocol(workspace: Workspace, as_person: As, about: list[Measure]) -> None:
    draft = life.create(workspace, MARIT, (about[0].id,), title="Utkast", closes=papers.LATER)
    for end in ("protocol", "protocol.docx", "verification", "export.csv"):
        path = f"/r/{REGION}/rounds/{draft.id}/{end}"
        assert as_person(MARIT).get(path).status_code == 409
        assert as_person(KARI).get(path).status_code in {404, 409}
    assert workspace.region(REGION).view().find(Ballot, {"round": draft.id}, order="sequence") == []
