"""Addresses of a meeting for phones: in by the code, then one measure at a time. No account is needed.

Whose phone it is stands in its signed cookie, by the code it came in with. Nothing outside these addresses looks there:
everywhere else a guest is a stranger.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, g, redirect, request, session, url_for

from workspace import markup, web
from workspace.access import Action, Actor, can
from workspace.accounts import limits
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.measures import names as measure_names
from workspace.regions import names as region_names
from workspace.regions import service as regions
from workspace.rounds import answering, meeting, meeting_guests, names, service
from workspace.rounds.answer_routes import stepped
from workspace.rounds.meeting_guests import Door

blueprint = Blueprint("meetings", __name__, url_prefix="/m")

_OPEN = "the code of a meeting is its own key"


# -- Who is at the phone --


def _place_of(code: str) -> str:
    """What the cookie says of a meeting: «region/round/guest», "" for nothing."""
    return str(session.get(f"meeting:{code}", ""))


def _guest(code: str) -> Actor | None:
    """The guest of this meeting whose phone it is. A guest stays one when the meeting gets another code."""
    kept = _place_of(code).split("/")
    return meeting_guests.guest_actor(web.workspace(), *kept) if len(kept) == 3 else None


def _let_in(code: str, region: str, round_id: str, guest_id: str) -> None:
    session[f"meeting:{code}"] = f"{region}/{round_id}/{guest_id}"
    session.permanent = g.get("person") is None  # a phone that is put away comes back as the same guest


def _known_by_an_older_code(code: str, found: Door) -> Actor | None:
    """The guest who came to the same meeting by the code it had before, now known by this one too."""
    start = f"{found.region}/{found.round.id}/"
    for name, value in list(session.items()):
        if name.startswith("meeting:") and str(value).startswith(start):
            _let_in(code, *str(value).split("/"))
            return _guest(code)
    return None


def _door(code: str) -> Door:
    """Where a code leads. Raises NotFound, and TooManyAttempts for an address that has guessed too often.

    A phone that came in by the code guesses nothing when the meeting is over.
    """
    parts, address = web.workspace(), request.remote_addr or ""
    limits.check_codes(parts, address)
    try:
        return meeting_guests.door(parts, code)
    except NotFound:
        if not _place_of(code):
            limits.count_wrong_code(parts, address)
        raise


# -- Coming in --


@blueprint.get("/")
@web.public(_OPEN)
def find() -> Response:
    """Where one types the code of a meeting (`?code=`)."""
    code = meeting.clean_code(request.args.get("code", ""))
    if code:
        return cast(Response, redirect(url_for("meetings.door", code=code), 303))
    return web.answer("rounds/meeting_find.html", meeting_code="", errors={})


@blueprint.get("/<code>")
@web.public(_OPEN)
def door(code: str) -> Response:
    """Into a meeting: a guest to the measures, a member to their own page, anybody else to the choice of a group."""
    cleaned = meeting.clean_code(code)
    if not cleaned:
        return cast(Response, redirect(url_for("meetings.find"), 303))
    if cleaned != code:
        return cast(Response, redirect(url_for("meetings.door", code=cleaned), 303))
    guest = _guest(code)
    if guest is not None:
        return _phone(code, guest)
    try:
        found = _door(code)
    except NotFound as wrong:
        return web.answer("rounds/meeting_find.html", 404, meeting_code=code, errors={"code": wrong.message})
    own = _page_of_a_member(found)
    if own:
        return cast(Response, redirect(own, 303))
    guest = _known_by_an_older_code(code, found)
    return _phone(code, guest) if guest is not None else _join_page(code, found)


def _page_of_a_member(found: Door) -> str:
    """Where somebody who is signed in answers, or follows; "" for a stranger to the region."""
    person = g.get("person")
    if person is None:
        return ""
    parts = web.workspace()
    member = regions.actor_in(parts, person, found.region)
    if not can(member, Action.READ_ROUND, found.round):
        return ""
    endpoint = "rounds.phone" if service.has_part(parts, member, found.round) else "rounds.page"
    return url_for(endpoint, region=found.region, id=found.round.id)


def _join_page(code: str, found: Door, status: int = 200, **context: Any) -> Response:
    parts = web.workspace()
    was_removed = bool(_place_of(code))
    refused = _REMOVED if was_removed else meeting.why_not_join(found.round, parts.now())
    return web.answer(
        "rounds/meeting_join.html",
        status,
        meeting_code=code,
        round=found.round,
        place=regions.region_of(parts, found.region).name,
        places=meeting_guests.places(parts, found),
        municipalities=meeting_guests.municipalities(parts, found),
        refused=refused,
        now=parts.now(),
        group_name=region_names.group,
        **context,
    )


_REMOVED = _("Du er tatt ut av møtet. Snakk med prosesslederen.")


@blueprint.post("/<code>/guests")
@web.public(_OPEN)
def join(code: str) -> Response:
    """Take part as a guest. From a phone that does so already, on to the measures."""
    typed = web.form("place", "municipality", "name", "key")
    if _guest(code) is None:
        found = _door(code)
        if _known_by_an_older_code(code, found) is None:
            if _place_of(code):
                return _join_page(code, found, 403)
            try:
                made = meeting_guests.join(
                    web.workspace(), code, typed["place"], typed["municipality"], typed["name"], once=web.once()
                )
            except Invalid as refused:
                return _join_page(code, found, 422, errors=refused.errors, typed=typed)
            except Conflict:
                return _join_page(code, _door(code), 409)
            _let_in(code, found.region, found.round.id, made.id)
    return web.done(url_for("meetings.phone", code=code))


# -- Answering --


@blueprint.get("/<code>/answer")
@web.public(_OPEN)
def phone(code: str) -> Response:
    """One measure at a time: `?measure=`, else the first that is not answered. Strangers to the door."""
    guest = _guest(code)
    if guest is None:
        return cast(Response, redirect(url_for("meetings.door", code=meeting.clean_code(code)), 303))
    return _phone(code, guest, request.args.get("measure", ""), saved=bool(request.args.get("saved")))


def _phone(code: str, guest: Actor, measure_id: str = "", status: int = 200, **context: Any) -> Response:
    """The guest's page, or for htmx what stands on it."""
    parts = web.workspace()
    turn = meeting_guests.turn(parts, guest, measure_id)
    return web.answer(
        "rounds/_meeting_phone.html" if web.is_htmx() else "rounds/meeting_phone.html",
        status,
        meeting_code=code,
        me=guest,
        turn=turn,
        round=turn.round,
        measure=turn.measure,
        own=turn.own,
        rendered=markup.render(turn.measure.text) if turn.measure else None,
        points_left=turn.points_left,
        may_answer=turn.round.is_open(parts.now()),
        is_preview=True,  # no links into the region: a guest is a stranger there
        scale=turn.round.scale,
        round_names=names,
        measure_names=measure_names,
        voices=(),
        on_behalf_of="",
        now=parts.now(),
        **context,
    )


