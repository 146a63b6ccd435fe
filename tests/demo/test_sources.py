"""The measures and rounds of the demo are those of its world: what they cost, give and got for an answer, and the
verdicts by the product's own rule. Read from the sources alone."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from workspace import markup
from workspace.comments.model import KINDS, OUTCOMES
from workspace.demo.sources import SOURCES
from workspace.demo.sources import document as written
from workspace.hearings.answer import Part, check_assessment
from workspace.measures import overview
from workspace.measures.checking import check
from workspace.measures.model import EXTERNAL, Benefit, Measure, OwnShare
from workspace.measures.opportunity import Opportunity
from workspace.measures.opportunity import check as check_opportunity
from workspace.regions.model import Municipality
from workspace.rounds.amendment import Amendment, check_amendment
from workspace.rounds.ballot import check_answer
from workspace.rounds.mediation import MediationNote, check_note
from workspace.rounds.model import Round, check_draft
from workspace.rounds.scale import ABSTAIN, BLOCK, RESERVATION
from workspace.rounds.verdict import Outcome, judge_one, tally

ORDER = {
    "HAV": "9001", "SKA": "9002", "BJØ": "9003", "TVE": "9004", "KVE": "9005", "YTR": "9006", "BRA": "9007",
    "MYR": "9008", "SAN": "9009",
}  # fmt: skip
ALL = " ".join(ORDER)
NAMES = {
    "9001": "Havnsund", "9002": "Skarfjord", "9003": "Bjørkvåg", "9004": "Tverrdal", "9005": "Kvernvik",
    "9006": "Ytre Eidvær", "9007": "Brattfjell", "9008": "Myrland", "9009": "Sandværøy",
}  # fmt: skip
NOW = "2026-11-23 15:40"  # nothing in the demo is later
Source = dict[str, Any]


class Row(NamedTuple):
    """A measure as the world of the demo has it."""

    goal: str
    direct: str
    indirect: str
    kroner: int
    per_year: bool
    responsible: str
    horizon: str
    quick: str  # the date of the quick win
    votes: str
    outcome: Outcome


YES, BUT, NO, STOP, WAIT = (
    Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS, Outcome.NO_CONSENSUS, Outcome.BLOCKED, Outcome.WAITING,
)  # fmt: skip
D1, D2, D3 = "Flere fagfolk", "Mer foredling hjemme", "Kraft og areal klart"
D4, D5, D6 = "Helårs opplevelser", "En næringsvennlig region", "Tillit og gjennomføringsevne"
WORLD = {
    "T01": Row(D5, ALL, "", 450_000, True, "Havnsund", "short", "2027-03-01", "5 5 4 5 5 4 4 5 5", YES),
    "T02": Row(
        D3, "KVE SKA BJØ HAV TVE", "YTR BRA MYR SAN", 280_000, False, "Kvernvik", "short", "2027-04-15",
        "5 4 5 4 5 3 4 4 3", YES,
    ),
    "T03": Row(D1, "HAV SKA BJØ KVE", "YTR SAN", 900_000, True, "Bjørkvåg", "medium", "", "5 5 5 4 5 3 4 4 3", YES),
    "T04": Row(D1, ALL, "", 320_000, True, "Kvernvik", "short", "2027-06-20", "4 5 4 5 4 5 5 5 5", YES),
    "T05": Row(
        D3, "BRA HAV SKA KVE", "BJØ TVE YTR MYR SAN", 200_000, False, "Brattfjell", "medium", "",
        "5 5 4 4 5 - 5 - -", WAIT,
    ),
    "T06": Row(D2, "SKA YTR SAN", "HAV BJØ", 1_800_000, False, "Skarfjord", "medium", "", "4 5 3 3 4 5 3 4 5", YES),
    "T07": Row(
        D1, "TVE YTR BRA MYR SAN", "HAV SKA BJØ KVE", 750_000, True, "Tverrdal", "short", "2027-06-01",
        "4 4 4 5 4 5 5 5 5", YES,
    ),
    "T08": Row(
        D1, "SKA TVE YTR MYR SAN BRA", "HAV KVE BJØ", 600_000, False, "Tverrdal", "long", "",
        "2 4 4 5 3 5 4 5 5", BUT,
    ),
    "T09": Row(
        D4, "TVE YTR BRA SAN MYR", "HAV", 1_500_000, False, "Ytre Eidvær", "medium", "", "3 4 3 5 3 5 5 4 5", YES
    ),
    "T10": Row(D4, "MYR TVE", "HAV YTR", 2_400_000, False, "Myrland", "medium", "2027-05-01", "3 3 4 5 3 4 4 5 3", YES),
    "T11": Row(D5, ALL, "", 150_000, True, "Havnsund", "short", "2027-02-10", "5 4 5 4 4 4 4 4 4", YES),
    "T12": Row(
        D3, "YTR SAN SKA", "HAV KVE", 90_000, False, "Ytre Eidvær", "short", "2027-01-31", "4 5 3 2 4 5 2 2 5", NO
    ),
    "T13": Row(
        D3, "YTR SAN TVE BRA MYR", "HAV", 3_000_000, False, "Brattfjell", "medium", "", "3 4 4 5 3 5 5 5 5", YES
    ),
    "T14": Row(D3, ALL, "", 480_000, False, "Kvernvik", "short", "2027-09-30", "4 3 3 4 4 3 4 3 2", BUT),
    "T15": Row(D5, ALL, "", 650_000, True, "Bjørkvåg", "short", "2027-04-01", "4 4 4 5 4 5 5 5 4", YES),
    "T16": Row(
        D6, "YTR SAN BRA", "HAV SKA BJØ TVE KVE MYR", 4_000_000, False, "Skarfjordrådet", "long", "",
        "4 3 2 3 4 5 4 2 5", BUT,
    ),
    "T17": Row(D2, "SKA KVE", "HAV", 240_000_000, False, "Skarfjord", "long", "", "3 5 1 2 4 3 2 2 3", STOP),
    "T18": Row(D5, ALL, "", 120_000, False, "Havnsund", "short", "2027-05-01", "4 5 4 3 4 4 3 4 4", YES),
}  # fmt: skip
RESERVED = {"T08": "HAV", "T12": "TVE BRA MYR", "T14": "SAN", "T16": "BJØ MYR", "T17": "TVE BRA MYR"}


def load(name: str) -> Source:
    return tomllib.loads((SOURCES / name).read_text(encoding="utf-8"))


MEASURES = {key: load(f"measures/{key}.toml") for key in WORLD}
ROUNDS = {number: load(f"rounds/{number}.toml") for number in (1, 2, 3)}


def numbers(codes: str) -> set[str]:
    return {ORDER[code] for code in codes.split()}


def of(source: Source, kind: str) -> set[str]:
    return {number for number, its_kind, *_rest in source["benefits"] if its_kind == kind}


def given(votes: str) -> dict[str, int]:
    """The answers by municipality; none for one that has not answered."""
    values = zip(ORDER.values(), votes.split(), strict=True)
    return {number: ABSTAIN if value == "a" else int(value) for number, value in values if value != "-"}


def as_measure(key: str) -> Measure:
    """The record that the source becomes."""
    beside = {"at", "by", "cites", "benefits", "own_shares"}
    source = MEASURES[key]
    benefits = tuple(
        Benefit(municipality=number, kind=kind, size=size, how=how, source=where, for_whom=tuple(whom))
        for number, kind, size, how, where, whom in source["benefits"]
    )
    own = tuple(OwnShare(municipality=number, weight=weight) for number, weight in source.get("own_shares", ()))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    fields = {name: value for name, value in source.items() if name not in beside}
    return Measure(id=key, changed_at=now, changed_by="x", benefits=benefits, own_shares=own, **fields)


# -- The measures --


def test_there_are_eighteen_measures() -> None:
    assert sorted(path.stem for path in (SOURCES / "measures").glob("*.toml")) == list(WORLD)
    assert [source["number"] for source in MEASURES.values()] == list(range(1, 19))


@pytest.mark.parametrize("key", WORLD)
def test_each_is_what_the_world_says(key: str) -> None:
    source, row = MEASURES[key], WORLD[key]
    assert source["goal"] == row.goal
    assert (source["cost_amount"], source["cost_per_year"]) == (row.kroner, row.per_year)
    assert source["responsible"] == row.responsible
    assert source["owner"] == {name: number for number, name in NAMES.items()}.get(row.responsible, EXTERNAL)
    assert (source["horizon"], source["quick_win"], source["quick_win_date"]) == (
        row.horizon,
        bool(row.quick),
        row.quick,
    )
    assert f"{row.kroner:,}".replace(",", " ") in source["cost"]


@pytest.mark.parametrize("key", WORLD)
def test_every_municipality_gets_something_or_an_answer(key: str) -> None:
    source, row = MEASURES[key], WORLD[key]
    assert [benefit[0] for benefit in source["benefits"]] == list(NAMES)
    assert of(source, "direct") == numbers(row.direct)
    assert of(source, "indirect") == numbers(row.indirect)
    for _number, kind, size, how, where, whom in source["benefits"]:
        assert (size in {"large", "medium", "small"}) == (kind in {"direct", "indirect"}) == bool(whom)
        assert (how and where) or kind == "unknown"


def test_every_municipality_gets_a_quick_win() -> None:
    quick = [source for source in MEASURES.values() if source["quick_win"]]
    for number in NAMES:
        assert any(number in of(source, "direct") for source in quick)


def test_residents_and_business_of_every_municipality_get_something() -> None:
    municipalities = [Municipality(id=number, name=name) for number, name in NAMES.items()]
    assert not any(served.missing for served in overview.served(map(as_measure, WORLD), municipalities))


@pytest.mark.parametrize("key", WORLD)
def test_each_may_be_kept_with_all_that_a_plan_asks_for(key: str) -> None:
    measure, source = as_measure(key), MEASURES[key]
    assert check(measure) is measure
    asked = (
        "focus_area", "initiator", "regional_benefit", "owner_reason", "partners", "cost", "funding", "start", "end",
        "indicator", "remark",
    )  # fmt: skip
    assert all(getattr(measure, name).strip() for name in asked)
    assert measure.effort and measure.effect and measure.own_hours
    assert bool(measure.quick_win_meets) == measure.quick_win
    assert (measure.share_key == "own") == bool(measure.own_shares)
    assert 2 <= len(measure.text.strip().split("\n\n")) <= 4
    assert source["cites"] and "2026-06-01" < source["at"] < NOW


def test_no_argument_is_used_twice() -> None:
    told = [how for source in MEASURES.values() for _n, _k, _s, how, *_rest in source["benefits"] if how]
    assert {how for how in told if told.count(how) > 1} <= {"Ingen funnet"}


# -- The rounds --


def test_the_open_round_has_the_answers_of_the_world() -> None:
    assert {one["key"]: one["votes"] for one in ROUNDS[3]["measures"]} == {key: row.votes for key, row in WORLD.items()}
    assert ROUNDS[3]["closes"] == "2026-11-30 12:00"


@pytest.mark.parametrize("one", ROUNDS[3]["measures"], ids=lambda one: str(one["key"]))
def test_the_verdicts_are_those_of_the_world(one: Source) -> None:
    row = WORLD[one["key"]]
    counted = tally(list(NAMES), given(one["votes"]))
    assert judge_one(counted, _draft(3).rule).outcome is row.outcome
    assert set(counted.reservations) == numbers(RESERVED.get(one["key"], ""))
    assert counted.blocks == (("9003",) if one["key"] == "T17" else ())
    assert counted.missing == (("9006", "9008", "9009") if one["key"] == "T05" else ())


def _draft(number: int) -> Round:
    source = ROUNDS[number]
    closes = datetime.fromisoformat(source["closes"]).replace(tzinfo=UTC)
    return Round(id="r", number=number, title=source["title"], purpose=source["purpose"], closes=closes, created_by="x")


@pytest.mark.parametrize("number", ROUNDS)
def test_every_answer_can_be_given_when_it_was(number: int) -> None:
    source = ROUNDS[number]
    draft = check_draft(_draft(number))
    for one in source["measures"]:
        reasons, answers = one.get("reasons", {}), given(one["votes"])
        assert reasons.keys() <= answers.keys()
        assert MEASURES[one["key"]]["at"] <= source["at"] < source["opens"]
        for municipality, value in answers.items():
            text = "abstain" if value == ABSTAIN else str(value)
            if text != "abstain":
                check_answer(draft, text, reasons.get(municipality, ""), {})
            if value in {RESERVATION, BLOCK}:
                assert len(reasons[municipality].split()) > 5
        for _who, value, reason in one.get("advice", ()):
            check_answer(draft, str(value), reason, {})
        for at, vote in zip(one["at"], one["votes"].split(), strict=True):
            assert (at == "") == (vote == "-")
            assert at == "" or source["opens"] <= at < min(source["closes"], NOW)
        assert set(one.get("conditional", ())) <= {m for m, value in answers.items() if value == RESERVATION}


def test_the_rounds_that_are_over_say_what_came_of_them() -> None:
    assert (len(ROUNDS[1]["measures"]), len(ROUNDS[2]["measures"])) == (8, 14)
    for number in (1, 2):
        source = ROUNDS[number]
        assert source["closes"] <= source["concluded_at"] < ROUNDS[number + 1]["opens"]
        assert source["review_date"] and source["followed_up_by"]
        for one in source["measures"]:
            assert f"T-{one['key'][1:]}" in source["outcome"]
        reached = {one["key"] for one in source["measures"] if _outcome(one) in {YES, BUT}}
        assert set(source["starts"]) <= reached


def _outcome(one: Source) -> Outcome:
    return judge_one(tally(list(NAMES), given(one["votes"])), _draft(1).rule).outcome


def test_what_was_answered_changed_from_round_to_round() -> None:
    def answered(key: str, municipality: str) -> list[int | None]:
        found = [next((o for o in ROUNDS[n]["measures"] if o["key"] == key), None) for n in ROUNDS]
        return [given(one["votes"]).get(municipality) if one else None for one in found]

    assert answered("T08", "9001") == [2, 1, 2]
    assert answered("T17", "9003") == [3, 2, 1]
    assert [answered("T12", number) for number in ("9004", "9007", "9008")] == [[3, None, 2]] * 3


# -- What came beside them --


def texts() -> dict[str, list[str]]:
    """The texts that each measure has had, from the first to the one with every amendment that was taken in."""
    found = {key: [source["text"].strip()] for key, source in MEASURES.items()}
    for one in load("stories.toml")["amendments"]:
        now = found[one["on"]]
        amendment = Amendment(
            id="a", measure=one["on"], number=1, text_version=len(now), passage=one["old"], text=one["new"],
            reason=one["why"], by=one["by"], name=one["by"], at=datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip
        check_amendment(amendment, now[-1])
        if one.get("end") == "taken_in":
            now.append(amendment.applied(now[-1]))
    return found


def test_every_amendment_changes_words_that_stand_in_its_measure() -> None:
    amendments = load("stories.toml")["amendments"]
    assert [one["at"] for one in amendments] == sorted(one["at"] for one in amendments)
    assert sum(len(versions) - 1 for versions in texts().values()) == 4
    for one in amendments:
        assert one["by"] not in one["supporters"] and one["at"] < NOW
        if "end" in one:
            assert one["at"] < one["end_at"] < ROUNDS[3]["opens"] and one["end_reason"]


@pytest.mark.parametrize("key", WORLD)
def test_what_a_measure_cites_stands_there(key: str) -> None:
    for document, quote in MEASURES[key]["cites"]:
        text = written(document).versions[-1].text
        assert any(quote in block.text for block in markup.render(text).blocks), f"{document}: {quote}"


def test_mediation_follows_a_block() -> None:
    for one in load("stories.toml")["mediation"]:
        note = MediationNote(
            id="n", round="r", measure=one["on"], kind=one["kind"], heading=one.get("heading", ""), text=one["text"],
            by=one["by"], name=one["by"], at=datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip
        check_note(note)
        source = next(o for o in ROUNDS[one["round"]]["measures"] if o["key"] == one["on"])
        blocked = [at for at, vote in zip(source["at"], source["votes"].split(), strict=True) if vote == "1"]
        assert blocked[0] < one["at"] < ROUNDS[one["round"]].get("concluded_at", NOW)


def test_every_comment_on_a_measure_has_words_to_stand_on() -> None:
    versions = texts()
    threads = load("comments.toml")["threads"]
    assert {thread["kind"] for thread in threads} == set(KINDS)
    for thread in threads:
        times = [thread["at"], *(reply["at"] for reply in thread.get("replies", ()))]
        assert times == sorted(times) and times[-1] < NOW
        assert thread.get("end", "answered") in {"answered", *OUTCOMES}
        if "end" in thread:
            assert thread["end_at"] > times[-1]
            assert thread["end"] != "not_taken_in" or thread["end_reason"]
        for text in versions.get(thread["on"]) or [_version_at(thread["on"], thread["at"])]:
            assert any(thread["quote"] in block.text for block in markup.render(text).blocks)


def _version_at(key: str, at: str) -> str:
    """A document's text as it was at a time."""
    return [version.text for version in written(key).versions if version.about["at"] < at][-1]


