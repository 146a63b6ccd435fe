"""What the rooms' routes share: who is asking, reading a form, answering, and the page for what went wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable, SecurityError

from workspace import access
from workspace.access import NOBODY, Action, Actor
from workspace.clean import clean_text
from workspace.errors import BadRequest, Forbidden, Message, NotFound, TooManyAttempts, Unavailable, WorkspaceError, _
from workspace.once import Once, digest_of
from workspace.parts import Workspace
from workspace.translation import gettext

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()


def workspace() -> Workspace:
    """The parts this application was put together from."""
    return cast(Workspace, current_app.extensions["workspace"])


def me() -> Actor:
    """Who is asking: as a member of the region in the address, or outside any region."""
    return cast(Actor, g.get("actor", NOBODY))


def is_htmx() -> bool:
    """Whether the answer goes into a page that is already there.

    htmx-flask also says yes for boosted links and for history restores, which need the whole page.
    """
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


# -- Rules: every route carries one, and a route without one never answers --


def rule(action: Action) -> Callable[[View], View]:
    """Say which action a route of a region is. Roles that never may do it get 403 before the service is asked."""

    def mark(view: View) -> View:
        view.rule = action  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Say that a route is open to anybody, and why."""

    def mark(view: View) -> View:
        view.rule = "public"  # type: ignore[attr-defined]
        view.reason = reason  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(reason: str) -> Callable[[View], View]:
    """Say that a route is for anybody who is signed in, and why it belongs to no region."""

    def mark(view: View) -> View:
        view.rule = "signed in"  # type: ignore[attr-defined]
        view.reason = reason  # type: ignore[attr-defined]
        return view

    return mark


def room(name: str, import_name: str, path: str = "") -> Blueprint:
    """The blueprint of a room inside a region: its addresses begin with /r/<region>/<path>."""
    return Blueprint(name, import_name, url_prefix=f"/r/<region>{path}")


# -- Forms --


def form(*names: str, many: tuple[str, ...] = ()) -> dict[str, Any]:
    """The named fields of the posted form as clean text, "" for one that is absent; fields in `many` as tuples.

    A field sent twice is a malformed request, unless it is in `many`. Fields not named are passed over.
    """
    read: dict[str, Any] = {}
    for name in names:
        values = request.form.getlist(name)
        if len(values) > 1:
            raise BadRequest(_("Feltet «%(name)s» kom to ganger.", name=name))
        read[name] = clean_text(values[0]) if values else ""
    return read | {name: tuple(clean_text(value) for value in request.form.getlist(name)) for name in many}


def once() -> Once | None:
    """What this request is known by when it is sent again: the key in its form, or for scripts `Idempotency-Key`.

    None without a key. Raises BadRequest for a key that is none.
    """
    key = request.headers.get("Idempotency-Key", "").strip('" ') or form("key")["key"]
    if not key:
        return None
    if not _KEY.fullmatch(key):
        raise BadRequest(_("Skjemaet har en nøkkel som ikke er gyldig. Åpne siden på nytt."))
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "key"}]
    files = [(name, file.filename or "", file.stream) for name, file in request.files.items(multi=True)]
    return Once(key, digest_of(key, request.path, fields, files))


_KEY = re.compile(r"[0-9A-Za-z-]{16,64}")  # ours have 26 characters, a UUID has 36


def number(text: str) -> int:
    """A whole number from a form, such as a version. Raises BadRequest for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadRequest(_("Et tall i skjemaet er ikke gyldig."))
    return int(text)


def page_number() -> int:
    """Which page of a list is asked for (`?page=`), 1 when nothing sensible is."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= 6 else 1


def safe_next(target: str) -> str:
    """Where to go after sign-in: a path of our own, else the front page (ASVS 3.7.2)."""
    is_path = target.startswith("/") and target[1:2] not in {"/", "\\"}
    is_plain = (
        not any(unicodedata.category(c) == "Cc" or c == "\\" for c in target) and "%" not in target.partition("?")[0]
    )
    return target if is_path and is_plain else "/"


# -- Answers --


def answer(template: str, code: int = 200, **context: Any) -> Response:
    """Render a page or a fragment, with an HTTP status code."""
    return make_response(render_template(template, **context), code)


def done(to: str, swap: str | None = None, **context: Any) -> Response:
    """The answer to an act: for htmx the swap that shows it, else a redirect (303) to where it is seen.

    Without a swap, htmx is told to go to the address too.
    """
    if not is_htmx():
        return cast(Response, redirect(to, 303))
    if swap is None:
        return Response(status=204, headers={"HX-Redirect": to})
    return answer(swap, **context)


