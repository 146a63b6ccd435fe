"""Addresses of what is done with a measure: its status, who says yes to it, how its cost is shared, and merging two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Response, current_app, request, url_for

from workspace import clean, markup, web
from workspace.access import Action
from workspace.errors import Conflict, Forbidden, Invalid, Message, PreconditionRequired, _
from workspace.measures import amounts, costs, life, merging, names, service, sharing
from workspace.measures.model import Measure, OwnShare
from workspace.measures.routes import blueprint
from workspace.regions import service as regions

# -- Status and responsibility --


@blueprint.get("/<id>/status")
@web.rule(Action.WRITE_MEASURE)
def status(region: str, id: str) -> Response:
    """Where the measure stands on its way from idea to done, and where it may go."""
    return _status(id)


def _status(id: str, code: int = 200, **context: Any) -> Response:
    measure = service.get(web.workspace(), web.me(), id)
    return web.answer("measures/status.html", code, measure=measure, steps=life.NEXT, measure_names=names, **context)


@blueprint.post("/<id>/status")
@web.rule(Action.WRITE_MEASURE)
def change_status(region: str, id: str) -> Response:
    """Take a measure to another status."""
    typed = web.form("status", "version", "key")
    if not typed["version"]:
        raise PreconditionRequired()
    version, to = web.number(typed["version"]), typed["status"]
    return _done(
        id, lambda: life.change_status(web.workspace(), web.me(), id, version, to, once=web.once()), _status, typed
    )


@blueprint.post("/<id>/acceptance")
@web.rule(Action.ACCEPT_RESPONSIBILITY)
def accept(region: str, id: str) -> Response:
    """Keep that an external owner has said yes."""
    typed = web.form("accepted", "accepted_by", "key")
    by = clean.clean_line(typed["accepted_by"])[:200]
    return _done(
        id,
        lambda: life.accept(web.workspace(), web.me(), id, typed["accepted"], by, once=web.once()),
        _acceptance,
        typed,
    )


@blueprint.get("/<id>/acceptance")
@web.rule(Action.ACCEPT_RESPONSIBILITY)
def acceptance(region: str, id: str) -> Response:
    """The form in which an external owner says yes."""
    return _acceptance(id)


def _acceptance(id: str, code: int = 200, **context: Any) -> Response:
    measure = service.get(web.workspace(), web.me(), id)
    context.setdefault("typed", {"accepted": measure.accepted, "accepted_by": measure.accepted_by})
    return web.answer("measures/acceptance.html", code, measure=measure, measure_names=names, **context)


def _done(id: str, act: Callable[[], object], again: Callable[..., Response], typed: dict[str, Any]) -> Response:
    """Do it, and go to the measure; the form again with what was wrong."""
    try:
        act()
    except Invalid as refused:
        return again(id, 422, errors=refused.errors, typed=typed)
    except Conflict:
        return again(id, 409, errors={"status": Conflict.default}, typed=typed)
    return web.done(url_for("rounds.measure", region=web.me().region, id=id))


# -- Sharing the cost --


@blueprint.get("/<id>/sharing")
@web.rule(Action.WRITE_MEASURE)
def share(region: str, id: str) -> Response:
    """How the cost is shared; with `?key=` what another key would mean for each municipality, before it is kept."""
    return _sharing(id, request.args.get("key", ""), {})


def _sharing(id: str, key: str, typed: dict[str, str], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    measure = service.get(parts, me, id)
    municipalities = regions.municipalities(parts, me)
    key = key if key in sharing.KEYS else measure.share_key
    errors: dict[str, Message] = context.pop("errors", {})
    own = typed or {f"own-{share.municipality}": str(share.weight) for share in measure.own_shares}
    try:
        wanted = measure.changed(share_key=key, own_shares=_own_shares(own))
    except Invalid as refused:
        wanted, errors = measure.changed(share_key=key), errors | refused.errors
    populations = {one.id: one.population for one in municipalities}
    return web.answer(
        "measures/sharing.html",
        code,
        measure=measure,
        key=key,
        keys=sharing.KEYS,
        own=own,
        rows=costs.effects(measure, wanted, municipalities),
        missing=sharing.missing(key, measure.carried_by(populations), populations),
        municipalities=municipalities,
        measure_names=names,
        errors=errors,
        **context,
    )


def _own_shares(typed: dict[str, str]) -> tuple[OwnShare, ...]:
    """The shares that were typed, by "own-<number>". Raises Invalid."""
    made, errors = [], {}
    for name, text in typed.items():
        try:
            weight = amounts.parse(text)
        except ValueError:
            errors[name] = _("Skriv et helt tall, for eksempel 450 000.")
        else:
            made += [OwnShare(municipality=name.removeprefix("own-"), weight=weight)] if weight else []
    if errors:
        raise Invalid(errors)
    return tuple(made)


@blueprint.post("/<id>/sharing")
@web.rule(Action.WRITE_MEASURE)
def choose_share(region: str, id: str) -> Response:
    """Show what a key means (`preview`), or keep it."""
    parts, me = web.workspace(), web.me()
    rows = [f"own-{one.id}" for one in regions.municipalities(parts, me)]
    typed = web.form("share_key", "version", "preview", *rows)
    own = {name: typed[name] for name in rows}
    if typed["preview"]:
        return _sharing(id, typed["share_key"], own)
    if not typed["version"]:
        raise PreconditionRequired()
    version = web.number(typed["version"])
    try:
        costs.choose(parts, me, id, version, typed["share_key"], _own_shares(own))
    except Invalid as refused:
        return _sharing(id, typed["share_key"], own, 422, errors=refused.errors)
    except Conflict:
        return _sharing(id, typed["share_key"], own, 409, errors={"share_key": Conflict.default})
    return web.done(url_for("rounds.measure", region=region, id=id))


@blueprint.post("/<id>/populations")
@web.rule(Action.DESCRIBE_MUNICIPALITIES)
def set_populations(region: str, id: str) -> Response:
    """Say how many live in each municipality, from the page where the key is chosen."""
    parts, me = web.workspace(), web.me()
    service.get(parts, me, id)
    names_ = [f"population-{one.id}" for one in regions.municipalities(parts, me)]
    typed, errors, counts = web.form("share_key", "key", *names_), {}, {}
    for name in names_:
        try:
            counts[name.removeprefix("population-")] = amounts.parse(typed[name])
        except ValueError:
            errors[name] = _("Skriv folketallet som et helt tall, for eksempel 14 850.")
    try:
        if errors:
            raise Invalid(errors)
        regions.set_populations(parts, me, counts, once=web.once())
    except Invalid as refused:
        return _sharing(id, typed["share_key"], {}, 422, errors=refused.errors, counts=typed)
    return web.done(url_for("measures.share", region=region, id=id, key=typed["share_key"] or None))


# -- Whom a municipality expects something for --


@blueprint.post("/expectations/<number>")
@web.rule(Action.DESCRIBE_MUNICIPALITIES)
def set_not_relevant(region: str, number: str) -> Response:
    """Say that a municipality expects nothing for its residents or its business (`not_relevant`), or take it back."""
    typed = web.form("whom", "not_relevant", "key")
    is_so = bool(typed["not_relevant"])
    regions.set_not_relevant(web.workspace(), web.me(), number, typed["whom"], is_so, once=web.once())
    return web.done(url_for("measures.listing", region=region) + "#served-heading")


# -- Two that are one --


@blueprint.get("/<id>/merging")
@web.rule(Action.WRITE_MEASURE)
def merge_form(region: str, id: str) -> Response:
    """Two measures beside each other (`?other=`), and the text that the one that stays will have."""
    return _merging(id, request.args.get("other", ""), {})


def _merging(id: str, other_id: str, typed: dict[str, str], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    one = service.get(parts, me, id)
    others = [measure for measure in service.listing(parts, me) if measure.id != id]
    other = service.get(parts, me, other_id) if other_id else None
    if other is not None and not typed:
        typed = {"title": one.title, "text": merging.texts_together(one, other)}
    return web.answer(
        "measures/merging.html",
        code,
        measure=one,
        other=other,
        others=others,
        typed=typed,
        rendered=[markup.render(measure.text) for measure in (one, other) if measure is not None],
        measure_names=names,
        **context,
    )


@blueprint.post("/<id>/merging")
@web.rule(Action.WRITE_MEASURE)
def merge(region: str, id: str) -> Response:
    """Make another measure part of this one."""
    typed = web.form("other", "version", "other_version", "title", "text", "key")
    parts, me = web.workspace(), web.me()
    service.get(parts, me, id)
    if not (typed["version"] and typed["other_version"]):
        raise PreconditionRequired()
    versions = web.number(typed["version"]), web.number(typed["other_version"])
    title = clean.clean_line(typed["title"])
    follows = cast(list[merging.Follow], current_app.extensions.get("measure_merges", []))
    try:
        merging.merge(parts, me, id, typed["other"], versions, title, typed["text"], follows=follows, once=web.once())
    except Invalid as refused:
        return _merging(id, typed["other"], typed, 422, errors=refused.errors)
    except Forbidden as frozen:
        return _merging(id, typed["other"], typed, 403, errors={"text": frozen.message})
    except Conflict:
        return _merging(id, typed["other"], typed, 409, errors={"text": Conflict.default})
    return web.done(url_for("rounds.measure", region=region, id=id))


@blueprint.post("/<id>/differences")
@web.rule(Action.WRITE_MEASURE)
def tell_apart(region: str, id: str) -> Response:
    """Keep that two measures that look alike are two."""
    service.is_other(web.workspace(), web.me(), id, web.form("other")["other"], once=web.once())
    return web.done(url_for("measures.listing", region=region))


@blueprint.get("/<id>/texts")
@web.rule(Action.READ_MEASURE)
def texts(region: str, id: str) -> Response:
    """Every text a measure has had, and those of the measures that are part of it."""
    measure: Measure = service.get(web.workspace(), web.me(), id)
    found = [
        (part, [(text, markup.render(text.text)) for text in versions])
        for part, versions in service.texts(web.workspace(), web.me(), measure)
    ]
    return web.answer("measures/texts.html", measure=measure, found=found)
