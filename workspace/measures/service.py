"""What people do with measures: propose, change, cite, and see where a document is used."""

from __future__ import annotations

from typing import Any

from workspace import access, markup
from workspace.access import Action, Actor
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Conflict, Forbidden, NotFound, _
from workspace.measures.model import Citation, Measure, MeasureText, check, complete
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.search.port import Entry
from workspace.store.port import Transaction, View


def get(workspace: Workspace, actor: Actor, measure_id: str, view: View | None = None) -> Measure:
    """The measure. Raises NotFound."""
    access.require(actor, Action.READ_MEASURE)
    found = (view or workspace.region(actor.region).view()).get(Measure, measure_id)
    if found is None or not access.may_see(actor, found):
        raise NotFound()
    return found


def listing(workspace: Workspace, actor: Actor) -> list[Measure]:
    """All measures, by number."""
    access.require(actor, Action.READ_MEASURE)
    found = workspace.region(actor.region).view().find(Measure, order="number")
    return [measure for measure in found if access.may_see(actor, measure)]


def is_any(workspace: Workspace, actor: Actor) -> bool:
    """Whether there are measures that this actor may see."""
    access.require(actor, Action.READ_MEASURE)
    view = workspace.region(actor.region).view()
    return any(view.count(Measure, {"audience": one}, order="number") for one in access.audiences(actor))


def quick_wins(workspace: Workspace, actor: Actor, limit: int) -> list[Measure]:
    """The first of the measures that can give something soon, by number."""
    access.require(actor, Action.READ_MEASURE)
    view = workspace.region(actor.region).view()
    found = [
        measure
        for audience in access.audiences(actor)
        for measure in view.find(Measure, {"audience": audience, "quick_win": True}, order="number", limit=limit)
    ]
    return sorted(found, key=lambda measure: (measure.number, measure.id))[:limit]


def create(workspace: Workspace, actor: Actor, *, once: Once | None = None, **fields: Any) -> Measure:
    """Propose a measure; it gets the next number. Raises Invalid, Forbidden."""
    access.require(actor, Action.WRITE_MEASURE)
    now = workspace.now()
    numbers = [municipality.id for municipality in regions.municipalities(workspace, actor)]
    fields["benefits"] = complete(fields.get("benefits", ()), numbers)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Measure)
        if earlier is not None:
            return earlier
        last = tx.first(Measure, order="number", descending=True)
        fields.setdefault("number", last.number + 1 if last else 1)
        new = Measure(id=workspace.new_id(), changed_at=now, changed_by=actor.by, changed_name=actor.name, **fields)
        _check_citations(workspace, actor, new, tx)
        kept = tx.put(check(new))
        _keep_text(tx, kept)
        tx.log("measures.proposed", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def save(workspace: Workspace, actor: Actor, measure_id: str, version: int, **fields: Any) -> Measure:
    """Change a measure; a changed title or text makes a new text version.

    Raises Conflict with the measure as it stands when `version` is stale, Forbidden while a round has frozen the text
    and it would change, NotFound, Invalid.
    """
    access.require(actor, Action.WRITE_MEASURE)
    now = workspace.now()
    numbers = [municipality.id for municipality in regions.municipalities(workspace, actor)]
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, measure_id, tx)
        if stored.version != version:
            raise Conflict(current=stored)
        fields["benefits"] = complete(fields.get("benefits", stored.benefits), numbers)
        wanted = check(stored.changed(**fields))
        if wanted == stored:
            return stored
        is_new_text = (wanted.title, wanted.text) != (stored.title, stored.text)
        if is_new_text and stored.frozen_by:
            raise Forbidden(_("Teksten er frosset mens runden er åpen. Andre felt kan endres."))
        _check_citations(workspace, actor, wanted, tx)
        kept = tx.put(
            wanted.changed(
                text_version=stored.text_version + is_new_text,
                changed_at=now,
                changed_by=actor.by,
                changed_name=actor.name,
            )
        )
        if is_new_text:
            _keep_text(tx, kept)
        tx.log("measures.changed", kept, at=now, by=actor.by, text_version=kept.text_version)
        return kept


def _keep_text(tx: Transaction, measure: Measure) -> None:
    tx.put(
        MeasureText(
            id=f"{measure.id}:{measure.text_version}",
            measure=measure.id,
            number=measure.text_version,
            title=measure.title,
            text=measure.text,
            by=measure.changed_by,
            name=measure.changed_name,
            at=measure.changed_at,
        )
    )


def _check_citations(workspace: Workspace, actor: Actor, measure: Measure, view: View) -> None:
    """Only documents that exist for the writer can be cited."""
    for citation in measure.citations:
        documents.get(workspace, actor, citation.document, view)


def text_of(view: View, measure: Measure, text_version: int) -> MeasureText:
    """One version of a measure's text. Raises NotFound."""
    found = view.get(MeasureText, f"{measure.id}:{text_version}")
    if found is None:
        raise NotFound()
    return found


def freeze(tx: Transaction, measure_id: str, round_id: str) -> Measure:
    """Freeze a measure's text for a round, in the round's own transaction. Raises NotFound, Forbidden."""
    measure = tx.get(Measure, measure_id)
    if measure is None:
        raise NotFound()
    return tx.put(measure.freeze(round_id))


def thaw(tx: Transaction, measure_id: str, round_id: str) -> None:
    """Let a measure's text be changed again."""
    measure = tx.get(Measure, measure_id)
    if measure is not None and measure.frozen_by == round_id:
        tx.put(measure.thaw(round_id))


def cited_documents(workspace: Workspace, actor: Actor, measure: Measure) -> list[tuple[Citation, Document]]:
    """The documents a measure builds on that this actor may see."""
    view = workspace.region(actor.region).view()
    found = []
    for citation in measure.citations:
        document = view.get(Document, citation.document)
        if document is not None and access.may_see(actor, document):
            found.append((citation, document))
    return found


def used_in(workspace: Workspace, actor: Actor, document_id: str) -> list[Measure]:
    """The measures that build on a document."""
    return [
        measure
        for measure in listing(workspace, actor)
        if any(citation.document == document_id for citation in measure.citations)
    ]


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of a measure: (entries, uids that are gone)."""
    if table != Measure.table:
        return [], []
    measure = view.get(Measure, record_id)
    if measure is None:
        return [], [f"measure:{record_id}"]
    benefits = [benefit.how for benefit in measure.benefits]
    text = [
        markup.render(measure.text).text,
        measure.regional_benefit,
        measure.responsible,
        measure.partners,
        *benefits,
    ]
    return [
        Entry(
            uid=f"measure:{measure.id}",
            kind="measure",
            id=measure.id,
            ref=measure.code,
            title=f"{measure.code} {measure.title}",
            text="\n".join(part for part in text if part),
            audience=measure.audience,
            date=measure.changed_at.date().isoformat(),
        )
    ], []
