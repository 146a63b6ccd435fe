"""Addresses of the room accounts: signing in and out, one-time links, and one's own page."""

from __future__ import annotations

import io
import ipaddress
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, send_file, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from workspace import mail, web
from workspace.access import Actor
from workspace.accounts import limits, links, service
from workspace.accounts.model import Person, Session
from workspace.errors import Conflict, Invalid, NotFound

blueprint = Blueprint("accounts", __name__)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps in its cookie: the token of a session of ours, which can be ended from here."""

    def __init__(self, token: str, person: Person, session: Session) -> None:
        self.token = token
        self.person = person
        self.session = session

    def get_id(self) -> str:
        """The session's token."""
        return self.token


def _load(token: str) -> SignedIn | None:
    found = service.signed_in_person(web.workspace(), token)
    if found is None or (found[1].demo and not may_step_in()):
        return None
    return SignedIn(token, *found)


def may_step_in() -> bool:
    """Whether this request may step in as somebody of the demo: in demo mode, from this machine, past no proxy.

    A proxy on this machine would make the whole world look local, so any header that tells of one ends it: in every
    spelling, because waitress lets `X_Forwarded_For` through beside `X-Forwarded-For`.
    """
    settings = web.workspace().config
    if not settings.demo or settings.proxies or "werkzeug.proxy_fix.orig" in request.environ:
        return False
    headers = {key.replace("_", "").replace("-", "").upper() for key in request.environ}
    if any(part in header for header in headers for part in _SIGNS_OF_A_PROXY):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


_SIGNS_OF_A_PROXY = ("FORWARDED", "REALIP", "CLIENTIP", "HTTPVIA", "CONNECTINGIP")


def init_app(app: Flask) -> None:
    """Connect Flask-Login, and recognise who asks before each request."""
    manager = LoginManager()
    manager.session_protection = None  # addresses of phones change; our sessions live on the server
    manager.user_loader(_load)
    manager.init_app(app)
    app.extensions.setdefault("place_words", lambda person_id: ())  # the room regions knows better
    app.extensions.setdefault("on_profile", dict)  # and this
    app.jinja_env.globals["has_shortcuts"] = has_shortcuts
    app.before_request(recognise)


def recognise() -> None:
    """Set who asks, outside any region. The room regions then says who they are in the region of the address."""
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    g.person = person = current_user.person
    g.actor = Actor(person=person.id, name=person.name, locale=person.locale)


def has_shortcuts() -> bool:
    """Whether keys of one letter do something for the one who asks."""
    person = g.get("person")
    return person is None or person.shortcuts


def enter(token: str) -> None:
    """Let the browser in with a new session. What the cookie held before is gone (session fixation)."""
    user = _load(token)
    if user is not None:
        _end_session_before()
        session.clear()
        login_user(user)


def _end_session_before() -> None:
    if current_user.is_authenticated:
        service.sign_out(web.workspace(), current_user.token)


def device() -> str:
    """The browser and system of this request in a few words, so that people know their sessions apart."""
    agent = request.user_agent.string
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def _page(code: int = 200, **context: Any) -> Response:
    target = web.safe_next(request.values.get("next", ""))
    is_mailed = mail.is_on(web.workspace().config)
    return web.answer("accounts/sign_in.html", code, target=target, is_mailed=is_mailed, **context)


@blueprint.get("/sign-in")
@web.public("everybody starts here")
def sign_in() -> Response:
    """The page to sign in on."""
    return _page()


@blueprint.post("/sign-in")
@web.public("everybody starts here")
def start() -> Response:
    """Sign in with e-mail and password, or ask for a link instead."""
    typed = web.form("email", "password", "next", "link")
    parts, address = web.workspace(), request.remote_addr or ""
    try:
        if typed["link"]:
            links.ask_for_link(parts, typed["email"], address)
            is_mailed = mail.is_on(parts.config)
            return web.answer("accounts/link_asked.html", email=typed["email"], is_mailed=is_mailed)
        token = service.sign_in(parts, typed["email"], typed["password"], address, device=device())
    except Invalid as refused:
        return _page(422, errors=refused.errors, email=typed["email"])
    enter(token)
    return web.done(web.safe_next(typed["next"]))


@blueprint.post("/sign-out")
@web.signed_in("one signs out of the house, not of a region")
def sign_out() -> Response:
    """End this session."""
    service.sign_out(web.workspace(), current_user.token)
    return _left()


@blueprint.post("/sign-out-everywhere")
@web.signed_in("one signs out of the house, not of a region")
def sign_out_everywhere() -> Response:
    """End all one's sessions."""
    service.sign_out_everywhere(web.workspace(), current_user.person.id)
    return _left()


