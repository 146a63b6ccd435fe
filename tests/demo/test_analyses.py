"""The figures of the demo's analyses add up, and those that are told twice are told alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workspace.demo.attachments.blocks import Block, Source, number, plain, read
from workspace.demo.sources import SOURCES

NAMES = ("analyse-a1", "analyse-a2", "analyse-a3", "analyse-a4", "analyse-a5", "analyse-a6", "bestilling",
         "kunnskapsbehov")  # fmt: skip
ANALYSES = {name: read(SOURCES / "documents" / f"{name}.md") for name in NAMES}
NOT_ADDED = ("Per ", "Median", "Innpendlere", "Svarprosent", "Prosent", "Av sysselsatte", "Andel")


def text_of(source: Source) -> str:
    return "\n".join(block.text or "\n".join(" ".join(row) for row in block.rows) for block in source.blocks)


def summed() -> Iterator[tuple[str, str, list[float], float]]:
    for name, source in ANALYSES.items():
        for table in (block for block in source.blocks if block.kind == "table"):
            if not any(cell.startswith("**") for cell in table.rows[-1]):
                continue
            for head, *cells in zip(*table.rows, strict=True):
                counted = [number(cell) or 0 for cell in cells[:-1]]
                total = number(cells[-1])
                if (
                    total is not None
                    and not head.startswith(NOT_ADDED)
                    and "%" not in "".join(cells[:-1]).split("(")[0]
                ):
                    yield name, head, counted, total


@pytest.mark.parametrize(("name", "head", "counted", "total"), list(summed()))
def test_columns_add_up(name: str, head: str, counted: list[float], total: float) -> None:
    assert sum(counted) == pytest.approx(total)


def test_many_columns_are_added() -> None:
    assert len(list(summed())) > 60


def column(table: Block, at: int) -> list[str]:
    return [plain(row[at]) for row in table.rows[1:]]


def test_employment_is_the_same_by_industry_and_by_municipality() -> None:
    a1, a2 = ANALYSES["analyse-a1"], ANALYSES["analyse-a2"]
    small, large = a1.table("Næring", "Sysselsatte"), a1.table("Næring", "Havnsund")
    assert column(small, 1) == column(large, 10) == column(a1.table("Næring", "2015"), 2)
    for row in large.rows[1:]:
        assert sum(number(cell) or 0 for cell in row[1:-1]) == number(row[-1])
    per_municipality = [plain(cell) for cell in large.rows[-1][1:]]
    assert per_municipality == column(a1.table("Kommune", "2015"), 2) == column(a2.table("Kommune"), 1)


def test_the_streams_are_those_of_the_whole_matrix() -> None:
    streams = ANALYSES["analyse-a1"].table("Fra", "Til")
    matrix = ANALYSES["analyse-a2"].table("Fra / til")
    for start, end, count in streams.rows[1:]:
        row = next(one for one in matrix.rows if one[0] == start)
        assert row[matrix.rows[0].index(end)] == count
    assert column(ANALYSES["analyse-a2"].table("Fra", "Til"), 2) == column(streams, 2)
    assert number(matrix.rows[-1][-1]) == 5120 and round(5120 / 18970 * 100) == 27


def test_ages_are_those_of_the_people() -> None:
    a3 = ANALYSES["analyse-a3"]
    ages, people = a3.table("Alder", "2026"), a3.table("Nr.", "Kommune")
    assert plain(ages.rows[-1][1]) == plain(people.rows[-1][2]) and plain(ages.rows[-1][2]) == plain(people.rows[-1][3])
    for row in a3.table("Kommune", "20–66 år, 2026").rows[1:]:
        grown_up = [number(cell) or 0 for cell in (row[1], row[2], row[4], row[5])]
        assert round(grown_up[0] / grown_up[2], 1) == pytest.approx(number(row[6]), abs=0.051)
        assert round(grown_up[1] / grown_up[3], 1) == pytest.approx(number(row[7]), abs=0.051)


def test_percentages_are_those_of_their_counts() -> None:
    for hindrance, count, share in ANALYSES["analyse-a4"].table("Hindring", "Antall").rows[1:]:
        assert round((number(count) or 0) / 212 * 100) == round((number(share) or 0) * 100), hindrance
    for row in ANALYSES["analyse-a4"].table("Kommune", "Spurt").rows[1:]:
        asked, answers, share = (number(cell) or 0 for cell in row[1:])
        assert round(answers / asked * 100) == round(share * 100)


def test_fourteen_hindrances_and_fourteen_needs() -> None:
    a5, needs = ANALYSES["analyse-a5"], ANALYSES["kunnskapsbehov"].table("Nr.", "Spørsmål")
    assert column(a5.table("Nr.", "Hindring", "Merkes mest av"), 0) == [f"H{at}" for at in range(1, 10)]
    assert column(a5.table("Nr.", "Hindring", "Hvem avgjør"), 0) == [f"H{at}" for at in range(10, 15)]
    assert column(needs, 0) == [f"K{at:02}" for at in range(1, 15)]
    assert column(needs, 2).count("dekket") == 11
    assert [row[0] for row in needs.rows if row[2] == "gjenstår"] == ["K12", "K13", "K14"]


def test_the_analyses_are_of_natural_length() -> None:
    for name, source in ANALYSES.items():
        words = len(text_of(source).split())
        assert (1300 if name.startswith("analyse") else 800) <= words <= 2700, (name, words)
