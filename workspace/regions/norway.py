"""Norway's municipalities by number (2024 structure). Source: Kartverket, CC BY 4.0; see NOTICE.md.

Names are not unique (two Herøy, two Våler): the number is the key.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Known(NamedTuple):
    """One municipality of the list."""

    number: str  # four digits
    name: str
    county: str


@cache
def municipalities() -> dict[str, Known]:
    """All 357, by number."""
    rows = json.loads(Path(__file__).with_name("norway.json").read_text(encoding="utf-8"))
    return {row["number"]: Known(row["number"], row["name"], row["county"]) for row in rows}
