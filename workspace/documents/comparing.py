"""What differs between two versions of a text, word by word within paragraphs, as it is read and not as it is typed.

A text is cut into blocks (headings, paragraphs, list items, quotes, rows of tables), the blocks are aligned, and the
words of those that belong together. Marks of Markdown are shown only where they are the change.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import NamedTuple

from workspace.documents.aligning import Budget, heaviest_chain, settled, steps
from workspace.documents.blocks import Block, blocks, plain, split

_PLAIN_WORD = re.compile(r"\w+")

LONGEST = 2 * 1024 * 1024  # characters of each text; of longer ones (files only) the rest is not compared
_LIKE_ENOUGH = 0.35  # of the words, for two blocks to be the same one changed
_COMMON_WORD = 40  # a word in more blocks than this says nothing about which belong together
_LEAST_MOVED = 4  # words; a shorter paragraph in two places is no move


class Piece(NamedTuple):
    """A run of words: kept ("same"), taken away ("del") or new ("ins")."""

    kind: str
    text: str


class Change(NamedTuple):
    """A block of the text, or a run of blocks that are folded because nothing in them changed."""

    how: str  # "same", "folded", "changed", "formed" (its form alone), "ins", "del", "moved" (here), "left" (from here)
    kind: str = ""  # "heading", "paragraph", "item", "quote", "row"
    level: int = 0  # of a heading: 2 to 6; of a numbered item: its number
    pieces: tuple[Piece, ...] = ()
    number: int = 0  # 1, 2, 3 ... among the changes; 0 for what is none
    at: int = 0  # which block of the old text it is, or stands before
    folded: tuple[Change, ...] = ()

    @property
    def text(self) -> str:
        """The words, kept, gone and new."""
        return "".join(piece.text for piece in self.pieces)


def compare(old: str, new: str, *, fold: bool = True) -> list[Change]:
    """The new text with all that differs from the old one, in order; unchanged runs folded where `fold` says so."""
    before, after = blocks(old[:LONGEST]), blocks(new[:LONGEST])
    budget = Budget()
    found: list[Change] = []
    for kept, a1, a2, b1, b2 in steps([b.key for b in before], [b.key for b in after], budget):
        if kept:
            found += [_shown(block, "same", a1 + n) for n, block in enumerate(after[b1:b2])]
        else:
            found += _replaced(before[a1:a2], after[b1:b2], a1, budget)
    found = _numbered(_with_moves(found))
    return _levelled(_folded(found) if fold else found)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """What differs between two lines, such as titles."""
    return _pieces(tuple(split(old)), tuple(split(new)), Budget(100_000))


def counted(changes: list[Change]) -> tuple[int, int]:
    """How many words were added and taken away."""
    pieces = [piece for change in changes if change.how not in {"moved", "left"} for piece in change.pieces]
    added = sum(len(split(piece.text)) for piece in pieces if piece.kind == "ins")
    gone = sum(len(split(piece.text)) for piece in pieces if piece.kind == "del")
    return added, gone


def total(changes: list[Change]) -> int:
    """How many blocks have changed."""
    return max((change.number for change in changes), default=0)


# -- Blocks that belong together --


def _replaced(before: list[Block], after: list[Block], start: int, budget: Budget) -> list[Change]:
    """What became of a stretch of blocks: those that are alike are one block changed, the others gone or new."""
    found: list[Change] = []
    a, b = 0, 0
    for i, j in [*_alike(before, after), (len(before), len(after))]:
        found += [_shown(block, "del", start + a + n) for n, block in enumerate(before[a:i])]
        found += [_shown(block, "ins", start + i) for block in after[b:j]]
        if i < len(before):
            found.append(_changed(before[i], after[j], start + i, budget))
        a, b = i + 1, j + 1
    return found


def _alike(before: list[Block], after: list[Block]) -> list[tuple[int, int]]:
    if len(before) == len(after) == 1 and (before[0].kind == "heading") == (after[0].kind == "heading"):
        return [(0, 0)]
    sets = [_vocabulary(block) for block in after]
    holders: dict[str, list[int]] = {}
    for j, vocabulary in enumerate(sets):
        for word in vocabulary:
            holders.setdefault(word, []).append(j)
    pairs: list[tuple[int, int, float]] = []
    for i, block in enumerate(before):
        own = _vocabulary(block)
        votes = Counter(j for word in own if len(holders.get(word, ())) <= _COMMON_WORD for j in holders.get(word, ()))
        for j, _count in votes.most_common(4):
            likeness = 2 * len(own & sets[j]) / (len(own) + len(sets[j]))
            least = _LIKE_ENOUGH if (block.kind == "heading") == (after[j].kind == "heading") else 1
            if likeness >= least:
                pairs.append((i, j, likeness))
    return heaviest_chain(pairs)


def _vocabulary(block: Block) -> frozenset[str]:
    return frozenset(_PLAIN_WORD.findall(" ".join(block.words).casefold()))


def _changed(before: Block, after: Block, at: int, budget: Budget) -> Change:
    pieces = _pieces(before.words, after.words, budget)
    how = "formed" if all(piece.kind == "same" for piece in pieces) else "changed"
    return Change(how, after.kind, after.level, pieces, at=at)


def _shown(block: Block, how: str, at: int) -> Change:
    kind = how if how in {"ins", "del"} else "same"
    return Change(how, block.kind, block.level, (Piece(kind, " ".join(plain(word) for word in block.words)),), at=at)


# -- Words --


def _pieces(before: tuple[str, ...], after: tuple[str, ...], budget: Budget) -> tuple[Piece, ...]:
    """The two runs of words in pieces, each but the last with a space after it."""
    old, new = [plain(word) for word in before], [plain(word) for word in after]
    pieces: list[Piece] = []
    for kept, a1, a2, b1, b2 in settled(steps(old, new, budget), old, new):
        if kept:
            pieces += _kept(before[a1:a2], after[b1:b2])
        else:
            pieces += [Piece("del", " ".join(old[a1:a2]))] if a1 < a2 else []
            pieces += [Piece("ins", " ".join(new[b1:b2]))] if b1 < b2 else []
    return tuple(Piece(kind, f"{text} ") for kind, text in pieces[:-1]) + tuple(pieces[-1:])


def _kept(before: tuple[str, ...], after: tuple[str, ...]) -> list[Piece]:
    """A run of the same words. Where the marks around them, or the address of a link, differ, these are shown."""
    pieces: list[Piece] = []
    for is_same, pairs in groupby(zip(before, after, strict=True), key=lambda pair: pair[0] == pair[1]):
        old, new = zip(*pairs, strict=True)
        if is_same:
            pieces.append(Piece("same", " ".join(map(plain, new))))
        else:
            pieces += [Piece("del", " ".join(old)), Piece("ins", " ".join(new))]
    return pieces


# -- The whole --


def _with_moves(found: list[Change]) -> list[Change]:
    """A block that is gone in one place and new in another, word by word, has moved."""

    def once(how: str) -> dict[tuple[str, str], int]:
        places: dict[tuple[str, str], list[int]] = {}
        for n, change in enumerate(found):
            if change.how == how:
                places.setdefault((change.kind, change.text), []).append(n)
        return {key: where[0] for key, where in places.items() if len(where) == 1}

    gone, new = once("del"), once("ins")
    moved = list(found)
    for key in gone.keys() & new.keys():
        if key[0] == "heading" or len(key[1].split()) >= _LEAST_MOVED:
            pieces = (Piece("same", key[1]),)
            moved[gone[key]] = found[gone[key]]._replace(how="left", pieces=pieces)
            moved[new[key]] = found[new[key]]._replace(how="moved", pieces=pieces)
    return moved


def _numbered(found: list[Change]) -> list[Change]:
    number, numbered = 0, []
    for change in found:
        number += change.how not in {"same", "left"}
        numbered.append(change if change.how in {"same", "left"} else change._replace(number=number))
    return numbered


def _levelled(found: list[Change]) -> list[Change]:
    """Headings begin below the one of the page, and skip no level on the way down."""
    highest = min((change.level for change in found if change.kind == "heading"), default=1)
    level, levelled = 1, []
    for change in found:
        if change.kind == "heading" and change.how != "left":
            level = min(change.level - highest + 2, level + 1, 6)
            levelled.append(change._replace(level=level))
        else:
            levelled.append(change)
    return levelled


def _folded(found: list[Change]) -> list[Change]:
    """Unchanged blocks folded, but for the headings that a change stands under."""
    above = _headings_above_changes(found)
    folded: list[Change] = []
    run: list[Change] = []
    for n, change in enumerate(found):
        if change.how == "same" and n not in above:
            run.append(change)
            continue
        folded += _fold(run)
        folded.append(change)
        run = []
    return folded + _fold(run)


def _fold(run: list[Change]) -> list[Change]:
    return [Change("folded", at=run[0].at, folded=tuple(run))] if run else []


def _headings_above_changes(found: list[Change]) -> set[int]:
    above: set[int] = set()
    open_headings: list[tuple[int, int]] = []
    for n, change in enumerate(found):
        if change.kind == "heading" and change.how != "left":
            open_headings = [(place, level) for place, level in open_headings if level < change.level]
            open_headings.append((n, change.level))
        if change.how != "same":
            above |= {place for place, _level in open_headings if found[place].how == "same"}
    return above


# -- Two changes of one text --


class Row(NamedTuple):
    """A place in the old text that they have changed, and what became of it in mine and in theirs."""

    heading: str  # that it stands under, "" for none
    mine: tuple[Change, ...]  # none when I have not changed it
    theirs: tuple[Change, ...]


def beside(base: str, mine: str, theirs: str) -> tuple[list[Row], int]:
    """Where their text differs from the base, with mine beside it; and how many other places I have changed."""
    left, right = _by_place(compare(base, mine, fold=False)), _by_place(compare(base, theirs, fold=False))
    rows, heading, others = [], "", 0
    for at in sorted(left.keys() | right.keys()):
        own, changed = (tuple(c for c in side.get(at, ()) if c.how != "same") for side in (left, right))
        if changed:
            rows.append(Row(heading, own, changed))
        others += bool(own and not changed)
        heading = next((change.text for change in right.get(at, ()) if change.kind == "heading"), heading)
    return rows, others


def _by_place(changes: list[Change]) -> dict[int, list[Change]]:
    places: dict[int, list[Change]] = {}
    for change in changes:
        places.setdefault(change.at, []).append(change)
    return places
