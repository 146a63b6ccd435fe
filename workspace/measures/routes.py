"""Addresses of the room measures. A measure's own page, with its standpoints, is in the room rounds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol, cast

from flask import Response, current_app, request, url_for

from workspace import clean, keeping, web
from workspace.access import Action, Actor, can
from workspace.documents import service as documents
from workspace.errors import Conflict, Forbidden, Invalid, PreconditionRequired, _
from workspace.measures import board, form, names, overview, service, similar
from workspace.measures.model import (
    FOR_WHOM,
    HORIZONS,
    INITIATORS,
    KINDS_OF_BENEFIT,
    SIZES,
    STATUSES,
    STEPS,
    Benefit,
    Citation,
    Measure,
)
from workspace.measures.overview import Choice
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality

blueprint = web.room("measures", __name__, "/measures")


@blueprint.get("/")
@web.rule(Action.READ_MEASURE)
def listing(region: str) -> Response:
    """All measures, and who gets what: `?view=` says how they are shown, the rest of the query which, and the order."""
    parts, me = web.workspace(), web.me()
    everything, municipalities = tuple(service.listing(parts, me)), tuple(regions.municipalities(parts, me))
    choice = overview.choice_of(request.args)
    pairs = tuple(similar.pairs(everything)) if can(me, Action.WRITE_MEASURE) and not choice.view else ()
    column = None if choice.view else _column(parts, me)
    kept = keeping.part(
        "measures/_listing.html",
        (everything, municipalities, choice, pairs, column and column.made_of),
        everything=everything,
        measures=overview.chosen(everything, choice),
        municipalities=municipalities,
        choice=choice,
        pairs=pairs,
        column=column,
        narrowings=_narrowings(everything, municipalities),
        address=_address,
        overview=overview,
        steps=STEPS,
        measure_names=names,
    )
    return web.answer("measures/listing.html", kept=kept)


class Column(Protocol):
    """What a room that knows more of the measures adds to the table of all; its cells are `rounds/_cells.html`."""

    @property
    def made_of(self) -> Hashable:
        """The same when there is nothing new in it."""


def _column(parts: Workspace, me: Actor) -> Column | None:
    """The column of the room that put itself under `app.extensions["measure_column"]`."""
    made = cast(Callable[[Workspace, Actor], Column | None], current_app.extensions["measure_column"])
    return made(parts, me)


def _address(choice: Choice, **changes: str) -> str:
    """The address of the listing with some of what is asked for changed."""
    asked = choice._replace(**changes)._asdict()
    usual = Choice()._asdict()
    query = {name: value for name, value in asked.items() if value != usual[name]}
    return url_for("measures.listing", region=web.me().region, **query)


def _narrowings(
    measures: tuple[Measure, ...], municipalities: tuple[Municipality, ...]
) -> dict[str, list[tuple[str, str]]]:
    """What the measures can be narrowed by, each with its values and their words; only values that some have."""

    def held(name: str, values: tuple[str, ...]) -> list[str]:
        return [value for value in values if any(getattr(measure, name) == value for measure in measures)]

    return {
        "status": [(value, names.status(value)) for value in held("status", STATUSES)],
        "focus": [(value, value) for value in _said(measures, "focus_area")],
        "horizon": [(value, names.horizon(value)) for value in held("horizon", HORIZONS)],
        "initiator": [(value, names.initiator(value)) for value in held("initiator", INITIATORS)],
        "responsible": [(value, value) for value in _said(measures, "responsible")],
        "benefit": [(overview.REGION, web.translate(_("Regionen"))), *((one.id, one.name) for one in municipalities)],
    }


def _said(measures: tuple[Measure, ...], name: str) -> list[str]:
    """What stands in a field of the measures, each once, in the order of the alphabet."""
    return sorted({getattr(measure, name) for measure in measures} - {""}, key=clean.alphabetical)


@blueprint.get("/new")
@web.rule(Action.WRITE_MEASURE)
def new(region: str) -> Response:
    """The form for a new measure; `?document=` cites a document, `?opportunity=` is what it comes of."""
    typed = form.empty(request.args.get("document", ""), request.args.get("quote", "")[:500])
    if came_of := request.args.get("opportunity", ""):
        found = board.get(web.workspace(), web.me(), came_of)
        typed |= {"title": found.title, "text": found.text, "opportunity": found.id}
        typed["initiator"] = "municipality" if found.municipality else found.group
    return _form(typed)


@blueprint.post("/")
@web.rule(Action.WRITE_MEASURE)
def create(region: str) -> Response:
    """Propose a measure. One that looks like another is asked about first: a person decides."""
    parts, me = web.workspace(), web.me()
    municipalities = regions.municipalities(parts, me)
    typed, once = form.read(municipalities), web.once()
    fields, errors = form.fields(typed, municipalities)
    alike = similar.like(fields["title"], fields["text"], service.listing(parts, me)) if fields["title"] else []
    try:
        if alike and not typed["different"] and not service.was_sent(parts, me, once):
            errors["different"] = _("Se om tiltaket alt er foreslått.")
        if errors:
            raise Invalid(errors)
        fields |= {"status": "idea" if typed["status"] == "idea" else "proposed"}
        fields |= {"differs_from": tuple(one.id for one in alike)}
        measure = service.create(parts, me, opportunity=typed["opportunity"], once=once, **fields)
    except Invalid as refused:
        return _form(typed, 422, errors=refused.errors, alike=alike)
    return web.done(url_for("rounds.measure", region=region, id=measure.id, proposed=1))


@blueprint.get("/<id>/edit")
@web.rule(Action.WRITE_MEASURE)
def edit(region: str, id: str) -> Response:
    """The form to change a measure."""
    measure = service.get(web.workspace(), web.me(), id)
    return _form(form.as_typed(measure), measure=measure)


@blueprint.post("/<id>/versions")
@web.rule(Action.WRITE_MEASURE)
def save(region: str, id: str) -> Response:
    """Change a measure."""
    municipalities = regions.municipalities(web.workspace(), web.me())
    typed = form.read(municipalities)
    measure = service.get(web.workspace(), web.me(), id)
    if not typed["version"]:
        raise PreconditionRequired()
    fields, errors = form.fields(typed, municipalities)
    try:
        if errors:
            raise Invalid(errors)
        service.save(web.workspace(), web.me(), id, web.number(typed["version"]), **fields)
    except Invalid as refused:
        return _form(typed, 422, measure=measure, errors=refused.errors)
    except Forbidden as frozen:
        return _form(typed, 403, measure=measure, errors={"text": frozen.message})
    except Conflict as stale:
        return _form(typed | {"version": stale.current.version}, 409, measure=stale.current, current=stale.current)
    return web.done(url_for("rounds.measure", region=region, id=id))


def _form(typed: dict[str, Any], code: int = 200, measure: Measure | None = None, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    said = {benefit.municipality: benefit for benefit in typed["benefits"]}
    municipalities = regions.municipalities(parts, me)
    empty_rows = [Citation(document="")] * (form.CITATIONS - len(typed["citations"]))
    return web.answer(
        "measures/form.html",
        code,
        typed=typed,
        measure=measure,
        municipalities=municipalities,
        rows=[(m, said.get(m.id) or Benefit(municipality=m.id)) for m in municipalities],
        citations=[*typed["citations"], *empty_rows][: form.CITATIONS],
        documents=documents.titles(parts, me),
        focus_areas=_said(tuple(service.listing(parts, me)), "focus_area"),
        measure_names=names,
        kinds=KINDS_OF_BENEFIT,
        sizes=SIZES,
        horizons=HORIZONS,
        initiators=INITIATORS,
        for_whom=FOR_WHOM,
        steps=STEPS,
        **context,
    )
