"""Merging two changes of the same text: by paragraphs, and by words within a paragraph that both have changed.

Nothing is lost: where the two can't be reconciled, both variants stay in the text, one after the other, and are counted
as a clash for a person to tidy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from workspace.documents.aligning import Budget, settled, steps

# What parts paragraphs, list items, rows of tables and headings; kept as units of their own, so that joining gives the
# text again to the letter.
_PARTING = re.compile(r"(\n(?:[ \t]*\n)+|\f|\n(?=[ \t]*(?:[-*+|]|\d{1,9}[.)]|#{1,6})[ \t]))")
_LISTED = re.compile(r"[ \t]*(?:[-*+|]|\d{1,9}[.)])[ \t]")
_WORDS = re.compile(r"\s+|\S+")
_APART = 3  # words and spaces: two people's changes with less than a whole word between them are about the same thing


class Clash(NamedTuple):
    """A place that both changed in ways that can't be reconciled; "" where one took it away."""

    mine: str
    theirs: str


class Merged(NamedTuple):
    """The text with both changes, and what is left to tidy in it."""

    text: str
    clashes: tuple[Clash, ...] = ()


class _Edit(NamedTuple):
    start: int  # in the base
    end: int
    new: tuple[str, ...]
    who: str  # "mine", "theirs", or "both" for the same change


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Both changes of `base` in one text. A change that both made is made once."""
    budget = Budget()
    units = _units(base)
    edits = _edits(units, _units(mine), _units(theirs), budget)
    clashes: list[Clash] = []
    made: list[str] = []
    place = 0
    for group in _groups(edits, 0):
        start, end = group[0].start, max(edit.end for edit in group)
        made += units[place:start]
        place = end
        old = units[start:end]
        left, right = _applied(old, start, group, "mine"), _applied(old, start, group, "theirs")
        made += _reconciled(old, left, right, group, clashes, budget)
    return Merged(_joined([*made, *units[place:]]), tuple(clashes))


def _units(text: str) -> list[str]:
    return [unit for unit in _PARTING.split(text) if unit]


def _edits(base: list[str], mine: list[str], theirs: list[str], budget: Budget, *, words: bool = False) -> list[_Edit]:
    """What each changed, from the top down."""

    def made(after: list[str]) -> set[tuple[int, int, tuple[str, ...]]]:
        found = steps(base, after, budget)
        found = settled(found, base, after) if words else found
        return {(step.a1, step.a2, tuple(after[step.b1 : step.b2])) for step in found if not step.kept}

    left, right = made(mine), made(theirs)
    edits = [_Edit(*edit, "both") for edit in left & right]
    edits += [_Edit(*edit, "mine") for edit in left - right]
    edits += [_Edit(*edit, "theirs") for edit in right - left]
    return sorted(edits)


def _groups(edits: list[_Edit], apart: int) -> list[list[_Edit]]:
    """The edits, those together that touch the same place or stand closer than `apart`."""
    groups: list[list[_Edit]] = []
    end = 0
    for edit in edits:
        same_point = bool(groups) and edit[:2] == groups[-1][-1][:2]
        is_agreed = bool(groups) and "both" in {edit.who, groups[-1][-1].who}
        if groups and not is_agreed and (edit.start < end + apart or same_point):
            groups[-1].append(edit)
            end = max(end, edit.end)
        else:
            groups.append([edit])
            end = edit.end
    return groups


def _applied(old: list[str], start: int, group: Iterable[_Edit], who: str) -> list[str]:
    """A stretch of the base as one of the two has it."""
    made: list[str] = []
    place = 0
    for edit in group:
        if edit.who in {who, "both"}:
            made += [*old[place : edit.start - start], *edit.new]
            place = edit.end - start
    return made + old[place:]


def _reconciled(
    old: list[str], mine: list[str], theirs: list[str], group: list[_Edit], clashes: list[Clash], budget: Budget
) -> list[str]:
    """What a stretch becomes that one or both have changed."""
    authors = {edit.who for edit in group}
    if len(authors) == 1:
        return theirs if authors == {"theirs"} else mine
    if mine == theirs:
        return mine
    merged = _by_words("".join(old), "".join(mine), "".join(theirs), budget)
    return [merged] if merged is not None else _side_by_side(old, mine, theirs, clashes, budget)


def _by_words(base: str, mine: str, theirs: str, budget: Budget) -> str | None:
    """Both changes word by word, or None where they stand too close."""
    old = _WORDS.findall(base)
    made: list[str] = []
    place = 0
    edits = _edits(old, _WORDS.findall(mine), _WORDS.findall(theirs), budget, words=True)
    for group in _groups(edits, _APART):
        if len({edit.who for edit in group}) > 1:
            return None
        for edit in group:
            made += [*old[place : edit.start], *edit.new]
            place = edit.end
    return "".join([*made, *old[place:]])


def _side_by_side(
    old: list[str], mine: list[str], theirs: list[str], clashes: list[Clash], budget: Budget
) -> list[str]:
    """Both variants, one after the other; what they have in common once."""
    made: list[str] = []
    swapped = mine > theirs  # so that who is who does not decide what they have in common
    found = steps(theirs, mine, budget) if swapped else steps(mine, theirs, budget)
    was_anything = bool("".join(old).strip())
    for kept, a1, a2, b1, b2 in found:
        left, right = (mine[b1:b2], theirs[a1:a2]) if swapped else (mine[a1:a2], theirs[b1:b2])
        if kept:
            made += left
            continue
        clash = Clash("".join(left).strip(), "".join(right).strip())
        if any(clash) and (was_anything or all(clash)):
            clashes.append(clash)
        made += [*left, _between(left, right), *right]
    return made


def _joined(units: Iterable[str]) -> str:
    """The units as one text, in which no two paragraphs of different origin run together."""
    made: list[str] = []
    for unit in units:
        if unit:
            made += [_between(made[-1:], [unit]), unit]
    return "".join(made)


def _between(left: list[str], right: list[str]) -> str:
    """What must stand between two runs of units so that they stay apart."""
    if not left or not right:
        return ""
    above, below = left[-1].rstrip(" \t"), right[0].lstrip(" \t")
    if above.endswith(("\n", "\f")) or below.startswith(("\n", "\f")):
        return ""
    return "\n" if _LISTED.match(left[-1]) and _LISTED.match(right[0]) else "\n\n"
