"""What one person has written and answered, taken out for themselves as one file of plain JSON.

Only what is theirs: nobody else's words or names. What they answered in a round without names is in no file, because
nobody can tell which answer was theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from workspace import access
from workspace.access import Actor
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.comments.model import Comment
from workspace.comments.suggestion import Suggestion
from workspace.documents.model import Document, Version
from workspace.hearings.answer import HearingAnswer
from workspace.measures.opportunity import Opportunity
from workspace.notices.model import Follow, Preference
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions import service as regions
from workspace.regions.model import Membership, WorkingGroup
from workspace.rounds.amendment import Amendment
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.mediation import MediationNote
from workspace.store.port import Store, View
from workspace.workplan.model import Report


class Kind(NamedTuple):
    """Records that a person can have made: whose one is, and the fields that are theirs."""

    name: str
    of: type[Record]
    fields: tuple[str, ...]
    whose: Callable[[Any], tuple[str, ...]]


def _by(record: Any) -> tuple[str, ...]:
    return (record.by,)


def _entered(record: Any) -> tuple[str, ...]:
    return (record.by, record.entered_by)


def _person(record: Any) -> tuple[str, ...]:
    return (record.person,)


def _id(record: Any) -> tuple[str, ...]:
    return (record.id,)


_SPOKEN_FOR = ("name", "party", "at")
KINDS = (
    Kind("comments", Comment, ("id", "thread", "text", "name", "party", "source", "at", "withdrawn"), _entered),
    Kind("suggestions", Suggestion, ("id", "document", "number", "new", "name", "party", "made", "state"), _by),
    Kind("document_versions", Version, ("document", "number", "title", "note", "at", "digest"), _by),
    Kind("opportunities", Opportunity, ("id", "number", "title", "text", "organisation", "at"), _by),
    Kind(
        "ballots", Ballot,
        ("round", "measure", "text_version", "voter", "value", "reason", "conditional", "withdrawn", "channel",
         "source", *_SPOKEN_FOR), _by,
    ),
    Kind("voices", Voice, ("round", "name", "municipality", "group", "joined"), _person),
    Kind("amendments", Amendment, ("id", "measure", "number", "text", "reason", "state", *_SPOKEN_FOR), _by),
    Kind("conditions_met", ConditionMet, ("round", "measure", "note", "at"), _by),
    Kind("mediation_notes", MediationNote, ("round", "measure", "kind", "heading", "text", *_SPOKEN_FOR), _by),
    Kind(
        "status_reports", Report,
        ("measure", "number", "happened", "state", "next_step", "result", "written_at"), _by,
    ),
    Kind(
        "hearing_answers", HearingAnswer,
        ("hearing", "number", "name", "party", "role", "email", "received"), _person,
    ),
    Kind("follows", Follow, ("about", "on", "since"), _person),
    Kind("preferences", Preference, ("often", "wanted"), _id),
)  # fmt: skip


def packed(workspace: Workspace, person: Person) -> bytes:
    """The file: the account, its sessions, and for each region what the person is and has made there."""
    account = {name: getattr(person, name) for name in ("id", "name", "email", "locale", "shortcuts", "created")}
    sessions = accounts.sessions_of(workspace, person.id)
    told = {
        "made": workspace.now(),
        "account": account,
        "signed_in": [{"device": one.device, "created": one.created, "seen": one.seen} for one in sessions],
        "regions": [region for slug in workspace.stores.slugs() for region in _region(workspace, slug, person)],
        "left_out": "Answers given in rounds without names: nobody can tell which were yours. "
        "Texts of documents that you may not read now.",
    }
    return json.dumps(msgspec.to_builtins(told), ensure_ascii=False, indent=2).encode()


def _region(workspace: Workspace, slug: str, person: Person) -> Iterable[dict[str, Any]]:
    """What there is of a person in a region; nothing where they never were a member. Also where they have left."""
    store = workspace.region(slug)
    view = store.view()
    membership = view.get(Membership, person.id)
    if membership is None:
        return
    found: dict[str, Any] = {"region": slug, "name": regions.region_of(workspace, slug).name}
    found["membership"] = {name: getattr(membership, name) for name in _OF_MEMBERSHIP}
    groups = view.find(WorkingGroup, {"members": person.id}, order="name")
    found["groups"] = [{"name": group.name, "kind": group.kind} for group in groups]
    actor = regions.actor_in(workspace, person, slug)
    for kind in KINDS:
        theirs = [record for record in view.find(kind.of) if person.id in kind.whose(record)]
        theirs = [record for record in theirs if not isinstance(record, Version) or _may_read(view, actor, record)]
        found[kind.name] = [_written(store, kind, record) for record in theirs]
    yield found


_OF_MEMBERSHIP = (
    "name", "email", "role", "title", "municipality", "group", "organisation", "home", "since", "leave_asked", "ended",
)  # fmt: skip


def _may_read(view: View, actor: Actor, version: Version) -> bool:
    """Whether the person may read the document that they wrote in: an interview may be working material now."""
    document = view.get(Document, version.document)
    return document is not None and access.can(actor, access.Action.READ_DOCUMENT, document)


def _written(store: Store, kind: Kind, record: Any) -> dict[str, Any]:
    """The fields of a record that are the person's, with the text where it is kept beside."""
    told = {name: getattr(record, name) for name in kind.fields}
    if kind.of is Version:
        told["text"] = store.blobs.get(told.pop("digest")).decode("utf-8", "replace")
    if isinstance(record, HearingAnswer):
        told["parts"] = [{"heading": part.heading, "text": part.text} for part in record.parts]
    return told
