"""Where things stand in pictures, in percent of the width and whole pixels of the height. Pure; templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workspace.rounds.figures import Share

DOT = 22  # pixels from one dot to the next above it
MARGIN = 4.0  # percent on each side, so that a dot at the end is whole
_NEAR = 8.0  # percent: a dot's width on a phone; nearer dots stand above each other


class Dot(NamedTuple):
    """A group on a strip from no support to full support."""

    name: str
    letters: str
    share: Share
    x: float
    y: int


class Strip(NamedTuple):
    """The groups that took a stand on a measure, by how large a share of each supports it."""

    dots: list[Dot]
    height: int


def strip(groups: Sequence[tuple[str, str, Share]]) -> Strip:
    """Place groups (name, letters, share) on a strip; those that would cover each other are put above each other."""
    lanes: list[list[float]] = []
    placed: list[tuple[str, str, Share, float, int]] = []
    for name, letters, share in groups:
        if share.exact is None:
            continue
        x = round(MARGIN + (100 - 2 * MARGIN) * float(share.exact), 2)
        lane = next(
            (at for at, taken in enumerate(lanes) if all(abs(x - other) >= _NEAR for other in taken)), len(lanes)
        )
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(x)
        placed.append((name, letters, share, x, lane))
    height = DOT * max(1, len(lanes)) + 6
    return Strip([Dot(n, ls, s, x, height - DOT * lane - DOT // 2 - 3) for n, ls, s, x, lane in placed], height)


def letters(names: Sequence[str]) -> list[str]:
    """One or two letters for each name, no two alike, for dots that can't hold more."""
    used: set[str] = set()
    made = []
    for name in names:
        plain = [sign for sign in name if sign.isalnum()] or ["?"]
        tries = [plain[0].upper(), *(plain[0].upper() + other.lower() for other in plain[1:])]
        tries += [f"{plain[0].upper()}{number}" for number in range(2, len(names) + 3)]
        chosen = next(one for one in tries if one not in used)
        used.add(chosen)
        made.append(chosen)
    return made


class Point(NamedTuple):
    """A value on a line: where it stands, and what it is called."""

    x: float  # percent
    y: float  # pixels from the top
    label: str
    value: str


def line(values: Sequence[tuple[float, str, str]], height: int) -> list[Point]:
    """Values (between 0 and 1, with their label and their value in words) with even steps from left to right."""
    step = 1 / max(1, len(values) - 1)
    left, right, edge = 8.0, 88.0, 14
    return [
        Point(
            round(left + (right - left) * (step * at if len(values) > 1 else 0.5), 2),
            round(edge + (height - 2 * edge) * (1 - value), 1),
            label,
            words,
        )
        for at, (value, label, words) in enumerate(values)
    ]
