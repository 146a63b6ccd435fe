"""What notices are about: the record behind a name such as "document:<id>", and whether somebody may see it now."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar, cast

from workspace import access
from workspace.access import Action, Actor, can
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document
from workspace.measures.model import Measure
from workspace.record import Record
from workspace.rounds.model import Round
from workspace.store.port import View

R = TypeVar("R", bound=Record)

KINDS: dict[str, tuple[type[Record], Action]] = {
    "document": (Document, Action.READ_DOCUMENT),
    "measure": (Measure, Action.READ_MEASURE),
    "round": (Round, Action.READ_ROUND),
    "outcome": (Round, Action.READ_ROUND),  # what a round came to: its id is the round's
}
THEME = "chain"  # a value chain: "chain:Tre og bygg"
THREAD = "thread"


class Gets(Protocol):
    """What records are read from: a view, or one that is asked for each only once."""

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        ...


class Remembered:
    """A view that is asked for each record once: a page of notices is about few things."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[tuple[type[Record], str], Record | None] = {}

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        if (kind, id) not in self._known:
            self._known[kind, id] = self._view.get(kind, id)
        return cast(R | None, self._known[kind, id])


class Thing(NamedTuple):
    """What something is about, with the thread and the comment where it is in one."""

    about: str
    record: Any
    thread: Thread | None = None
    comment: Comment | None = None

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return self.about.partition(":")[0]

    @property
    def followed(self) -> str:
        """The name it is followed by."""
        return followed_name(self.about)

    @property
    def theme(self) -> str:
        """The theme it belongs to, "" for none."""
        chain = getattr(self.record, "value_chain", "")
        return f"{THEME}:{chain}" if chain else ""

    @property
    def title(self) -> str:
        """What it is called."""
        code = f"{self.record.code} " if self.kind == "measure" else ""
        return f"{code}{self.record.title}"


def followed_name(about: str) -> str:
    """The name that a thing is followed by: what a round came to is followed with the round."""
    kind, _colon, id = about.partition(":")
    return f"round:{id}" if kind == "outcome" else about


def find(view: Gets, about: str, thread_id: str = "", comment_id: str = "") -> Thing | None:
    """What has this name, in this thread; None when it, or the thread, is not there any more."""
    kind, _colon, id = about.partition(":")
    record = view.get(KINDS[kind][0], id) if kind in KINDS else None
    thread = view.get(Thread, thread_id) if thread_id else None
    if record is None or (thread_id and thread is None):
        return None
    return Thing(about, record, thread, view.get(Comment, comment_id) if comment_id else None)


def may_see(actor: Actor, thing: Thing) -> bool:
    """Whether this actor may see a thing, its thread and its comment, as they are now. Asked when somebody is told and
    once more when it is shown to them."""
    if not can(actor, KINDS[thing.kind][1], thing.record):
        return False
    if isinstance(thing.record, Round) and thing.record.state == "draft" and not can(actor, Action.WRITE_ROUND):
        return False
    return all(access.may_see(actor, part) for part in (thing.thread, thing.comment) if part is not None)
