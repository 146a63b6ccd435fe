"""What people do with measures: propose, change, cite, and see where a document is used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from workspace import access, markup
from workspace.access import Action, Actor
from workspace.clean import is_blank
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, _
from workspace.measures import board, sharing
from workspace.measures.checking import check
from workspace.measures.model import EXTERNAL, IN_PLAN, Citation, Measure, MeasureText, complete
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.search.port import Entry
from workspace.store.port import Transaction, View

# Lines of a measure that search finds it by, beside its title, its text and its benefits.
SEARCHED = (
    "regional_benefit", "responsible", "partners", "focus_area", "goal", "cost", "funding", "owner_reason",
    "quick_win_meets", "indicator", "remark",
)  # fmt: skip


def get(workspace: Workspace, actor: Actor, measure_id: str, view: View | None = None) -> Measure:
    """The measure. Raises NotFound."""
    access.require(actor, Action.READ_MEASURE)
    found = (view or workspace.region(actor.region).view()).get(Measure, measure_id)
    if found is None or not access.may_see(actor, found):
        raise NotFound()
    return found


def get_standing(workspace: Workspace, actor: Actor, measure_id: str, view: View) -> Measure:
    """The measure, to do something with. Raises NotFound also for one that has become part of another."""
    found = get(workspace, actor, measure_id, view)
    if found.merged_into:
        raise NotFound()
    return found


def find(workspace: Workspace, actor: Actor, measure_id: str) -> Measure | None:
    """The measure, None when there is none for this actor."""
    found = workspace.region(actor.region).view().get(Measure, measure_id) if measure_id else None
    return found if found is not None and access.may_see(actor, found) else None


def listing(workspace: Workspace, actor: Actor) -> list[Measure]:
    """All measures, by number. What has become part of another is not among them."""
    access.require(actor, Action.READ_MEASURE)
    found = workspace.region(actor.region).view().find(Measure, order="number")
    return [measure for measure in found if access.may_see(actor, measure) and not measure.merged_into]


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
        for measure in view.find(Measure, {"audience": audience, "quick_win": True}, order="number")
    ]
    standing = (measure for measure in found if not measure.merged_into and measure.status != "set_aside")
    return sorted(standing, key=lambda measure: (measure.number, measure.id))[:limit]


def begun_early(workspace: Workspace, actor: Actor, limit: int) -> list[Measure]:
    """The first of the measures that have begun before the plan was adopted, and go on or are done, by number."""
    access.require(actor, Action.READ_MEASURE)
    view = workspace.region(actor.region).view()
    found = [
        measure
        for audience in access.audiences(actor)
        for measure in view.find(Measure, {"audience": audience, "started_before_adoption": True}, order="number")
        if measure.status in {"started", "done"} and not measure.merged_into
    ]
    return sorted(found, key=lambda measure: measure.number)[:limit]


def create(
    workspace: Workspace, actor: Actor, *, opportunity: str = "", once: Once | None = None, **fields: Any
) -> Measure:
    """Propose a measure; it gets the next number. Raises Invalid, Forbidden.

    `opportunity` is the one it comes of, which is then a measure. Raises NotFound, and Conflict when it was one.
    """
    access.require(actor, Action.WRITE_MEASURE)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Measure)
        if earlier is not None:
            return earlier
        kept = put_new(workspace, actor, tx, fields, opportunity)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def was_sent(workspace: Workspace, actor: Actor, once: Once | None) -> bool:
    """Whether this request has made a measure before. Raises Invalid when its key was used for something else."""
    return came_of(workspace.region(actor.region).view(), actor, once, Measure) is not None


def put_new(
    workspace: Workspace, actor: Actor, tx: Transaction, fields: dict[str, Any], opportunity: str = ""
) -> Measure:
    """`create` in a transaction of another act, by one who may. Raises Invalid, NotFound, Conflict."""
    now = workspace.now()
    last = tx.first(Measure, order="number", descending=True)
    fields = {"number": last.number + 1 if last else 1, "opportunities": (opportunity,) if opportunity else ()} | fields
    new = Measure(id=workspace.new_id(), changed_at=now, changed_by=actor.by, changed_name=actor.name, **fields)
    new = ready(workspace, actor, new)
    _check_citations(workspace, actor, new, tx)
    kept = tx.put(new)
    _keep_text(tx, kept)
    tx.log("measures.proposed", kept, at=now, by=actor.by)
    if opportunity:
        board.became(workspace, actor, tx, opportunity, kept.id)
    return kept


def ready(workspace: Workspace, actor: Actor, measure: Measure) -> Measure:
    """A measure with all that it has to have. Raises Invalid."""
    municipalities = regions.municipalities(workspace, actor)
    made = check(completed(measure, municipalities))
    populations = {one.id: one.population for one in municipalities}
    if sharing.missing(made.share_key, made.carried_by(populations), populations):
        raise Invalid({"share_key": _("Nøkkelen trenger folketallet i alle kommunene som bærer tiltaket.")})
    return made


def completed(measure: Measure, municipalities: Iterable[Municipality]) -> Measure:
    """The measure with a benefit for every municipality, and with its owner by the name of who is responsible."""
    among = list(municipalities)
    numbers = [municipality.id for municipality in among]
    known = {municipality.name.casefold(): municipality.id for municipality in among}
    owner = known.get(measure.responsible.casefold(), EXTERNAL) if measure.responsible else ""
    return measure.changed(
        benefits=complete(measure.benefits, numbers),
        owner=owner,
        carriers=tuple(number for number in numbers if number in measure.carriers) if measure.opt_in else (),
        own_shares=tuple(share for share in measure.own_shares if share.municipality in numbers),
    )


def save(workspace: Workspace, actor: Actor, measure_id: str, version: int, **fields: Any) -> Measure:
    """Change a measure; a changed title or text makes a new text version.

    Raises Conflict with the measure as it stands when `version` is stale, Forbidden while a round has frozen the text
    and it would change, NotFound, Invalid.
    """
    access.require(actor, Action.WRITE_MEASURE)
    with workspace.region(actor.region).transaction() as tx:
        stored = get_standing(workspace, actor, measure_id, tx)
        if stored.version != version:
            raise Conflict(current=stored)
        return put_changed(workspace, actor, tx, stored, wanted(workspace, actor, stored, fields))


def wanted(workspace: Workspace, actor: Actor, stored: Measure, fields: dict[str, Any]) -> Measure:
    """How a measure would be with these fields. Raises Invalid, Forbidden while its text is frozen and would change.

    Whoever else becomes responsible has not said yes yet.
    """
    new = ready(workspace, actor, stored.changed(**fields))
    _require_responsible(stored, new)
    if (new.responsible, new.owner) != (stored.responsible, stored.owner):
        new = new.changed(accepted="", accepted_by="")
    if is_new_text(stored, new) and stored.frozen_by:
        raise Forbidden(_("Teksten er frosset mens runden er åpen. Andre felt kan endres."))
    return new


def _require_responsible(stored: Measure, new: Measure) -> None:
    """What is in the plan with somebody responsible, and the reason for it, goes on having that. Raises Invalid."""
    if stored.status not in IN_PLAN:
        return
    for name in ("responsible", "owner_reason"):
        if is_blank(getattr(new, name)) and not is_blank(getattr(stored, name)):
            raise Invalid({name: _("Et tiltak i arbeidsplanen har en ansvarlig, og en grunn til det.")})


def is_new_text(before: Measure, after: Measure) -> bool:
    """Whether what is put to people has other words."""
    return (before.title, before.text) != (after.title, after.text)


def put_changed(workspace: Workspace, actor: Actor, tx: Transaction, stored: Measure, new: Measure) -> Measure:
    """Keep a measure that was changed, with its text where that is new, in a transaction of another act."""
    if new == stored:
        return stored
    now, is_new = workspace.now(), is_new_text(stored, new)
    _check_citations(workspace, actor, new, tx)
    by = {"changed_at": now, "changed_by": actor.by, "changed_name": actor.name}
    kept = tx.put(new.changed(text_version=stored.text_version + is_new, **by))
    if is_new:
        _keep_text(tx, kept)
    tx.log("measures.changed", kept, at=now, by=actor.by, text_version=kept.text_version)
    return kept


def is_other(workspace: Workspace, actor: Actor, one_id: str, other_id: str, *, once: Once | None = None) -> None:
    """Keep that two measures that look alike are two, so that they are not suggested as one again. Raises NotFound."""
    access.require(actor, Action.WRITE_MEASURE)
    with workspace.region(actor.region).transaction() as tx:
        if came_of(tx, actor, once, Measure) is not None:
            return
        one, other = (get_standing(workspace, actor, id, tx) for id in (one_id, other_id))
        if other.id not in one.differs_from:
            one = tx.put(one.changed(differs_from=(*one.differs_from, other.id)))
            tx.log("measures.told_apart", one, at=workspace.now(), by=actor.by, other=other.id)
        remember(tx, actor, once, one, workspace.now())


def texts(workspace: Workspace, actor: Actor, measure: Measure) -> list[tuple[Measure, list[MeasureText]]]:
    """Every text a measure has had, newest first; then those of the measures that have become part of it."""
    view = workspace.region(actor.region).view()
    found = [(measure, _texts_of(view, measure))]
    for id in measure.merged:
        part = view.get(Measure, id)
        if part is not None and access.may_see(actor, part):
            found += [(part, _texts_of(view, part))]
    return found


def _texts_of(view: View, measure: Measure) -> list[MeasureText]:
    return view.find(MeasureText, {"measure": measure.id}, order="number", descending=True)


def reword(
    tx: Transaction, measure: Measure, actor: Actor, at: datetime, title: str, text: str, **story: str
) -> Measure:
    """Give a measure a new version of its text, frozen or not, in the transaction of the one who may: a round in which
    its text must change, or who takes an amendment in. The act there writes the event.

    `story` is what a `MeasureText` keeps of how it came about. Raises Invalid.
    """
    wanted = check(measure.changed(title=title, text=text))
    if (wanted.title, wanted.text) == (measure.title, measure.text):
        raise Invalid({"text": _("Teksten er den samme som før.")})
    kept = tx.put(
        wanted.changed(
            text_version=measure.text_version + 1, changed_at=at, changed_by=actor.by, changed_name=actor.name
        )
    )
    _keep_text(tx, kept, **story)
    return kept


def _keep_text(tx: Transaction, measure: Measure, **story: Any) -> None:
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
            **story,
        )
    )


def _check_citations(workspace: Workspace, actor: Actor, measure: Measure, view: View) -> None:
    """Only documents that exist for the writer can be cited."""
    for citation in measure.citations:
        documents.get(workspace, actor, citation.document, view)


def texts_of(view: View, measure: Measure) -> list[MeasureText]:
    """All versions of a measure's text, oldest first."""
    return view.find(MeasureText, {"measure": measure.id}, order="number")


def text_of(view: View, measure: Measure, text_version: int) -> MeasureText:
    """One version of a measure's text. Raises NotFound."""
    found = view.get(MeasureText, f"{measure.id}:{text_version}")
    if found is None:
        raise NotFound()
    return found


def freeze(tx: Transaction, measure_id: str, round_id: str) -> Measure:
    """Freeze a measure's text for a round, in the round's own transaction. Raises NotFound, Forbidden."""
    measure = tx.get(Measure, measure_id)
    if measure is None or measure.merged_into:
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
    if measure is None or measure.merged_into:
        return [], [f"measure:{record_id}"]
    benefits = [benefit.how for benefit in measure.benefits]
    lines = (getattr(measure, name) for name in SEARCHED)
    text = [markup.render(measure.text).text, *lines, *benefits]
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
