"""Addresses of the room documents. The reading page, with its threads, is in the room comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request, url_for

from workspace import clean, markup, text, web
from workspace.access import Action
from workspace.documents import names, service, templates
from workspace.documents.counting import FACETS
from workspace.documents.model import KINDS, LANGUAGES, Document, split_tags
from workspace.errors import Invalid
from workspace.regions import service as regions
from workspace.translation import gettext

blueprint = web.room("documents", __name__, "/documents")

FORM_LIMIT = 4 * 1024 * 1024  # bytes: a text of 1 MiB grows when it is sent as a form
FIELDS = ("title", "text", "kind", "language", "audience", "tags", "value_chain", "date", "version", "number", "note")


@blueprint.url_value_preprocessor
def _allow_long_texts(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for these addresses only. It must come before CSRF protection, which reads the form."""
    if request.method == "POST":
        request.max_content_length = FORM_LIMIT
        request.max_form_memory_size = FORM_LIMIT


@blueprint.get("/")
@web.rule(Action.READ_DOCUMENT)
def listing(region: str) -> Response:
    """The list of documents, with filters in the address."""
    filters = {facet: [clean.clean_line(value) for value in request.args.getlist(facet)] for facet in FACETS}
    order = request.args.get("order", "changed_at")
    found = service.listing(web.workspace(), web.me(), filters, order=order, page=web.page_number())
    municipalities = regions.municipalities(web.workspace(), web.me())
    return web.answer(
        "documents/listing.html",
        found=found,
        filters=filters,
        active=_active(filters, {municipality.id: municipality.name for municipality in municipalities}),
        order=order,
        kinds=KINDS,
        languages=LANGUAGES,
        municipalities=municipalities,
        document_names=names,
        templates=templates.all_templates(),
        address=_address,
        threads=current_app.extensions["threads_of"]([document.id for document in found.documents]),
    )


def _active(filters: dict[str, list[str]], municipalities: dict[str, str]) -> list[tuple[str, str]]:
    """Each filter in use, in words, with the address of the list without it."""
    words: dict[str, Callable[[str], str]] = {
        "unreadable": lambda value: gettext("Tekst kan ikke leses"),
        "kind": names.kind,
        "language": lambda value: text.as_sentence(names.language(value)),
        "municipality": lambda number: municipalities.get(number, number),
        "value_chain": str,
    }
    return [
        (words[facet](value), _address(**{facet: [other for other in values if other != value]}))
        for facet, values in filters.items()
        for value in values
        if value
    ]


def _address(**changes: Any) -> str:
    """This list's address with some of its query changed; None takes a part away."""
    query: dict[str, Any] = {key: request.args.getlist(key) for key in request.args}
    query.pop("page", None)
    query |= changes
    kept = {key: value for key, value in query.items() if value not in (None, [], "")}
    return url_for("documents.listing", region=web.me().region, **kept)


@blueprint.get("/new")
@web.rule(Action.WRITE_DOCUMENT)
def new(region: str) -> Response:
    """The form for a new document, from a template where one is named."""
    kind = request.args.get("kind", "note")
    return show_form({"kind": kind, "text": templates.text_of(kind), "language": "nb", "audience": "region"})


@blueprint.post("/")
@web.rule(Action.WRITE_DOCUMENT)
def create(region: str) -> Response:
    """Make a document."""
    typed = web.form(*FIELDS, "key", many=("municipalities",))
    if request.form.get("preview"):
        return show_form(typed)
    try:
        note = clean.clean_line(typed["note"])
        document = service.create(web.workspace(), web.me(), note, once=web.once(), **fields_of(typed))
    except Invalid as refused:
        return show_form(typed, 422, errors=refused.errors)
    return web.done(url_for("comments.reading", region=region, id=document.id))


@blueprint.get("/<id>/edit")
@web.rule(Action.WRITE_DOCUMENT)
def edit(region: str, id: str) -> Response:
    """The form to change a document."""
    document = service.get(web.workspace(), web.me(), id)
    return show_form(_typed_as(document), document=document)


@blueprint.post("/preview")
@web.rule(Action.WRITE_DOCUMENT)
def preview(region: str) -> Response:
    """What a text will look like."""
    return web.answer("documents/_preview.html", rendered=markup.render(web.form("text")["text"]))


def _typed_as(document: Document) -> dict[str, Any]:
    typed = {name: getattr(document, name, "") for name in FIELDS}
    typed["text"] = "" if document.unit else document.text  # the pages of a file are not written here
    return typed | {"tags": ", ".join(document.tags), "municipalities": document.municipalities, "note": ""}


def fields_of(typed: dict[str, Any]) -> dict[str, Any]:
    """What a document is to be, from the form as typed. Raises Invalid for an audience that is none."""
    return {
        "title": clean.clean_line(typed["title"]),
        "text": typed["text"],
        "kind": typed["kind"],
        "language": typed["language"],
        "audience": service.audience(typed["audience"]),
        "tags": split_tags(clean.clean_line(typed["tags"])),
        "municipalities": typed["municipalities"],
        "value_chain": clean.clean_line(typed["value_chain"]),
        "date": typed["date"],
    }


def show_form(typed: dict[str, Any], code: int = 200, document: Document | None = None, **context: Any) -> Response:
    """The form with what was typed, and how it will look."""
    try:
        rendered = markup.render(typed["text"])
    except Invalid as refused:
        rendered, code = None, refused.status if code == 200 else code
        context["errors"] = refused.errors | context.get("errors", {})
    return web.answer(
        "documents/form.html",
        code,
        typed=typed,
        document=document,
        rendered=rendered,
        kinds=KINDS,
        languages=LANGUAGES,
        document_names=names,
        municipalities=regions.municipalities(web.workspace(), web.me()),
        **context,
    )
