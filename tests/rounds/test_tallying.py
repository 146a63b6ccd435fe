"""`workspace rounds tally`: a file in, the verdicts out, and nothing guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.rounds.test_verdict import EIGHTEEN, NAMES, NINE
from workspace.rounds.commands import rounds


def run(tmp_path: Path, content: str | bytes, *options: str) -> Result:
    file = tmp_path / "answers.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(rounds, ["tally", str(file), *options])


def rows(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_the_eighteen_measures_from_a_file(tmp_path: Path) -> None:
    lines = ["measure,voice,value"]
    for measure, votes, _stated in EIGHTEEN:
        for voice, value in zip(NINE, votes.split(), strict=True):
            lines.append(f"{measure},{NAMES[voice]},{'' if value == '-' else value}")
    found = rows(run(tmp_path, "\n".join(lines), "--json"))
    assert [(row["measure"], row["verdict"]) for row in found] == [(m, str(stated)) for m, _votes, stated in EIGHTEEN]
    waiting = found[4]
    assert waiting["missing"] == ["Myrland", "Sandværøy", "Ytre Eidvær"]
    assert (waiting["voices"], waiting["answered"], waiting["stands"], waiting["supporting"]) == (9, 6, 6, 6)


def test_the_object_has_what_the_interface_names(tmp_path: Path) -> None:
    content = "measure;voice;value;group;reason;at\nT1;A;5;;;\nT1;B;abstain;;;\n"
    content += "T1;x;2;næringsliv;«nei»;\nT1;y;5;næringsliv;;\n"
    [row] = rows(run(tmp_path, content, "--json"))
    assert list(row) == [
        "measure", "verdict", "sentence", "voices", "answered", "stands", "supporting", "reservations", "blocks",
        "missing", "group_informed", "groups",
    ]  # fmt: skip
    assert row["groups"] == {"næringsliv": {"5": 1, "4": 0, "3": 0, "2": 1, "1": 0, "abstain": 0}}
    assert row["verdict"] == "consensus"
    assert row["group_informed"] == pytest.approx((0.5625 * 0.25) ** 0.5)


def test_later_rows_replace_earlier_ones_and_an_empty_value_withdraws(tmp_path: Path) -> None:
    content = "measure,voice,value\nT1,A,1\nT1,A,5\nT1,B,5\nT1,B,\n"
    [row] = rows(run(tmp_path, content, "--json", "--quorum", "1/2"))
    assert (row["verdict"], row["missing"], row["blocks"]) == ("consensus", ["B"], [])


def test_the_electorate_is_every_own_voice_of_the_file(tmp_path: Path) -> None:
    found = rows(run(tmp_path, "measure,voice,value\nT1,A,5\nT2,B,5\n", "--json"))
    assert [row["missing"] for row in found] == [["B"], ["A"]]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    [row] = rows(run(tmp_path, b"\xef\xbb\xbfmeasure,voice,value\r\nT1,A,5\r\n", "--json"))
    assert row["measure"] == "T1"


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ((), "blocked"),
        (("--no-block",), "consensus_with_reservations"),
        (("--no-block", "--max-reservations", "0"), "no_consensus"),
    ],
)
def test_the_rule_can_be_tried(tmp_path: Path, options: tuple[str, ...], verdict: str) -> None:
    content = "measure,voice,value\nT1,A,1\nT1,B,5\nT1,C,5\nT1,D,5\n"
    [row] = rows(run(tmp_path, content, "--json", *options))
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("measure,voice,value\nT1,A,6\n", "line 2: not a value: 6"),
        ("measure,voice,value\nT1,A,5\nT1,,5\n", "line 3: no voice"),
        ("measure,voice,value\n,A,5\n", "line 2: no measure"),
        ("measure,voice,value\nT1\n", "line 2: too few columns"),
        ("voice,value\nA,5\n", "line 1: no column measure"),
        ("", "line 1: the file is empty"),
        ('measure,voice,value\n"T1,A,5\n', "line 2"),
    ],
)
def test_what_can_not_be_read_is_named_and_ends_with_3(tmp_path: Path, content: str, line: str) -> None:
    result = run(tmp_path, content, "--json")
    assert result.exit_code == 3
    assert line in result.output
    assert "verdict" not in result.output


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    assert run(tmp_path, "measure,voice,value\n", "--quorum", "most").exit_code == 2


def test_without_json_it_prints_sentences(tmp_path: Path) -> None:
    result = run(tmp_path, "measure,voice,value\nT1,Solåsen,5\n")
    assert result.output.startswith("T1: Konsensus: 1 av 1 kommune som tok stilling")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        (
            "nn",
            "T1: Konsensus med atterhald: 7 av dei 8 kommunane som tok stilling, støttar eller kan leve med tiltaket "
            "(kravet er 75\u00a0%). Atterhald frå Solåsen. Tindlia avstod.\n",
        ),
        (
            "en",
            "T1: Consensus with reservations: 7 of the 8 municipalities that took a stand support or can live with the "
            "measure (75\u00a0% required). Reservations from Solåsen. Tindlia abstained.\n",
        ),
    ],
)
def test_the_sentence_in_other_languages(tmp_path: Path, locale: str, sentence: str) -> None:
    votes = {**{f"K{n}": "4" for n in range(7)}, "Solåsen": "2", "Tindlia": "abstain"}
    content = "measure,voice,value\n" + "".join(f"T1,{voice},{value}\n" for voice, value in votes.items())
    assert run(tmp_path, content, "--locale", locale).output == sentence
