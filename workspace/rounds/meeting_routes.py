"""Addresses of a meeting inside its region: the page of the one who leads it, what is done there, and the wall."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from workspace import text, web
from workspace.access import Action
from workspace.errors import Conflict, Invalid
from workspace.measures import service as measures
from workspace.regions import names as region_names
from workspace.regions import service as regions
from workspace.rounds import meeting, meeting_hands, meeting_leading, meeting_qr, meeting_wall, names, service
from workspace.rounds.routes import blueprint


def address_of(code: str) -> str:
    """The address that leads into a meeting: what people scan, or type."""
    return web.workspace().config.base_url.rstrip("/") + url_for("meetings.door", code=code)


@lru_cache(maxsize=100)
def _qr(address: str) -> Markup:
    return Markup(meeting_qr.svg(address))  # noqa: S704  made here, of an address of ours


def way_in(code: str) -> dict[str, Any]:
    """What a page needs to show how people come in: nothing without a code."""
    if not code:
        return {"address": "", "site": "", "qr": ""}
    address = address_of(code)
    return {"address": address, "site": address.partition("://")[2].rpartition("/")[0], "qr": _qr(address)}


# -- Leading --


@blueprint.get("/rounds/<id>/meeting")
@web.rule(Action.LEAD_MEETING)
def meeting_page(region: str, id: str) -> Response:
    """The meeting, for the one who leads it: `?measure=` is the one whose hands are counted."""
    return _meeting(id)


def _meeting(id: str, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    round_ = service.get(parts, me, id)
    found = [measures.get(parts, me, measure) for measure in round_.measures]
    chosen = context.get("typed", {}).get("measure") or request.args.get("measure", "")
    return web.answer(
        "rounds/meeting.html",
        code,
        round=round_,
        round_names=names,
        names=region_names,
        measures=found,
        chosen=next((measure for measure in found if measure.id == chosen), found[0] if found else None),
        guests=meeting_leading.guests(parts, me, round_),
        municipalities={each.id: each.name for each in regions.municipalities(parts, me)},
        comes_from=meeting.COMES_FROM,
        hands=meeting_hands.hands_of(parts, me, round_),
        scale=round_.scale,
        now=parts.now(),
        **way_in(round_.code),
        **context,
    )


def _act(id: str, act: Callable[[], object], to: str = "", typed: dict[str, Any] | None = None) -> Response:
    """Do something in the meeting and show its page (or `to`); a refusal shows the page with what was typed."""
    try:
        act()
    except Invalid as refused:
        return _meeting(id, 422, errors=refused.errors, typed=typed or {})
    except Conflict as late:
        return _meeting(id, 409, errors={"state": late.message}, typed=typed or {})
    return web.done(to or url_for("rounds.meeting_page", region=web.me().region, id=id))


@blueprint.post("/rounds/<id>/meeting/start")
@web.rule(Action.LEAD_MEETING)
def start_meeting(region: str, id: str) -> Response:
    """Start a meeting about the round."""
    return _act(id, lambda: meeting_leading.start(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/rounds/<id>/meeting/code")
@web.rule(Action.LEAD_MEETING)
def change_meeting_code(region: str, id: str) -> Response:
    """Give the meeting another code."""
    return _act(id, lambda: meeting_leading.change_code(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/rounds/<id>/meeting/end")
@web.rule(Action.LEAD_MEETING)
def end_meeting(region: str, id: str) -> Response:
    """End the meeting."""
    return _act(id, lambda: meeting_leading.end(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/rounds/<id>/meeting/door")
@web.rule(Action.LEAD_MEETING)
def set_meeting_door(region: str, id: str) -> Response:
    """Let no more guests in, or let them in again."""
    closed = bool(web.form("closed", "key")["closed"])
    return _act(id, lambda: meeting_leading.set_door(web.workspace(), web.me(), id, closed=closed, once=web.once()))


@blueprint.post("/rounds/<id>/meeting/result")
@web.rule(Action.LEAD_MEETING)
def reveal(region: str, id: str) -> Response:
    """Let the wall show how the round stands, or no longer. From the wall, back to the wall."""
    typed = web.form("revealed", "wall", "key")
    revealed = bool(typed["revealed"])
    to = url_for("rounds.wall", region=region, id=id, measure=typed["wall"]) if typed["wall"] else ""
    return _act(
        id, lambda: meeting_leading.reveal(web.workspace(), web.me(), id, revealed=revealed, once=web.once()), to
    )


@blueprint.post("/rounds/<id>/meeting/guests/<guest>/removal")
@web.rule(Action.LEAD_MEETING)
def remove_guest(region: str, id: str, guest: str) -> Response:
    """Take a guest out of the meeting."""
    typed = web.form("why", "key") | {"guest": guest}
    return _act(
        id,
        lambda: meeting_leading.remove_guest(web.workspace(), web.me(), id, guest, typed["why"], once=web.once()),
        typed=typed,
    )


@blueprint.post("/rounds/<id>/meeting/hands")
@web.rule(Action.LEAD_MEETING)
def count_hands(region: str, id: str) -> Response:
    """Enter hands that were counted in the room."""
    round_ = service.get(web.workspace(), web.me(), id)
    fields = {str(step.value): f"hands-{step.value}" for step in round_.scale}
    typed = web.form("measure", "group", "source", *fields.values(), "key")
    hands = {value: typed[name] for value, name in fields.items()}

    def act() -> object:
        return meeting_hands.count_hands(
            web.workspace(), web.me(), id, typed["measure"], typed["group"], hands, typed["source"], once=web.once()
        )

    to = url_for("rounds.meeting_page", region=region, id=id, measure=typed["measure"])
    return _act(id, act, f"{to}#hands", typed)


@blueprint.post("/rounds/<id>/meeting/hands/<count>/withdrawal")
@web.rule(Action.LEAD_MEETING)
def withdraw_hands(region: str, id: str, count: str) -> Response:
    """Take a count of hands back."""
    to = url_for("rounds.meeting_page", region=region, id=id, measure=web.form("measure")["measure"])
    return _act(
        id, lambda: meeting_hands.take_back(web.workspace(), web.me(), id, count, once=web.once()), f"{to}#hands"
    )


# -- The wall --


@blueprint.get("/rounds/<id>/wall")
@web.rule(Action.READ_ROUND)
def wall(region: str, id: str) -> Response:
    """What the projector shows: a measure (`?measure=`), or all of them (`?overview=1`).

    With `?seen=` of the newest state: 204, before anything is counted.
    """
    parts, me = web.workspace(), web.me()
    asked: dict[str, Any] = {name: request.args[name] for name in ("measure", "overview") if request.args.get(name)}
    round_ = service.get(parts, me, id)
    if web.is_htmx() and request.args.get("seen") == str(round_.version):
        return Response(status=204)
    found = meeting_wall.wall(parts, me, id, asked.get("measure", ""))
    context = {
        "wall": found,
        "round": found.round,
        "overview": meeting_wall.overview(parts, me, id) if "overview" in asked else (),
        "again": url_for("rounds.wall", region=region, id=id, **asked),
        "asking": url_for("rounds.wall", region=region, id=id, seen=found.round.version, **asked),
        "round_names": names,
        "names": region_names,
        "scale": found.round.scale,
        "today": text.day(parts.now(), "d. MMMM"),
        **way_in(found.round.code),
    }
    return web.answer("rounds/_wall.html" if web.is_htmx() else "rounds/wall.html", **context)