def _left() -> Response:
    logout_user()
    response = cast(Response, redirect(url_for("accounts.sign_in"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/sign-in/<token>")
@web.public("a one-time link is its own key")
def link(token: str) -> Response:
    """Ask before a sign-in link is used up: mail programs open links by themselves."""
    try:
        found = links.link_behind(web.workspace(), token, "sign-in")
    except NotFound as spent:
        return web.answer("accounts/spent_link.html", 404, text=spent.message)
    return web.answer("accounts/link.html", link=found, token=token)


@blueprint.post("/sign-in/<token>")
@web.public("a one-time link is its own key")
def use_link(token: str) -> Response:
    """Sign in with a one-time link."""
    try:
        enter(links.sign_in_by_link(web.workspace(), token, device=device()))
    except (NotFound, Conflict) as spent:
        return web.answer("accounts/spent_link.html", spent.status, text=spent.message)
    return web.done("/")


@blueprint.get("/profile")
@web.signed_in("one's own page")
def profile() -> Response:
    """One's own page: name, sessions, password, looks, data."""
    return profile_page()


def profile_page(code: int = 200, **context: Any) -> Response:
    """The page, also for rooms that have a form on it."""
    sessions = service.sessions_of(web.workspace(), current_user.person.id)
    return web.answer(
        "accounts/profile.html",
        code,
        person=current_user.person,
        sessions=sessions,
        current=current_user.session.id,
        demo_mode=may_step_in(),
        now=web.workspace().now(),
        is_mailed=mail.is_on(web.workspace().config),
        **current_app.extensions["on_profile"](),
        **context,
    )


@blueprint.post("/profile/password")
@web.signed_in("one's own password")
def change_password() -> Response:
    """Choose a new password; other sessions end."""
    typed = web.form("password", "new_password")
    parts, person = web.workspace(), current_user.person
    try:
        service.change_password(
            parts,
            person.id,
            typed["password"],
            typed["new_password"],
            address=request.remote_addr or "",
            token=current_user.token,
            words=current_app.extensions["place_words"](person.id),
        )
    except Invalid as refused:
        return profile_page(422, errors=refused.errors)
    return web.done(url_for("accounts.profile", saved="password"))


@blueprint.post("/profile/sessions/<id>/end")
@web.signed_in("one's own sessions")
def end_session(id: str) -> Response:
    """End one of one's sessions."""
    service.end_session(web.workspace(), current_user.person.id, id)
    return web.done(url_for("accounts.profile"))


@blueprint.post("/profile/sessions/end")
@web.signed_in("one's own sessions")
def end_other_sessions() -> Response:
    """End all one's sessions but this."""
    service.sign_out_everywhere(web.workspace(), current_user.person.id, but=current_user.token)
    return web.done(url_for("accounts.profile", saved="sessions") + "#innlogging")


@blueprint.post("/profile/looks")
@web.signed_in("one's own choice")
def looks() -> Response:
    """Choose light or dark, or the language of the screens. Cookies that are strictly necessary for that choice."""
    typed = web.form("color_scheme", "locale")
    response = web.done(url_for("accounts.profile", saved="looks"))
    if typed["locale"]:
        try:
            service.choose_locale(web.workspace(), current_user.person.id, typed["locale"])
        except Invalid as refused:
            return profile_page(422, errors=refused.errors)
        _remember(response, "locale", typed["locale"])
    if typed["color_scheme"]:
        scheme = typed["color_scheme"] if typed["color_scheme"] in {"light", "dark"} else "auto"
        _remember(response, "color_scheme", scheme)
    return response


@blueprint.post("/profile/shortcuts")
@web.signed_in("one's own choice")
def shortcuts() -> Response:
    """Turn keys of one letter on or off."""
    service.choose_shortcuts(web.workspace(), current_user.person.id, web.form("shortcuts")["shortcuts"] == "on")
    return web.done(url_for("accounts.profile", saved="shortcuts") + "#hurtigtaster")


@blueprint.get("/profile/data")
@web.signed_in("what one has written and answered oneself")
def data() -> Response:
    """All that one has written and answered, as one file."""
    limits.count(web.workspace(), f"data {current_user.person.id}", request.remote_addr or "")
    content = current_app.extensions["own_data"](web.workspace(), current_user.person)
    name = f"regionrom-{web.workspace().now():%Y-%m-%d}.json"
    answer = send_file(io.BytesIO(content), mimetype="application/json", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _remember(response: Response, name: str, value: str) -> None:
    secure = web.workspace().config.secure
    response.set_cookie(name, value, max_age=365 * 86400, httponly=True, samesite="Lax", secure=secure)
