"""The files that lie with the demo's documents: made from the same sources, so that no figure can differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from workspace.demo.attachments import figures, note, printed_report


class Attachment(NamedTuple):
    """A file of the demo. `make` is given the folder of the demo's sources, and makes the same bytes every time."""

    name: str
    document: str  # the key of the document it belongs to
    by: str
    at: str  # local time, when it was laid in the room
    title: str
    make: Callable[[Path], bytes]


ATTACHMENTS = (
    Attachment(
        "Verdiskaping og næringsstruktur, rapport.pdf",
        "analyse-a1",
        "oddgeir",
        "2026-06-18 14:12",
        "Verdiskaping og næringsstruktur, rapport fra Kystnor analyse",
        printed_report.make,
    ),
    Attachment(
        "Tallvedlegg til kunnskapsgrunnlaget.xlsx",
        "analyse-a1",
        "oddgeir",
        "2026-06-18 15:30",
        "Tallvedlegg til kunnskapsgrunnlaget",
        figures.make,
    ),
    Attachment(
        "Notat til styringsgruppen 18. desember 2026.docx",
        "bruk-av-planen",
        "ingvill",
        "2026-11-20 13:20",
        "Notat til styringsgruppen 18. desember 2026: fra enighet til bruk",
        note.make,
    ),
)