def test_what_people_said_word_for_word_is_there() -> None:
    said = {thread["text"] for thread in load("comments.toml")["threads"]}
    assert {
        "Målet om 200 arbeidsplasser utenfor Havnsund bør fordeles, ellers blir det ingen sin oppgave.",
        "Bra, men hva skjer når fristen ikke holdes?",
        "Kan vi skrive «mat frå jord og hav», slik at landbruket blir synleg i overskrifta?",
        "Vi kan ikke støtte dette før forholdet til vår egen kai er utredet.",
    } <= said


def test_the_opportunities_are_in_every_state() -> None:
    stages = set()
    for number, one in enumerate(load("opportunities.toml")["opportunities"], start=1):
        at = datetime(2026, 11, 1, tzinfo=UTC)
        made = Opportunity(
            id="o", number=number, title=one["title"], text=one["text"], by="x", at=at, changed_at=at,
            confidential=one.get("confidential", False),
        )  # fmt: skip
        assert check_opportunity(made) is made
        times = [one["at"], one.get("shared_at", one["at"]), *(when for _who, when in one.get("joined", ()))]
        assert times == sorted(times) and times[-1] < NOW
        assert "measure" not in one or times[-1] < MEASURES[one["measure"]]["at"]
        together = "together" if one.get("joined") else "shared" if "shared_at" in one else "caught"
        stages.add("measure" if "measure" in one else together)
    assert stages == {"caught", "shared", "together", "measure"}


def test_every_part_of_every_answer_is_assessed() -> None:
    hearing = load("hearing.toml")
    chapters = {
        "Hvorfor en felles plan?", "Visjon og mål", "Satsingsområder", "Prosess og medvirkning", "Kunnskapsgrunnlag",
    }  # fmt: skip
    questions = {f"q{number}" for number, _question in enumerate(hearing["questions"], start=1)}
    outcomes = set()
    for answer in hearing["answers"]:
        assert answer.get("by") or answer["party"]
        assert hearing["opens"] <= answer["received"] < hearing["closes"]
        for part in answer["parts"]:
            assert part["about"] in {"", *questions, *chapters}
            told = {name: part[name] for name in ("about", "text", "assessment", "outcome", "reason")}
            check_assessment(Part(**told))
            outcomes.add(part["outcome"])
    assert outcomes == {"taken_in", "partly", "not_taken_in", "noted"}


def test_the_plan_lists_the_measures_by_their_titles() -> None:
    text = written("plan").versions[-1].text
    for key, source in MEASURES.items():
        title = source["title"]
        assert f"| T-{key[1:]} | {title} |" in text
