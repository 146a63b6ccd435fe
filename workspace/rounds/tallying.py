"""Applying the rule to a file of answers, without a region: for trying a rule, or counting a round held on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workspace.errors import Message
from workspace.rounds.methods import consensus
from workspace.rounds.scale import ABSTAIN
from workspace.rounds.sentence import sentence
from workspace.rounds.verdict import Rule, group_informed, judge_one, tally

REQUIRED = ("measure", "voice", "value")
OPTIONAL = ("group", "reason", "at")
VALUES = {"5": 5, "4": 4, "3": 3, "2": 2, "1": 1, "abstain": ABSTAIN}
SHOWN = {5: "5", 4: "4", 3: "3", 2: "2", 1: "1", ABSTAIN: "abstain"}


class Unreadable(Exception):
    """Lines of the file that can't be read, each with its number. Nothing is guessed."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"line {number}: {fault}" for number, fault in faults))


@dataclass
class Answers:
    """The answers of a file: of own voices and of advisory groups, by measure. None: not answered, or withdrawn."""

    own: dict[str, dict[str, int]] = field(default_factory=dict)
    groups: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)
    electorate: dict[str, None] = field(default_factory=dict)  # every own voice of the file, in order


def read(content: str) -> Answers:
    """The answers of a CSV file (comma or semicolon). Raises Unreadable naming every line that can't be read."""
    content = content.removeprefix("\ufeff")
    first = content.partition("\n")[0]
    rows = csv.reader(io.StringIO(content), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    faults: list[tuple[int, str]] = []
    answers = Answers()
    columns: dict[str, int] = {}
    try:
        for row in rows:
            if not columns:
                columns = _columns(row)
            elif any(cell.strip() for cell in row):
                fault = _take(answers, columns, row)
                faults += [(rows.line_num, fault)] if fault else []
    except csv.Error as error:
        faults.append((rows.line_num, str(error)))
    if not columns:
        faults.append((1, "the file is empty"))
    if faults:
        raise Unreadable(faults)
    return answers


def _columns(row: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in row]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Unreadable([(1, f"no column {', '.join(missing)}")])
    if len(set(names)) != len(names):
        raise Unreadable([(1, "a column stands twice")])
    return {name: names.index(name) for name in (*REQUIRED, *OPTIONAL) if name in names}


def _take(answers: Answers, columns: dict[str, int], row: list[str]) -> str:
    """Take a row in; the answer is what is wrong with it, "" when nothing is."""
    if len(row) <= max(columns[name] for name in REQUIRED):
        return "too few columns"
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
    measure, voice, value, group = cells["measure"], cells["voice"], cells["value"].lower(), cells.get("group", "")
    if not measure or not voice:
        return "no measure" if not measure else "no voice"
    if value and value not in VALUES:
        return f"not a value: {cells['value']}"
    answers.own.setdefault(measure, {})
    answers.groups.setdefault(measure, {})
    if group:
        _keep(answers.groups[measure], (group, voice), value)
    else:
        answers.electorate[voice] = None
        _keep(answers.own[measure], voice, value)
    return ""


def _keep(given: dict[Any, int], who: Any, value: str) -> None:
    """A later row takes the place of an earlier one; an empty value withdraws it."""
    if value:
        given[who] = VALUES[value]
    else:
        given.pop(who, None)


def results(answers: Answers, rule: Rule, translate: Callable[[Message], str]) -> list[dict[str, Any]]:
    """The result of each measure, in the order of first appearance."""
    return [_result(answers, measure, rule, translate) for measure in answers.own]


def _result(answers: Answers, measure: str, rule: Rule, translate: Callable[[Message], str]) -> dict[str, Any]:
    own = answers.own[measure]
    verdict = judge_one(tally(list(answers.electorate), own), rule)
    counted = verdict.tally
    groups: dict[str, dict[str, int]] = {}
    for (group, _voice), value in answers.groups[measure].items():
        counts = groups.setdefault(group, dict.fromkeys(VALUES, 0))
        counts[SHOWN[value]] += 1
    return {
        "measure": measure,
        "verdict": verdict.outcome.value,
        "sentence": sentence(verdict, {}, translate, consensus),
        "voices": counted.voices,
        "answered": counted.answered,
        "stands": counted.stands,
        "supporting": counted.supporting,
        "reservations": list(counted.reservations),
        "blocks": list(counted.blocks),
        "missing": list(counted.missing),
        "group_informed": group_informed({voice: [own[voice]] if voice in own else [] for voice in answers.electorate}),
        "groups": groups,
    }