@blueprint.post("/<code>/measures/<measure>/answers")
@web.public(_OPEN)
def answer(code: str, measure: str) -> Response:
    """Take a standpoint, and on to the next measure. What is refused comes back as it was."""
    typed = web.form("value", "reason", "conditional", "step", "read", "key")
    guest = _guest(code)
    if guest is None:
        raise Conflict(_("Telefonen er ikke lenger med i møtet. Bli med på nytt, og svar en gang til."))
    if typed["step"]:
        return _stepped(code, guest, measure, typed)
    try:
        answering.answer(
            web.workspace(), guest, guest.round, measure, typed["value"], typed["reason"],
            conditional=bool(typed["conditional"]), channel="meeting", read=web.number(typed["read"] or "0"),
            once=web.once(),
        )  # fmt: skip
    except Invalid as refused:
        if "measure" in refused.errors:
            raise
        return _phone(code, guest, measure, 422, errors=refused.errors, typed=typed)
    except Conflict as late:
        return _phone(code, guest, measure, 409, errors={"value": late.message}, typed=typed | {"read": ""})
    if web.is_htmx():
        return _phone(code, guest, saved=True)
    return web.done(url_for("meetings.phone", code=code, saved=1))


def _stepped(code: str, guest: Actor, measure: str, typed: dict[str, Any]) -> Response:
    """The form with a point more or less in it. Nothing is stored before it is sent."""
    most = service.get(web.workspace(), guest, guest.round).most_points
    typed = typed | {"value": stepped(typed["value"], typed["step"], most)}
    response = _phone(code, guest, measure, typed=typed)
    response.headers["HX-Reswap"] = "outerMorph"  # where the finger is, it stays
    return response
