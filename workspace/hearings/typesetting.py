"""The process in which a PDF is made: JSON in, a PDF out. The only place that knows typst.

A large report takes some hundred megabytes while it is made, and typst keeps what it has worked out for the next time.
A process of its own gives all of it back.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import typst

DESCRIPTION = Path(__file__).with_name("report.typ")


def compiled(data: str, *standards: Literal["ua-1"]) -> bytes:
    """The PDF. Raises TypstError where it can't be what the standards say."""
    return typst.compile(
        str(DESCRIPTION), format="pdf", sys_inputs={"data": data}, pdf_standards=list(standards),
        ignore_system_fonts=True,
    )  # fmt: skip


def main() -> None:
    """Read what is to be set, and write it; without the claim to be PDF/UA where that would not be true."""
    data = sys.stdin.buffer.read().decode("utf-8")
    try:
        made = compiled(data, "ua-1")
    except typst.TypstError:
        made = compiled(data)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
