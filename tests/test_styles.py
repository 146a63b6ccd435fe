"""The style sheet: a name stands for one thing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

SHEET = Path(__file__).parents[1] / "static" / "regionrom.css"


def test_no_name_lays_out_two_things() -> None:
    """Two pieces under one name: the second one's columns would tear the first one apart."""
    laid_out = re.findall(
        r"^  (\.[\w-]+) \{[^}]*grid-template-columns", SHEET.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(laid_out) > 10, "the sheet is read"
    assert [name for name, times in Counter(laid_out).items() if times > 1] == []
