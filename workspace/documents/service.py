"""What people do with documents: find, read, write, and look at older versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import msgspec

from workspace import access, markup
from workspace.access import Action, Actor, Audience
from workspace.documents import counting, leaves
from workspace.documents.counting import FACETS
from workspace.documents.model import LONGEST_NOTE, PAGE_BREAK, Document, Version, check, count_words, version_id
from workspace.errors import Conflict, Invalid, Message, NotFound, _
from workspace.markup import Rendered
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.search.port import Entry
from workspace.store.port import Transaction, View

PAGE = 25  # documents on a page of the list


class Page(NamedTuple):
    """One page of a list, and how many documents there are of each kind, municipality ... to filter by."""

    documents: list[Document]
    total: int
    all: int  # without filters
    page: int
    pages: int
    counts: dict[str, Counter[str]]


def get(workspace: Workspace, actor: Actor, document_id: str, view: View | None = None) -> Document:
    """The document. Raises NotFound for none, and for one that is not for this actor: the two are the same."""
    access.require(actor, Action.READ_DOCUMENT)
    found = (view or workspace.region(actor.region).view()).get(Document, document_id)
    if found is None or not access.may_see(actor, found):
        raise NotFound()
    return found


def listing(
    workspace: Workspace,
    actor: Actor,
    filters: Mapping[str, Collection[str]] | None = None,
    *,
    order: str = "changed_at",
    page: int = 1,
) -> Page:
    """The documents that this actor may see and that fit, newest change first or by title.

    `filters` names for each facet the values that fit; none means all. Counts are of all that the actor may see.
    """
    access.require(actor, Action.READ_DOCUMENT)
    view = workspace.region(actor.region).view()
    tally = counting.of(view, actor.region, access.audiences(actor))
    order = order if order in tally.orders else "changed_at"
    found = tally.fitting(order, {facet: values for facet, values in (filters or {}).items() if values})
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    rows = [get(workspace, actor, id, view) for id in found[(page - 1) * PAGE : page * PAGE]]
    counts = {facet: Counter({value: len(ids) for value, ids in tally.having[facet].items()}) for facet in FACETS}
    return Page(rows, len(found), len(tally.orders[order]), page, pages, counts)


def recent(workspace: Workspace, actor: Actor, limit: int) -> list[Document]:
    """The documents changed last, of those that this actor may see, newest change first."""
    access.require(actor, Action.READ_DOCUMENT)
    view = workspace.region(actor.region).view()
    found = [
        document
        for audience in access.audiences(actor)
        for document in view.find(Document, {"audience": audience}, order="changed_at", descending=True, limit=limit)
    ]
    return sorted(found, key=lambda document: (document.changed_at, document.id), reverse=True)[:limit]


def titles(workspace: Workspace, actor: Actor) -> list[tuple[str, str]]:
    """The (id, title) of every document that this actor may see, by title."""
    access.require(actor, Action.READ_DOCUMENT)
    rows = workspace.region(actor.region).view().find(Document, order="title")
    return [(document.id, document.title) for document in rows if access.may_see(actor, document)]


def create(workspace: Workspace, actor: Actor, note: str = "", *, once: Once | None = None, **fields: Any) -> Document:
    """Make a document with its first version. Raises Invalid, Forbidden; Conflict when its ref is taken."""
    access.require(actor, Action.WRITE_DOCUMENT)
    now = workspace.now()
    new = check(
        Document(
            id=workspace.new_id(),
            created=now,
            created_by=actor.by,
            changed_at=now,
            changed_by=actor.by,
            changed_name=_shown_name(actor),
            words=count_words(fields.get("text", "")),
            **fields,
        )
    )
    store = workspace.region(actor.region)
    _check_beside(store.view(), new, note)
    digest = store.blobs.put(new.text.encode())
    with store.transaction() as tx:
        earlier = came_of(tx, actor, once, Document)
        if earlier is not None:
            return earlier
        taken = tx.first(Document, {"ref": new.ref}) if new.ref else None
        if taken is not None:
            raise Conflict(current=taken)
        kept = tx.put(new)
        _keep_version(tx, kept, digest, note)
        tx.log("documents.created", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def save(workspace: Workspace, actor: Actor, document_id: str, version: int, note: str = "", **fields: Any) -> Document:
    """Change a document; a changed title or text makes a new text version.

    `version` is the record's version that the writer saw. Raises Conflict with the document as it stands now when it
    is stale, NotFound, Invalid, Forbidden. Saving what is saved already (a double click) changes nothing.
    """
    access.require(actor, Action.WRITE_DOCUMENT)
    store = workspace.region(actor.region)
    seen = get(workspace, actor, document_id, store.view())
    digest = prepare(workspace, actor, seen, note, **fields)
    with store.transaction() as tx:
        return save_in(workspace, actor, tx, document_id, version, digest, note, **fields)


def prepare(workspace: Workspace, actor: Actor, seen: Document, note: str = "", **fields: Any) -> str:
    """Check a change and keep its text, before the transaction it is saved in; answers its digest. Raises Invalid."""
    store = workspace.region(actor.region)
    _check_beside(store.view(), check(seen.changed(**fields)), note)
    return store.blobs.put(str(fields.get("text", seen.text)).encode())


def save_in(
    workspace: Workspace,
    actor: Actor,
    tx: Transaction,
    document_id: str,
    version: int,
    text_digest: str,
    note: str = "",
    **fields: Any,
) -> Document:
    """Save a change that was prepared, in a transaction that does more than that. As `save`."""
    stored = get(workspace, actor, document_id, tx)
    access.require(actor, Action.WRITE_DOCUMENT, stored)
    wanted = stored.changed(**fields)
    if wanted == stored:
        return stored
    if stored.version != version:
        raise Conflict(current=stored)
    is_new_text = (wanted.text, wanted.title, wanted.digest) != (stored.text, stored.title, stored.digest)
    kept = tx.put(
        wanted.changed(
            number=stored.number + is_new_text,
            words=count_words(wanted.text),
            changed_at=workspace.now(),
            changed_by=actor.by,
            changed_name=_shown_name(actor),
        )
    )
    if is_new_text:
        _keep_version(tx, kept, text_digest, note)
    tx.log("documents.changed", kept, at=workspace.now(), by=actor.by, number=kept.number, text=is_new_text)
    if kept.audience != stored.audience:
        _close_attachments(workspace, actor, tx, kept)
    return kept


def _close_attachments(workspace: Workspace, actor: Actor, tx: Transaction, document: Document) -> None:
    """What is attached to a document is for the same people as the document."""
    for attachment in tx.find(Document, {"attached_to": document.id}, order="title"):
        kept = tx.put(attachment.changed(audience=document.audience))
        tx.log("documents.changed", kept, at=workspace.now(), by=actor.by, number=kept.number, text=False)


def _shown_name(actor: Actor) -> str:
    return "" if actor.operator else actor.name


def _check_beside(view: View, document: Document, note: str) -> None:
    """Raise Invalid for a note that is too long, and for municipalities that are not of this region."""
    errors: dict[str, Message] = {}
    if len(note) > LONGEST_NOTE:
        errors["note"] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_NOTE)
    if any(view.get(Municipality, number) is None for number in document.municipalities):
        errors["municipalities"] = _("Velg blant kommunene i regionen.")
    if errors:
        raise Invalid(errors)


def _keep_version(tx: Transaction, document: Document, digest: str, note: str) -> None:
    tx.put(
        Version(
            id=version_id(document.id, document.number),
            document=document.id,
            number=document.number,
            title=document.title,
            digest=digest,
            note=note,
            file=document.file,
            words=document.words,
            by=document.changed_by,
            name=document.changed_name,
            at=document.changed_at,
        )
    )


def versions(workspace: Workspace, actor: Actor, document: Document) -> list[Version]:
    """The versions of a document's text, newest first."""
    access.require(actor, Action.READ_DOCUMENT, document)
    view = workspace.region(actor.region).view()
    return view.find(Version, {"document": document.id}, order="number", descending=True)


