"""Whole numbers as people type them: 450 000, 1.800.000, 90 000 kr."""

from __future__ import annotations

import re

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_NUMBER = re.compile(r"(\d{1,13}|\d{1,3}(?:\.\d{3}){1,4})(?:,-|,00|kr\.?)?", re.IGNORECASE)


def parse(text: str) -> int | None:
    """The number, None for an empty text. Raises ValueError for anything else."""
    packed = text.translate(_SPACES)
    if not packed:
        return None
    found = _NUMBER.fullmatch(packed)
    if found is None or not packed.isascii():
        raise ValueError(text)
    return int(found.group(1).replace(".", ""))
