"""A hearing report as a workbook: everything that was said on a row each, and the figures."""

from __future__ import annotations

from workspace.hearings.changes import Run
from workspace.hearings.paper import Item, Paper, Section
from workspace.tables import Table, to_xlsx
from workspace.translation import gettext

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def to_workbook(made: Paper) -> bytes:
    """The report as a file."""
    columns = [
        gettext("Nr."), made.way, gettext("Avsender"), gettext("Om avsenderen"), gettext("Gjelder"), gettext("Ordene"),
        gettext("Innspill"), gettext("Andre i tråden"), gettext("Vurdering"), gettext("Utfall"),
        gettext("Begrunnelse"), gettext("Endring"), gettext("Endrede ord"), gettext("Merknad"),
    ]  # fmt: skip
    lines = [_line(section, item) for section in made.sections for item in section.items]
    about: list[tuple[str, str | int]] = [
        *made.facts,
        *((label, count) for label, count in made.counts),
        *(("", note) for note in made.notes),
    ]
    return to_xlsx(
        [
            Table(gettext("Innspill"), columns, lines),
            Table(gettext("Om sammenstillingen"), [made.heading, made.title], about),
        ]
    )


def _line(section: Section, item: Item) -> list[str | int]:
    return [
        item.number,
        section.heading,
        item.sender,
        ", ".join(item.sender_more),
        item.about,
        item.quote,
        "\n\n".join(item.text),
        _said(item.replies),
        _said(item.assessment),
        item.outcome,
        item.reason,
        item.change,
        "\n\n".join([*(_run(run) for run in item.runs), *([item.more_runs] if item.more_runs else [])]),
        " ".join(item.notes),
    ]


def _said(said: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return "\n\n".join(f"{who}: {chr(10).join(lines)}" if who else "\n".join(lines) for who, lines in said)


def _run(run: Run) -> str:
    """Words gone in [brackets with a minus], new ones with a plus: a cell has no other way to say it."""
    marks = {"del": "[–{}]", "ins": "[+{}]"}
    return " ".join(marks.get(piece.kind, "{}").format(piece.text) for piece in run)