def version_text(workspace: Workspace, actor: Actor, document: Document, number: int) -> tuple[Version, str]:
    """One version and its text. Raises NotFound."""
    access.require(actor, Action.READ_DOCUMENT, document)
    store = workspace.region(actor.region)
    version = store.view().get(Version, version_id(document.id, number))
    if version is None:
        raise NotFound()
    return version, store.blobs.get(version.digest).decode()


# -- Bringing in --


def bring_in(workspace: Workspace, actor: Actor, ref: str, **fields: Any) -> str:
    """Import one document known outside as `ref`: "imported", "changed" or "unchanged". Raises Invalid."""
    access.require(actor, Action.IMPORT)
    found = workspace.region(actor.region).view().first(Document, {"ref": ref})
    if found is None:
        create(workspace, actor, ref=ref, **fields)
        return "imported"
    if all(getattr(found, name) == value for name, value in fields.items()):
        return "unchanged"
    save(workspace, actor, found.id, found.version, note="", **fields)
    return "changed"


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of a document: (entries, uids that are gone)."""
    if table != Document.table:
        return [], []
    document = view.get(Document, record_id)
    if document is None:
        return [], [f"document:{record_id}", f"document:{record_id}#*"]
    if document.unit and document.text:
        entries = [_leaf_entry(document, number) for number in range(1, len(document.text.split(PAGE_BREAK)) + 1)]
        return entries, [f"document:{document.id}", f"document:{document.id}#*"]
    rendered = markup.render(document.text)
    return [_entry(document, rendered)], [f"document:{document.id}#*"]


def _entry(document: Document, rendered: Rendered) -> Entry:
    return Entry(
        uid=f"document:{document.id}",
        kind="document",
        id=document.id,
        ref=document.ref or document.id,
        title=document.title,
        text=rendered.text,
        anchors=rendered.anchors,
        audience=document.audience,
        source=document.kind,
        language=document.language,
        date=document.date or document.created.date().isoformat(),
        arrived=not document.date and bool(document.ref or document.file),
        municipalities=document.municipalities,
        tags=document.tags,
        value_chain=document.value_chain,
        file=document.file.kind if document.file is not None else "",
        readable=document.readable,
        group=document.id,
    )


def _leaf_entry(document: Document, number: int) -> Entry:
    """One page or sheet. The first carries the title; the others are found by what stands on them."""
    whole = _entry(document, leaves.render(document, number))
    labels = document.file.labels if document.file is not None else ()
    return msgspec.structs.replace(
        whole,
        uid=f"{whole.uid}#{number}",
        parent="" if number == 1 else document.id,
        page=number,
        label=labels[number - 1] if number <= len(labels) else "",
    )


def audience(value: str) -> Audience:
    """The audience a form names. Raises Invalid."""
    try:
        return Audience(value or Audience.REGION)
    except ValueError as error:
        raise Invalid({"audience": _("Velg hvem dokumentet er for.")}) from error
