"""Two measures that turn out to be the same become one. Nothing that was said of either is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Conflict, Forbidden, Invalid, _
from workspace.measures import board, service
from workspace.measures.checking import LONGEST_TEXT
from workspace.measures.model import FOR_WHOM, IN_PLAN, SIZES, Benefit, Citation, Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import Transaction

# Fields of which one measure has one value: the one that stays keeps its own, and what the other said goes to the
# remark. The words they have there are those of the table that goes out (sheets.py).
SINGLE = {
    "focus_area": "satsingsområde", "goal": "delmål", "initiator": "initiativ", "responsible": "ansvarlig",
    "owner_reason": "hvorfor ansvarlig", "partners": "med", "cost": "kostnad", "cost_amount": "kroner",
    "funding": "finansiering", "own_hours": "timer", "share_key": "fordelingsnøkkel", "start": "fra", "end": "til",
    "quick_win_date": "i gang", "quick_win_meets": "innfrir", "indicator": "indikator",
    "regional_benefit": "nytte for regionen", "effort": "innsats", "effect": "effekt",
}  # fmt: skip
_STRENGTH = {"direct": 3, "indirect": 2, "none": 1, "unknown": 0}

# What else follows when one measure (the first) becomes part of another, in the same transaction. Rooms that know the
# measures put theirs under `app.extensions["measure_merges"]` (a list).
Follow = Callable[[Transaction, Actor, Measure, Measure, datetime], None]


def texts_together(one: Measure, other: Measure) -> str:
    """A first text for the measure that stays: both, after each other."""
    return one.text if other.text in one.text else f"{one.text}\n\n{other.text}"


def together(one: Measure, other: Measure, title: str, text: str) -> Measure:
    """`one` with all that `other` had. Pure: nothing is checked or kept."""
    filled: dict[str, object] = {}
    remarks = [one.remark] if one.remark else []
    said = []
    for name, word in SINGLE.items():
        mine, theirs = getattr(one, name), getattr(other, name)
        if _is_empty(mine) and not _is_empty(theirs):
            filled[name] = theirs
        elif not _is_empty(theirs) and mine != theirs:
            said.append(f"{word}: {theirs}")
    if said:
        remarks.append(f"Fra {other.code}: {'; '.join(said)}")
    if other.remark:
        remarks.append(f"{other.code}: {other.remark}")
    return one.changed(
        **filled,
        title=title,
        text=text,
        remark="\n".join(remarks),
        quick_win=one.quick_win or other.quick_win,
        cost_per_year=one.cost_per_year if one.cost_amount is not None else other.cost_per_year,
        own_shares=one.own_shares or other.own_shares,
        opt_in=one.opt_in or other.opt_in,
        regional_size=larger(one.regional_size, other.regional_size),
        benefits=tuple(_benefit(mine, other.benefit_of(mine.municipality)) for mine in one.benefits),
        citations=_citations(one.citations, other.citations),
        opportunities=tuple(dict.fromkeys((*one.opportunities, *other.opportunities))),
        merged=tuple(dict.fromkeys((*one.merged, other.id, *other.merged))),
        differs_from=tuple(id for id in dict.fromkeys((*one.differs_from, *other.differs_from)) if id != one.id),
    )


def _is_empty(value: object) -> bool:
    return value in (None, "", 0)


def larger(one: str, other: str) -> str:
    """The larger of two sizes; one that is known before one that is not."""
    return min(one, other, key=SIZES.index)


def _benefit(one: Benefit, other: Benefit) -> Benefit:
    """What a municipality gets of the two together: the stronger kind, the larger size, and all that is said."""
    strongest = max(one, other, key=lambda benefit: _STRENGTH[benefit.kind])
    return msgspec.structs.replace(
        one,
        kind=strongest.kind,
        size=larger(one.size, other.size),
        how=_both(one.how, other.how),
        source=_both(one.source, other.source),
        for_whom=tuple(who for who in FOR_WHOM if who in (*one.for_whom, *other.for_whom)),
    )


def _both(one: str, other: str) -> str:
    if not other or other in one:
        return one
    return f"{one}; {other}" if one else other


def _citations(one: tuple[Citation, ...], other: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def merge(
    workspace: Workspace,
    actor: Actor,
    kept_id: str,
    gone_id: str,
    versions: tuple[int, int],
    title: str,
    text: str,
    *,
    follows: Iterable[Follow] = (),
    once: Once | None = None,
) -> Measure:
    """Make one measure part of another, whose title and text are then these. Its texts stay, under their own numbers.

    `versions` are those that were seen of both. `follows` moves what other rooms keep of the one that goes. Raises
    Conflict when one is stale, Forbidden while either is in an open round, Invalid, NotFound.
    """
    access.require(actor, Action.WRITE_MEASURE)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Measure)
        if earlier is not None:
            return earlier
        one, other = service.get(workspace, actor, kept_id, tx), service.get(workspace, actor, gone_id, tx)
        _require_mergeable(one, other)
        for stored, version in zip((one, other), versions, strict=True):
            if stored.version != version:
                raise Conflict(current=stored)
        new = service.wanted(workspace, actor, one, _fields(one, together(one, other, title, text)))
        kept = service.put_changed(workspace, actor, tx, one, new)
        _put_away(workspace, actor, tx, other, kept)
        for follow in follows:
            follow(tx, actor, other, kept, workspace.now())
        remember(tx, actor, once, kept, workspace.now())
        return kept


def _require_mergeable(one: Measure, other: Measure) -> None:
    if one.id == other.id or one.merged_into or other.merged_into:
        raise Invalid({"other": _("Velg to tiltak som ikke alt er slått sammen.")})
    for measure in (one, other):
        if measure.frozen_by:
            raise Forbidden(_("%(code)s er med i en åpen runde. Vent til runden er lukket.", code=measure.code))
    if other.status in IN_PLAN and one.status not in IN_PLAN:
        raise Invalid(
            {
                "other": _(
                    "%(gone)s er i arbeidsplanen, og det er ikke %(kept)s. Bytt om, så %(gone)s blir stående.",
                    gone=other.code,
                    kept=one.code,
                )
            }
        )
    if one.audience != other.audience:
        raise Invalid(
            {"other": _("Tiltakene er ikke for de samme. Et tiltak som er internt, kan ikke bli åpent slik.")}
        )


def _fields(one: Measure, new: Measure) -> dict[str, object]:
    if len(new.text.encode()) > LONGEST_TEXT:
        raise Invalid({"text": _("Teksten er for lang. Grensen er 64 kB.")})
    return {name: getattr(new, name) for name in one.__struct_fields__ if getattr(new, name) != getattr(one, name)}


def _put_away(workspace: Workspace, actor: Actor, tx: Transaction, other: Measure, kept: Measure) -> None:
    now = workspace.now()
    gone = tx.put(other.changed(merged_into=kept.id))
    tx.log("measures.merged", gone, at=now, by=actor.by, into=kept.id)
    for id in other.merged:  # what had become part of it before
        earlier = tx.get(Measure, id)
        if earlier is not None:
            earlier = tx.put(earlier.changed(merged_into=kept.id))
            tx.log("measures.merged", earlier, at=now, by=actor.by, into=kept.id)
    board.follow(workspace, actor, tx, other.opportunities, kept.id)
