"""What the doctor finds."""

from __future__ import annotations

import msgspec

OK, WARN, BAD = "OK", "WARN", "BAD"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at: how it is, and what to do about it."""

    level: str  # OK, WARN or BAD
    about: str  # "settings", "house", "region skarfjord" ...
    text: str
    advice: str = ""

    @property
    def line(self) -> str:
        """The finding on a line."""
        said = f"{self.about}: {self.text}" + (f"; {self.advice}" if self.advice else "")
        return f"{self.level:<4} {' '.join(said.split())}"


def ok(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(level=OK, about=about, text=text)


def warn(about: str, text: str, advice: str) -> Finding:
    """Something to look at."""
    return Finding(level=WARN, about=about, text=text, advice=advice)


def bad(about: str, text: str, advice: str) -> Finding:
    """Something is wrong."""
    return Finding(level=BAD, about=about, text=text, advice=advice)
