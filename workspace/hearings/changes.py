"""What was changed in a version of a document, where somebody's words led to it: the old words and the new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from workspace.comments.model import Thread
from workspace.comments.placement import Placements, placements_id
from workspace.documents.comparing import Change, Piece, compare
from workspace.documents.model import Version, version_id
from workspace.hearings.service import version_text
from workspace.store.port import Store

MOST = 6  # changed paragraphs shown beside one comment
_BESIDE = 8  # words kept on each side of what has changed

Run = tuple[Piece, ...]  # a paragraph: words kept, gone and new


class Changed(NamedTuple):
    """The paragraphs that were changed, and how many more there are."""

    runs: tuple[Run, ...] = ()
    more: int = 0


class Changes:
    """What differs between the versions of one document. Each pair is compared once."""

    def __init__(self, store: Store, document: str) -> None:
        self._store, self._document = store, document
        self._compared: dict[int, list[Change]] = {}

    def near(self, number: int, heading: str, passage: str = "", block: str = "") -> Changed:
        """What was changed in a version: in the passage (of a block) where that was, else under the heading, else in
        all of it where there is no heading."""
        found = self._between(number)
        here = [change for change in found if change.number and _is_in(_old(change), passage, block)]
        return _shown(here or _under(found, heading))

    def passage_of(self, thread: Thread) -> tuple[str, str]:
        """The words a thread was about, and their paragraph, in the version before the one that it led to."""
        number = thread.led_to - 1
        if number <= thread.number or thread.page:
            return thread.quote, thread.block_text
        stored = self._store.view().get(Placements, placements_id(thread.subject, number))
        place = stored.places.get(thread.id) if stored is not None else None
        if place is None or not place.block:
            return thread.quote, thread.block_text
        blocks = version_text(self._store, self._document, number).blocks
        text = next((block.text for block in blocks if block.number == place.block), "")
        return text[place.start : place.end], text

    def _between(self, number: int) -> list[Change]:
        if number not in self._compared:
            old, new = self._text(number - 1), self._text(number)
            self._compared[number] = [] if old is None or new is None else compare(old, new, fold=False)
        return self._compared[number]

    def _text(self, number: int) -> str | None:
        version = self._store.view().get(Version, version_id(self._document, number))
        if version is None or (version.file is not None and version.file.unit):
            return None
        return self._store.blobs.get(version.digest).decode()


def _is_in(old: str, passage: str, block: str) -> bool:
    """Whether a changed paragraph, as it was, is the one that a passage stands in."""
    if not old:
        return False
    wanted = _flat(passage)
    return (bool(wanted) and wanted in old) or (not wanted and bool(block) and old in _flat(block))


def _under(changes: Sequence[Change], heading: str) -> list[Change]:
    """The changes under a heading, down to the next one on its level; all of them where there is no heading."""
    if not heading:
        return [change for change in changes if change.number]
    found: list[Change] = []
    level = 0
    for change in changes:
        if change.kind == "heading" and change.how != "left":
            if level and change.level <= level:
                break
            if not level and heading in {_flat(_new(change)), _old(change)}:
                level = change.level
        if level and change.number:
            found.append(change)
    return found


def _shown(changes: Sequence[Change]) -> Changed:
    told = [change for change in changes if change.how in {"changed", "ins", "del"}]
    return Changed(tuple(shortened(change.pieces) for change in told[:MOST]), max(0, len(told) - MOST))


def shortened(pieces: Run) -> Run:
    """A paragraph with what is kept cut down to the words next to what has changed. No piece begins or ends with a
    space."""
    made = []
    for at, piece in enumerate(pieces):
        words = piece.text.split()
        if piece.kind == "same" and len(words) > 2 * _BESIDE + 2:
            before = words[:_BESIDE] if at else []
            after = words[-_BESIDE:] if at < len(pieces) - 1 else []
            words = [*before, "…", *after]
        made.append(Piece(piece.kind, " ".join(words)))
    return tuple(made)


def _old(change: Change) -> str:
    return _flat(_only(change, lambda kind: kind != "ins"))


def _new(change: Change) -> str:
    return _only(change, lambda kind: kind != "del")


def _only(change: Change, wanted: Callable[[str], bool]) -> str:
    return "".join(piece.text for piece in change.pieces if wanted(piece.kind))


def _flat(text: str) -> str:
    return " ".join(text.split())