def translate(message: Message | str) -> str:
    """A model's message in the reader's language."""
    if isinstance(message, str):
        return str(gettext(message))
    return str(gettext(message.text, **message.values))


# -- What went wrong --

_SILENT_FIELDS = {"csrf_token", "password", "new_password", "version", "key"}


def problem(status: int, text: str, retry_after: int | None = None) -> Response:
    """The page, or for htmx the notice, that says what went wrong. What was typed comes back with it.

    For htmx the notice goes to its own place, so that the form with its text stays as it is.
    """
    token_expired = isinstance(g.get("refusal"), CSRFError)
    typed = [] if request.method != "POST" else _typed_fields()
    if is_htmx():
        response = answer("_problem.html", status, status=status, text=text)
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        again = token_expired and bool(typed)
        response = answer("problem.html", status, status=status, text=text, typed=typed, again=again)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _typed_fields() -> list[tuple[str, str]]:
    try:
        fields = request.form.items(multi=True)
        return [(name, value) for name, value in fields if name not in _SILENT_FIELDS]
    except (HTTPException, ValueError):
        return []


def _tell(error: WorkspaceError) -> Response:
    g.refusal = error
    retry_after = error.retry_after if isinstance(error, TooManyAttempts) else None
    if isinstance(error, Unavailable):
        retry_after = 30
    return problem(error.status, translate(error.message), retry_after)


def fault_text(request_id: str) -> Message:
    """What a person is told about a fault of ours."""
    return _(
        "Noe gikk galt hos oss. Prøv igjen. Skjer det på nytt, oppgi %(id)s til den som har ansvaret.", id=request_id
    )


_HTTP_TEXTS = {
    400: _("Vi forsto ikke det som ble sendt."),
    404: NotFound.default,
    405: _("Siden kan ikke brukes slik."),
    413: _("Det du sendte, er for stort."),
    414: _("Adressen er for lang."),
    415: _("Filtypen kan ikke brukes."),
}


def _tell_http(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, SecurityError):
        # a host that is not ours: no page of ours can be made for it
        return Response("400 Bad Request\n", 400, mimetype="text/plain")
    if isinstance(error, RequestedRangeNotSatisfiable):
        # programs ask for parts of files; the answer must not be larger than what they asked for
        return Response("", 416, {"Content-Range": f"bytes */{error.length}"}, mimetype="text/plain")
    if status < 400:
        return cast(Response, error.get_response())
    if isinstance(error, CSRFError):
        g.refusal = error
        return problem(400, gettext("Skjemaet sto åpent for lenge. Teksten din er tatt vare på. Send den på nytt."))
    text = _HTTP_TEXTS.get(status, WorkspaceError.default)
    response = problem(status, translate(text))
    allow = dict(error.get_response().headers).get("Allow")
    if allow:
        response.headers["Allow"] = allow
    return response


# -- Before every request --


def _refuse_other_sites() -> None:
    """A state change must come from our own pages. The CSRF token says so too; this needs nothing in the form."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise BadRequest(_("Skjemaet ble sendt fra et annet nettsted."))


def _enforce_rule() -> Response | None:
    """Every route has a rule; one without never answers. Strangers to a region get the same 404 as for no region."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    rule_ = getattr(view, "rule", None)
    if rule_ == "public":
        return None
    if rule_ is None:
        raise Forbidden()
    if me().person is None:
        return _ask_to_sign_in()
    if isinstance(rule_, Action):
        if me().region is None:
            raise NotFound()
        access.require(me(), rule_)
    return None


def _ask_to_sign_in() -> Response:
    target = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/"
    to = url_for("accounts.sign_in", next=target)
    if is_htmx():
        return Response(status=401, headers={"HX-Redirect": to})
    if request.method in {"GET", "HEAD"}:
        return cast(Response, redirect(to, 303))
    return problem(401, gettext("Du er logget ut. Teksten står her. Logg inn i et annet vindu, og send den på nytt."))


def init_app(app: Flask) -> None:
    """Connect all this to the application. Called once, by `create_app`."""
    app.before_request(_refuse_other_sites)
    csrf.init_app(app)
    app.before_request(_enforce_rule)
    app.register_error_handler(WorkspaceError, _tell)
    app.register_error_handler(HTTPException, _tell_http)
    app.register_error_handler(RecursionError, lambda error: _tell(BadRequest()))
    app.context_processor(lambda: {"me": me(), "can": access.can, "Action": Action, "is_htmx": is_htmx()})
