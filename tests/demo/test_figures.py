"""The figures in the demo's texts agree with the invented world, with each other, and with their own sums."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.demo import facts
from workspace.demo import sources

NEWEST = {source.key: source.versions[-1].text for source in sources.documents()}
EVERY = {
    f"{source.key} {name}": written.text
    for source in sources.documents()
    for name, written in zip(source.names, source.versions, strict=True)
}
Cells = list[str]


def number(cell: str) -> float | None:
    """The figure at the head of a cell: "1 095", "−11,2 %", "**+450**", "34 (44 %)"; None for a cell of words."""
    found = re.match(r"^\**([+−-]?)(\d{1,3}(?:[ \u00a0]\d{3})+|\d+)(?:,(\d+))?(?![\d.:])", cell.strip())
    if found is None:
        return None
    sign, whole, part = found.groups()
    digits = re.sub(r"\D", "", whole)
    value = float(f"{digits}.{part or 0}")
    return -value if sign in ("−", "-") else value


def tables(text: str) -> Iterator[tuple[Cells, list[Cells]]]:
    """Every Markdown table: its header and its rows."""
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().split("\n")]
        if len(rows) > 2:
            yield rows[0], rows[2:]


def named(cell: str) -> str:
    return cell.replace("*", "").strip()


@pytest.mark.parametrize("key", NEWEST)
def test_a_row_that_says_sum_is_the_sum(key: str) -> None:
    """Rows called Sum or Regionen add up what stands above them, column by column; shares and averages are no sums."""
    for header, rows in tables(NEWEST[key]):
        if not rows or named(rows[-1][0]).casefold() not in ("sum", "regionen", "i alt"):
            continue
        for column in range(1, len(header)):
            total = number(rows[-1][column]) if column < len(rows[-1]) else None
            parts = [number(row[column]) for row in rows[:-1] if column < len(row)]
            is_share = any(
                mark in header[column] + rows[-1][column] for mark in ("%", "andel", "Andel", "per", "snitt")
            )
            if total is not None and None not in parts and not is_share and "," not in rows[-1][column]:
                assert sum(part for part in parts if part is not None) == total, (key, header[column])


@pytest.mark.parametrize("key", EVERY)
def test_what_is_said_of_a_municipality_is_what_it_is(key: str) -> None:
    """In every table: people in 2026 and 2040, the change, and those employed."""
    known = {name: rest for _code, name, *rest in facts.MUNICIPALITIES}
    known["Regionen"] = [facts.PEOPLE, facts.PEOPLE_2040, "−2,3", facts.EMPLOYED]
    for header, rows in tables(EVERY[key]):
        if not ({"Kommune"} & set(header)) or not any("2040" in cell for cell in header):
            continue
        for row in rows:
            name = named(row[0])
            if name not in known or len(row) < 3:
                continue
            for column, title in enumerate(header):
                if title.startswith("Innbyggere 2026") or title == "2026":
                    assert number(row[column]) == known[name][0], (key, name)
                if title in ("Framskrevet 2040", "Innbyggere 2040"):
                    assert number(row[column]) == known[name][1], (key, name)
                if title == "Endring" and "%" in row[column]:
                    assert known[name][2] in row[column], (key, name)


@pytest.mark.parametrize("key", EVERY)
def test_figures_said_in_words_are_those_of_the_world(key: str) -> None:
    text = EVERY[key].replace("\u00a0", " ")
    for pattern, value in facts.SAID:
        for found in re.finditer(pattern.replace("{}", r"(\d[\d ]*\d|\d+(?:,\d+)?)"), text):
            assert found[1].strip() == value, (key, found[0])


def test_the_world_adds_up() -> None:
    assert sum(row[2] for row in facts.MUNICIPALITIES) == facts.PEOPLE
    assert sum(row[3] for row in facts.MUNICIPALITIES) == facts.PEOPLE_2040
    assert sum(row[5] for row in facts.MUNICIPALITIES) == sum(facts.TRADES.values()) == facts.EMPLOYED
    assert sum(facts.SHARES_2027.values()) == 1_800_000
    assert round(5_120 / facts.EMPLOYED * 100) == 27
    assert round(212 / 684 * 100) == 31


def test_the_analyses_have_the_tables_of_the_world() -> None:
    found = [row for _header, rows in tables(NEWEST["analyse-a1"]) for row in rows if len(row) > 1]
    trades = [(named(row[0]).casefold(), number(row[1])) for row in found]
    for trade, employed in facts.TRADES.items():
        assert employed in [value for name, value in trades if name.startswith(trade[:6])], trade
    commuting = NEWEST["analyse-a2"]
    for (home, work), people in facts.COMMUTERS.items():
        assert re.search(rf"\| {home} \|? ?(?:→ ?)?{work} \| {people} \|", commuting), (home, work)


def test_the_plan_has_the_measures_the_money_and_the_meetings_of_the_world() -> None:
    plan = NEWEST["plan"]
    rows = {row[0]: row for _header, found in tables(plan) for row in found}
    for measure, (kroner, yearly, _votes, outcome) in facts.MEASURES.items():
        row = rows[f"T-{measure:02d}"]
        words = {"consensus": "Konsensus", "waiting": "Venter på svar", "no_consensus": "Ikke konsensus",
                 "blocked": "Blokkert", "consensus_with_reservations": "Konsensus med forbehold"}  # fmt: skip
        assert number(row[4]) == kroner and ("i året" in row[4]) == yearly, row
        assert row[6] == words[outcome], row
        source = sources.table(f"measures/T{measure:02d}.toml")
        assert source["title"] == row[1], row
    of_municipalities = defaultdict(list)
    for header, found in tables(plan):
        for row in found:
            of_municipalities[named(row[0])].append(dict(zip(header, row, strict=False)))
    for name, share in facts.SHARES_2027.items():
        said = [row for row in of_municipalities[name] if "Etter nøkkelen" in row]
        assert [number(row["Etter nøkkelen"]) for row in said] == [share], name
        met = [row for row in of_municipalities[name] if "Kommunestyre" in row]
        assert [row["Kommunestyre"] for row in met] == [facts.COUNCILS_2027[name]], name


def test_no_sentence_is_said_twice() -> None:
    """Two documents may share a sentence only where it is a quotation."""
    said: dict[str, set[str]] = defaultdict(set)
    for key, text in NEWEST.items():
        prose = re.sub(r"^\|.*$", "", text, flags=re.M)
        for sentence in re.split(r"(?<=[.!?:»])\s+|\n\n+|\n- ", prose):
            words = " ".join(sentence.split())
            if len(words.split()) > 6 and not words.startswith("«"):
                said[words].add(key)
    assert {words: keys for words, keys in said.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("key", NEWEST)
def test_documents_are_of_natural_length(key: str) -> None:
    least = {
        "interview": 600,
        "analysis": 1_100,
        "survey": 400,
        "swot": 700,
        "plan": 3_500,
        "minutes": 350,
        "note": 250,
    }
    kind = sources.document(key).versions[0].about["kind"]
    count = len(NEWEST[key].split())
    assert count >= (50 if key == "intervju-i15" else least[kind]), (key, count)


def test_quotes_and_sources_stand_in_their_documents() -> None:
    for source in sources.tables("measures"):
        for key, quote in source["cites"]:
            assert quote in " ".join(NEWEST[key].split()), (source["number"], key, quote)
            is_hidden = sources.document(key).versions[0].about.get("audience") == "staff"
            assert not (is_hidden and quote), "what is for staff alone is not quoted to all"
