"""The command `workspace bench rounds`: a workshop of many phones, and real conversations held against what is known.

The votes of a Polis conversation become a round by person with yes, no and abstain: each comment a measure, each
participant a voice, the participant's group its group. Every row comes in, in the order of time, as a file does.
"""

from __future__ import annotations

import csv
import tempfile
import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import click

from workspace import access, assembly
from workspace import config as configuration
from workspace.access import Actor
from workspace.benchmarks import workshop
from workspace.config import Config
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import exporting, importing, life, service, verifying
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.tables import Line
from workspace.terminal import Terminal, close

REGION = "bench"
VOTES = {"1": "yes", "-1": "no", "0": "abstain"}


class Conversation(NamedTuple):
    """What a folder of Polis' open data holds, as its rows."""

    comments: list[dict[str, str]]
    votes: list[dict[str, str]]  # in the order of time
    participants: list[dict[str, str]]
    reference: dict[str, dict[str, str]]  # counts by comment and group


@click.command("rounds")
@click.option(
    "--polis",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder with votes.csv and the other files of a conversation; may be given again.",
)
@click.option("--phones", default=300, show_default=True, help="How many phones the workshop has; 0 for none.")
@click.option("--seconds", default=60.0, show_default=True, help="How long they take to answer everything.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for the workshop and for each conversation.")
def rounds(folders: tuple[Path, ...], phones: int, seconds: float, as_json: bool) -> None:
    """Hold a workshop in which all phones answer 18 measures while the wall asks, and bring whole conversations in as
    rounds, compared with what was counted elsewhere."""
    terminal = Terminal()
    if phones:
        with tempfile.TemporaryDirectory() as instance:
            _say(terminal, workshop.figures(configuration.load({}, instance=Path(instance)), phones, seconds), as_json)
    for folder in folders:
        _say(terminal, measure(folder), as_json)


def _say(terminal: Terminal, figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.json(figures)
    else:
        terminal.say("  ".join(f"{label} {value}" for label, value in figures.items()))


def read(folder: Path) -> Conversation:
    """The rows of a conversation."""
    votes = _rows(folder / "votes.csv")
    order = sorted(range(len(votes)), key=lambda at: (int(votes[at]["timestamp"]), at))
    return Conversation(
        _rows(folder / "comments.csv"),
        [votes[at] for at in order],
        _rows(folder / "participants-votes.csv"),
        {row["comment-id"]: row for row in _rows(folder / "per-comment-reference.csv")},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measure(folder: Path) -> dict[str, Any]:
    """Bring a conversation into a new instance, and say how it compares and how long it took."""
    found = read(folder)
    with tempfile.TemporaryDirectory() as instance:
        workspace = assembly.open_workspace(Config(instance=Path(instance)))
        try:
            return {"conversation": folder.name} | compare(workspace, found)
        finally:
            close(workspace)


def compare(workspace: Workspace, found: Conversation) -> dict[str, Any]:
    """Bring a conversation in, and count in how many places it is not what the reference has."""
    actor = access.operator(REGION)
    round_, comments = _prepare(workspace, actor, found)
    lines = list(lines_of(found, {comment: f"T-{at:02d}" for at, comment in enumerate(comments.values(), start=1)}))
    began = time.perf_counter()
    report = importing.take_in(workspace, actor, round_.id, lines, "votes.csv", new_voices=True)
    seconds = time.perf_counter() - began
    standing = service.standing(workspace, actor, round_.id)
    ballots = workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    began = time.perf_counter()
    agrees = verifying.verify(workspace, actor, round_.id).agrees
    verified = time.perf_counter() - began
    return {
        "rows": len(lines),
        "taken": report.count(importing.TAKEN),
        "voices": len(standing.electorate),
        "measures": len(standing.measures),
        "counts_differ": _wrong_counts(found, comments, ballots),
        "last_votes_differ": _wrong_last_votes(found, comments, standing),
        **_product_differences(workspace, actor, round_, found, comments),
        "verify_agrees": agrees,
        "seconds": round(seconds, 2),
        "rows_per_second": round(len(lines) / seconds),
        "verify_seconds": round(verified, 2),
    }


def _prepare(workspace: Workspace, actor: Actor, found: Conversation) -> tuple[Round, dict[str, str]]:
    """An open round on all comments, the moderated ones too; which comment each measure is."""
    regions.create_region(workspace, access.operator(), REGION, "Måleregionen", {"9001": "Nord"}, demo=True)
    comments = {
        measures.create(
            workspace, actor, title=f"Kommentar {row['comment-id']}", text=row["comment-body"].strip() or "–"
        ).id: row["comment-id"]
        for row in found.comments
    }
    draft = life.create(
        workspace,
        actor,
        tuple(comments),
        title="Samtale",
        closes=workspace.now() + timedelta(days=7),
        counted_by="person",
        method="endorsement",
        guests=True,
    )
    return life.open_round(workspace, actor, draft.id), comments


def lines_of(found: Conversation, codes: dict[str, str]) -> list[Line]:
    """The votes as lines of a file."""
    groups = {row["participant"]: row["group-id"] for row in found.participants}
    return [
        Line(
            number,
            {
                "measure": codes[row["comment-id"]],
                "voice": f"p{row['voter-id']}",
                "value": VOTES[row["vote"]],
                "voice_group": groups[row["voter-id"]],
                "at": datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC).isoformat(timespec="milliseconds"),
            },
        )
        for number, row in enumerate(found.votes, start=2)
    ]


def _wrong_counts(found: Conversation, comments: dict[str, str], ballots: list[Ballot]) -> int:
    """Comments whose agrees or disagrees, which count every vote that was ever given, are not those reported."""
    counts: dict[tuple[str, int], int] = {}
    for ballot in ballots:
        key = comments[ballot.measure], ballot.value
        counts[key] = counts.get(key, 0) + 1
    return sum(
        (counts.get((row["comment-id"], 1), 0), counts.get((row["comment-id"], -1), 0))
        != (int(row["agrees"]), int(row["disagrees"]))
        for row in found.comments
    )


def _wrong_last_votes(found: Conversation, comments: dict[str, str], standing: service.Standing) -> int:
    """Votes that count here, or there, and not the same in both."""
    refs = {id: voice.ref for id, voice in standing.voices.items()}
    ours = {
        (refs[voice], comments[measure]): str(ballot.value)
        for measure, given in standing.ballots.items()
        for voice, ballot in given.items()
    }
    theirs = {
        (f"p{row['participant']}", comment): vote
        for row in found.participants
        for comment, vote in row.items()
        if comment.isdigit() and vote
    }
    return len(set(ours.items()) ^ set(theirs.items()))


def _product_differences(
    workspace: Workspace, actor: Actor, round_: Round, found: Conversation, comments: dict[str, str]
) -> dict[str, float]:
    """The largest difference of the export's plain product to Polis' formula, exactly, and to its rounded column."""
    table = exporting.results(exporting.export(workspace, actor, round_.id))
    at = list(table.columns).index("plain_product")
    exact, rounded = 0.0, 0.0
    for row, comment in zip(table.rows, comments.values(), strict=True):
        counts = found.reference[comment]
        product = Fraction(1)
        for group in ("0", "1"):
            product *= Fraction(int(counts[f"g{group}-agree"]) + 1, int(counts[f"g{group}-seen"]) + 2)
        said = float(str(row[at]))
        exact = max(exact, abs(said - float(product)))
        rounded = max(rounded, abs(said - float(counts["gic-computed"])))
    return {"product_difference": exact, "product_difference_to_six_decimals": rounded}
