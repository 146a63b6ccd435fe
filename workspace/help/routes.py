"""Addresses of the room help. All are public: who can't sign in needs help too."""

from __future__ import annotations

import hashlib
import io

from flask import Blueprint, Response, g, send_file

from workspace import web
from workspace.help import guide
from workspace.regions import service as regions

blueprint = Blueprint("help", __name__)

_OPEN = "the guide says nothing of any region or person"
_STATEMENT = "what is kept of people, and how usable the pages are, is for everybody to read"


@blueprint.get("/help/")
@web.public(_OPEN)
def index() -> Response:
    """The first page of the guide; where it was left out, what there is besides."""
    pages = guide.contents()
    return web.answer("help/page.html", pages=pages, page=pages[0]) if pages else web.answer("help/missing.html")


@blueprint.get("/help/<name>")
@web.public(_OPEN)
def page(name: str) -> Response:
    """A page of the guide."""
    return web.answer("help/page.html", pages=guide.contents(), page=guide.page(name))


@blueprint.get("/help/keys")
@web.public(_OPEN)
def keys() -> Response:
    """The keys that do something."""
    return web.answer("help/keys.html", pages=guide.contents())


@blueprint.get("/help/bilder/<name>")
@web.public(_OPEN)
def picture(name: str) -> Response:
    """A picture of the guide, kept by browsers for an hour and then asked for by its tag."""
    drawn = guide.picture_path(name).read_bytes()
    answer = send_file(io.BytesIO(drawn), mimetype="image/webp", etag=hashlib.sha256(drawn).hexdigest())
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@blueprint.get("/privacy")
@web.public(_STATEMENT)
def privacy() -> Response:
    """What is kept of people, and who is responsible: by name, for those who are in a region."""
    person = g.get("person")
    mine = regions.regions_of(web.workspace(), person.id) if person else []
    return web.answer(
        "help/privacy.html", pages=guide.contents(), regions=mine, is_sent=bool(web.workspace().config.smtp_url)
    )


@blueprint.get("/accessibility")
@web.public(_STATEMENT)
def accessibility() -> Response:
    """What is tested, what is known not to work, and whom to tell."""
    return web.answer("help/accessibility.html", pages=guide.contents())
