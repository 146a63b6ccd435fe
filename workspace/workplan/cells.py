"""Reading the cells of a table that people may have changed: what is meant must stand there, nothing is guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from workspace import clean
from workspace.errors import Invalid, _
from workspace.tables import Line

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class Cells:
    """The cells of one line, read as what they are to be. Raises Invalid naming the column."""

    def __init__(self, line: Line) -> None:
        self._cells = line.cells

    def text(self, column: str) -> str:
        """Text as it stands."""
        return clean.clean_text(self._cells.get(column, "")).strip()

    def line(self, column: str) -> str:
        """Text on one line."""
        return clean.clean_line(self._cells.get(column, ""))

    def whole(self, column: str, empty: int | None = None) -> int | None:
        """A whole number, zero or more; thousands may stand apart. What an empty cell is, is said by the caller."""
        typed = re.sub(r"[ \u00a0\u202f]", "", self._cells.get(column, ""))
        if not typed:
            return empty
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 13):
            raise Invalid({column: _("«%(column)s» er ikke et helt tall.", column=column)})
        return int(typed)

    def needed(self, column: str) -> int:
        """A whole number that has to be there."""
        found = self.whole(column)
        if found is None:
            raise Invalid({column: _("«%(column)s» er tom.", column=column)})
        return found

    def day(self, column: str) -> str:
        """A day as ISO, "" for none: 2027-05-01, 1.5.2027, or what a spreadsheet makes of a date."""
        typed = self._cells.get(column, "")
        if not typed:
            return ""
        norwegian = _DAY.fullmatch(typed)
        try:
            if norwegian:
                return date(int(norwegian[3]), int(norwegian[2]), int(norwegian[1])).isoformat()
            return date.fromisoformat(typed.removesuffix("T00:00:00")).isoformat()
        except ValueError as error:
            raise Invalid({column: _("«%(column)s» er ikke en dato.", column=column)}) from error

    def moment(self, column: str) -> datetime | None:
        """A moment as the export writes it, None for none."""
        typed = self._cells.get(column, "")
        if not typed:
            return None
        try:
            found = datetime.fromisoformat(typed)
        except ValueError as error:
            raise Invalid({column: _("«%(column)s» er ikke et tidspunkt.", column=column)}) from error
        if found.tzinfo is None:
            raise Invalid({column: _("«%(column)s» mangler tidssone.", column=column)})
        return found.astimezone(UTC)
