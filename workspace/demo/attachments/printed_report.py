"""Analysis A1 as the report that was delivered: a PDF with cover, contents, chapters, tables and figures.

All that it says comes from the analysis among the demo's documents; how it looks is described in printed_report.typ.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from workspace.demo.attachments.blocks import Block, Source, number, plain, read, runs

DESCRIPTION = Path(__file__).with_name("printed_report.typ")
# What the tables show, by their first heads: on paper a table stands on its own.
CAPTIONS = {
    ("Næring", "Sysselsatte"): "Sysselsatte etter arbeidssted, 2025",
    ("Næring", "Havnsund"): "Sysselsatte etter næring og kommune, 2025",
    ("Kommune", "2015"): "Sysselsatte per kommune, 2015 og 2025",
    ("Næring", "2015"): "Sysselsatte etter næring, 2015 og 2025",
    ("Næring", "Verdiskaping, mrd. kr"): "Verdiskaping i privat sektor, 2024",
    ("År", "Skarfjordregionen"): "Verdiskaping i faste priser, 2015 = 100",
    ("Fra", "Til"): "Utvalgte pendlerstrømmer, 2025",
}
# The tables that are drawn as well, and what the picture shows.
DRAWN = {
    ("Næring", "Sysselsatte"): ("bars", "Sysselsatte etter næring, 2025. Næringene i de tre største kjedene er mørke"),
    ("Kommune", "2015"): ("changes", "Endring i sysselsatte per kommune fra 2015 til 2025"),
    ("År", "Skarfjordregionen"): ("lines", "Verdiskaping i Skarfjordregionen og i referanseregionene, 2015 = 100"),
}


def make(sources: Path) -> bytes:
    """The report as a file that a screen reader can read (PDF/UA)."""
    data = json.dumps(_data(read(sources / "documents" / "analyse-a1.md")), ensure_ascii=False)
    return typst.compile(
        str(DESCRIPTION), format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"], ignore_system_fonts=True
    )


def _data(source: Source) -> dict[str, Any]:
    first, *others = source.blocks
    return {
        "title": source.fields["title"],
        "date": [int(part) for part in source.fields["date"].split("-")],
        "about": first.text,
        "blocks": [one for block in others for one in _paper(block)],
    }


def _paper(block: Block) -> list[dict[str, Any]]:
    """A block as the description reads it; a table that is drawn is followed by its picture."""
    if block.kind == "heading":
        return [{"kind": "heading", "level": block.level - 1, "text": block.text}]
    if block.kind == "paragraph":
        return [{"kind": "paragraph", "runs": runs(block.text)}]
    if block.kind != "table":
        return [{"kind": block.kind, "items": [runs(item) for (item,) in block.rows]}]
    heads, *rows = block.rows
    paper = {
        "kind": "table",
        "caption": CAPTIONS[heads[0], heads[1]],
        "heads": heads,
        "counts": [at > 0 and number(rows[0][at]) is not None for at in range(len(heads))],
        "rows": [{"cells": [plain(cell) for cell in row], "sum": row[0].startswith("**")} for row in rows],
    }
    if (heads[0], heads[1]) not in DRAWN:
        return [paper]
    kind, caption = DRAWN[heads[0], heads[1]]
    return [paper, {"kind": kind, "caption": caption, "said": _said(rows), "rows": _drawn(rows), "names": heads[1:]}]


def _drawn(rows: list[tuple[str, ...]]) -> list[dict[str, Any]]:
    """The rows without the sum: a name, the numbers to draw, and how the last of them is written."""
    return [
        {"name": row[0], "values": [number(cell) for cell in row[1:]], "shown": row[1:]}
        for row in rows
        if not row[0].startswith("**")
    ]


def _said(rows: list[tuple[str, ...]]) -> str:
    """The picture in words, for those who can't see it."""
    return "; ".join(f"{row[0]}: {row[-1]}" for row in rows if not row[0].startswith("**"))
