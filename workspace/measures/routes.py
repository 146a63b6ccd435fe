"""Addresses of the room measures. A measure's own page, with its standpoints, is in the room rounds."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from workspace import clean, keeping, web
from workspace.access import Action
from workspace.documents import service as documents
from workspace.errors import Conflict, Forbidden, Invalid, PreconditionRequired
from workspace.measures import names, service
from workspace.measures.model import HORIZONS, KINDS_OF_BENEFIT, SIZES, Benefit, Citation, Measure
from workspace.regions import service as regions

blueprint = web.room("measures", __name__, "/measures")

LINES = ("title", "goal", "responsible", "partners", "cost")
FIELDS = (*LINES, "text", "regional_benefit", "horizon", "quick_win", "quick_win_date", "version")
CITATIONS = 6  # rows for documents in the form


@blueprint.get("/")
@web.rule(Action.READ_MEASURE)
def listing(region: str) -> Response:
    """All measures, and who gets what."""
    parts, me = web.workspace(), web.me()
    found, municipalities = tuple(service.listing(parts, me)), tuple(regions.municipalities(parts, me))
    kept = keeping.part(
        "measures/_listing.html",
        (found, municipalities),
        measures=found,
        municipalities=municipalities,
        measure_names=names,
    )
    return web.answer("measures/listing.html", kept=kept)


@blueprint.get("/new")
@web.rule(Action.WRITE_MEASURE)
def new(region: str) -> Response:
    """The form for a new measure; `?document=` cites a document from the start."""
    return _form(_empty(request.args.get("document", ""), request.args.get("quote", "")[:500]))


@blueprint.post("/")
@web.rule(Action.WRITE_MEASURE)
def create(region: str) -> Response:
    """Propose a measure."""
    typed = _typed()
    try:
        measure = service.create(web.workspace(), web.me(), once=web.once(), **_fields(typed))
    except Invalid as refused:
        return _form(typed, 422, errors=refused.errors)
    return web.done(url_for("rounds.measure", region=region, id=measure.id))


@blueprint.get("/<id>/edit")
@web.rule(Action.WRITE_MEASURE)
def edit(region: str, id: str) -> Response:
    """The form to change a measure."""
    measure = service.get(web.workspace(), web.me(), id)
    return _form(_typed_as(measure), measure=measure)


@blueprint.post("/<id>/versions")
@web.rule(Action.WRITE_MEASURE)
def save(region: str, id: str) -> Response:
    """Change a measure."""
    typed = _typed()
    measure = service.get(web.workspace(), web.me(), id)
    if not typed["version"]:
        raise PreconditionRequired()
    try:
        service.save(web.workspace(), web.me(), id, web.number(typed["version"]), **_fields(typed))
    except Invalid as refused:
        return _form(typed, 422, measure=measure, errors=refused.errors)
    except Forbidden as frozen:
        return _form(typed, 403, measure=measure, errors={"text": frozen.message})
    except Conflict as stale:
        return _form(typed | {"version": stale.current.version}, 409, measure=stale.current, current=stale.current)
    return web.done(url_for("rounds.measure", region=region, id=id))


def _typed() -> dict[str, Any]:
    """The form as typed: plain fields, and a row for each municipality and each document."""
    typed = web.form(*FIELDS, "key")
    numbers = [municipality.id for municipality in regions.municipalities(web.workspace(), web.me())]
    rows = {number: web.form(*(f"{part}-{number}" for part in ("kind", "size", "how", "source"))) for number in numbers}
    typed["benefits"] = tuple(
        Benefit(municipality=number, **{part.partition("-")[0]: value for part, value in row.items() if value})
        for number, row in rows.items()
    )
    cited = web.form(*(f"{part}-{n}" for n in range(CITATIONS) for part in ("document", "quote")))
    typed["citations"] = tuple(
        Citation(document=cited[f"document-{n}"], quote=cited[f"quote-{n}"][:500])
        for n in range(CITATIONS)
        if cited[f"document-{n}"]
    )
    return typed


def _typed_as(measure: Measure) -> dict[str, Any]:
    typed = {name: getattr(measure, name) for name in FIELDS}
    return typed | {"benefits": measure.benefits, "citations": measure.citations}


def _empty(document: str, quote: str) -> dict[str, Any]:
    cited = (Citation(document=document, quote=quote),) if document else ()
    return dict.fromkeys(FIELDS, "") | {"horizon": "medium", "benefits": (), "citations": cited}


def _fields(typed: dict[str, Any]) -> dict[str, Any]:
    fields = {name: clean.clean_line(typed[name])[:300] for name in LINES}
    fields["title"] = clean.clean_line(typed["title"])
    return fields | {
        "text": typed["text"],
        "regional_benefit": typed["regional_benefit"][:2000],
        "horizon": typed["horizon"],
        "quick_win": bool(typed["quick_win"]),
        "quick_win_date": typed["quick_win_date"],
        "benefits": typed["benefits"],
        "citations": typed["citations"],
    }


def _form(typed: dict[str, Any], code: int = 200, measure: Measure | None = None, **context: Any) -> Response:
    said = {benefit.municipality: benefit for benefit in typed["benefits"]}
    municipalities = regions.municipalities(web.workspace(), web.me())
    return web.answer(
        "measures/form.html",
        code,
        typed=typed,
        measure=measure,
        rows=[(m, said.get(m.id) or Benefit(municipality=m.id)) for m in municipalities],
        citations=[*typed["citations"], *[Citation(document="")] * (CITATIONS - len(typed["citations"]))][:CITATIONS],
        documents=documents.titles(web.workspace(), web.me()),
        measure_names=names,
        kinds=KINDS_OF_BENEFIT,
        sizes=SIZES,
        horizons=HORIZONS,
        **context,
    )
