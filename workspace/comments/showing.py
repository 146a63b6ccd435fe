"""Which threads of a text are shown on its page, and how much of each: only what is looked at is loaded.

Where little is said, all of it is open beside the text. Where there is much, every thread is a line, a few of them at
each paragraph, and the one that is looked at is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from workspace.access import Actor
from workspace.comments import service
from workspace.comments.model import KINDS, NOT_TAKEN_IN, TAKEN_IN, Thread
from workspace.comments.service import Talk
from workspace.comments.subject import Subject
from workspace.parts import Workspace
from workspace.store.port import View

OPEN_AT_ONCE = 20  # comments on a page, for all of them to be open
ALL_AT_MOST = 500  # comments that are opened together when somebody asks for all
LISTED = 4  # threads at a paragraph, where not all are open
FURTHER = 50  # that come when more are asked for

STATES = ("answered", TAKEN_IN, NOT_TAKEN_IN)
CHOICES = ("all", "open", "resolved", "mine", "none", *STATES, *KINDS)


class Wanted(NamedTuple):
    """What somebody asks to see of the threads of a page."""

    which: str = "all"  # of CHOICES
    thread: str = ""  # the id of the one to open
    at: int = -1  # the block at which more than a few are listed
    skip: int = 0  # and how many of them were seen already
    all_open: bool = False


_NOTHING = Wanted()  # in particular


class Shown(NamedTuple):
    """What is shown."""

    talks: tuple[Talk, ...]  # from the top down; those that are open have their comments
    more: Mapping[int, int]  # at which blocks more are to be had, and after how many
    counts: Mapping[str, int]  # how many there are of each choice
    are_open: bool  # whether all are


def asked(which: str) -> str:
    """A choice as it was asked for; all, when there is none like it."""
    return which if which in CHOICES else "all"


def on_page(
    workspace: Workspace, actor: Actor, subject: Subject, view: View, page: int = 0, wanted: Wanted = _NOTHING
) -> Shown:
    """What is shown of the threads of a text (on one page of it)."""
    every = service.seats(workspace, actor, subject, view, page)
    chosen = [talk for talk in every if is_chosen(talk.thread, wanted.which, actor) or talk.thread.id == wanted.thread]
    said = sum(talk.said or 1 for talk in chosen)
    are_open = said <= (ALL_AT_MOST if wanted.all_open else OPEN_AT_ONCE)
    listed, more = (chosen, {}) if are_open else _listed(chosen, wanted)
    talks = [
        service.opened(view, talk) if are_open or talk.thread.id == wanted.thread else service.counted(view, talk)
        for talk in listed
    ]
    return Shown(tuple(talks), more, counts(every), are_open)


def _listed(chosen: list[Talk], wanted: Wanted) -> tuple[list[Talk], dict[int, int]]:
    """A few at each block, and where there are more."""
    listed: list[Talk] = []
    more: dict[int, int] = {}
    for block, group in groupby(chosen, key=lambda talk: talk.block):
        talks = list(group)
        begin = wanted.skip if block == wanted.at else 0
        end = begin + (FURTHER if block == wanted.at else LISTED)
        if end >= len(talks) - 1:  # the line that says there is one more takes as much room as the one
            end = len(talks)
        else:
            more[block] = end
        listed += [talk for talk in talks if talk.thread.id == wanted.thread]  # right beside its paragraph
        listed += [talk for talk in talks[begin:end] if talk.thread.id != wanted.thread]
    return listed, more


def is_chosen(thread: Thread, which: str, actor: Actor) -> bool:
    """Whether a thread is among those of a choice."""
    return _CHOSEN[which](thread, actor) if which in _CHOSEN else which in (thread.state, thread.kind)


_CHOSEN: dict[str, Callable[[Thread, Actor], bool]] = {
    "all": lambda thread, actor: True,
    "none": lambda thread, actor: False,
    "open": lambda thread, actor: thread.resolved is None,
    "resolved": lambda thread, actor: thread.resolved is not None,
    "mine": lambda thread, actor: thread.by == actor.person,
}


def counts(talks: Sequence[Talk]) -> dict[str, int]:
    """How many threads there are of each choice, but for those that are somebody's own."""
    states, kinds = Counter(talk.thread.state for talk in talks), Counter(talk.thread.kind for talk in talks)
    open = states["open"] + states["answered"]
    found = {"all": len(talks), "open": open, "resolved": len(talks) - open}
    return found | {state: states[state] for state in STATES} | {kind: kinds[kind] for kind in KINDS}
