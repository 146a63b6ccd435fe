"""Addresses of the room search."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for

from workspace import clean, web
from workspace.access import Action
from workspace.comments import addresses
from workspace.documents import names as document_names
from workspace.regions import service as regions
from workspace.search import analysis, asking, facets, names, service
from workspace.search.port import Entry, Group, Hit

blueprint = web.room("search", __name__, "/search")

PAGE = 10  # groups of hits on a page
MOST_PAGES = 50
LONGEST = 200  # characters of a question
MOST_OTHERS = 6  # other forms of the words that are named


@blueprint.get("")
@web.rule(Action.SEARCH)
def page(region: str) -> Response:
    """The search page: the field, what was found, and what to narrow it by."""
    municipalities = {one.id: one.name for one in regions.municipalities(web.workspace(), web.me())}
    asked = _asked(municipalities)
    number = min(web.page_number(), MOST_PAGES)
    found, advice = service.search_with_advice(
        web.workspace(), web.me(), **asked, offset=(number - 1) * PAGE, limit=PAGE, gather=True, counts=True
    )
    inflected, alike = _others(asked["words"], found.groups)
    is_asked = bool(asked["words"] or asked["filters"] or asked["sort"])
    return web.answer(
        "search/page.html",
        **asked,
        is_asked=is_asked,
        found=found,
        advice=advice,
        page=number,
        pages=min(-(-found.groups_total // PAGE), MOST_PAGES),
        searchable=asking.read(asked["words"]).stems(),
        lettered=any(sign.isalnum() for sign in asked["words"]),
        facets=facets.shown(found.facets, asked["filters"], municipalities),
        chips=_chips(asked, municipalities),
        municipalities=municipalities,
        used_in=service.used_in(web.workspace(), web.me(), [group.hits[0].entry.id for group in found.groups]),
        gathered=[names.several(kind, found.gathered[kind]) for kind in facets.KINDS if kind in found.gathered],
        inflected=inflected,
        alike=alike,
        names=names,
        document_names=document_names,
        thing=_thing,
        place=_place,
        dated=_dated,
        address=lambda **changes: _address(asked | changes),
        kept=lambda *names: _kept(asked, names),
    )


@blueprint.get("/titles")
@web.rule(Action.SEARCH)
def titles(region: str) -> Response:
    """Titles that fit what is being typed in the search field, as a list of links to stand under it."""
    typed = clean.clean_line(request.args.get("q", "")[:LONGEST])
    found = service.titles(web.workspace(), web.me(), typed)
    return web.answer(
        "search/_titles.html",
        entries=found,
        typed=typed,
        names=names,
        htmx=web.is_htmx(),
        place=lambda entry: _thing(Hit(entry=entry)),
    )


def _asked(municipalities: dict[str, str]) -> dict[str, Any]:
    """What is asked for, from the address. What makes no sense there is passed over."""
    return {
        "words": clean.clean_line(request.args.get("q", "")[:LONGEST]),
        "filters": facets.read(request.args, municipalities),
        "sort": "date" if request.args.get("sort") == "date" else "",
        "inside": request.args.get("inside") == "1",
    }


def _query(asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked for, as the query of an address; what is empty goes away."""
    rest = {name: value for name, value in asked.items() if name not in {"words", "filters", "inside"}}
    query = {"q": asked["words"], **asked["filters"], **rest, "inside": "1" if asked["inside"] else ""}
    return {name: value for name, value in query.items() if value}


def _address(asked: dict[str, Any]) -> str:
    """This page's address, asking so."""
    return url_for("search.page", region=web.me().region, **_query(asked))


def _kept(asked: dict[str, Any], left_out: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a form keeps of what is asked for beside its own fields, as (name, value) pairs."""
    query = {name: value for name, value in _query(asked).items() if name not in left_out}
    return [(name, one) for name, value in query.items() for one in ([value] if isinstance(value, str) else value)]


def _chips(asked: dict[str, Any], municipalities: dict[str, str]) -> list[tuple[str, str]]:
    """Each filter in use, in words, with the address of the page without it."""
    chips = []
    for facet, values in asked["filters"].items():
        for value in values:
            rest = {facet: tuple(other for other in values if other != value)}
            text = facets.text(facet, value, municipalities)
            chips.append((text, _address(asked | {"filters": asked["filters"] | rest})))
    return chips


def _others(words: str, groups: tuple[Group, ...]) -> tuple[list[str], list[str]]:
    """What else was looked for, as it stands in what is shown: other forms of the words, and words like them."""
    typed = {word.strip('.,;:!?"«»+()').lower() for word in words.split()}
    stems = asking.read(words).stems()
    marked = (text.lower() for group in groups for hit in group.hits for text, is_match in hit.passage if is_match)
    forms: list[str] = []
    alike: list[str] = []
    for text in dict.fromkeys(marked):
        if text not in typed:
            (alike if stems.isdisjoint(word.stem for word in analysis.words(text)) else forms).append(text)
    return forms[:MOST_OTHERS], alike[:MOST_OTHERS]


def _thing(hit: Hit, words: str = "") -> str:
    """The address of what was found, at the place in it."""
    entry, region = hit.entry, web.me().region
    if entry.kind == "comment":
        about = entry.parent if ":" in entry.parent else f"document:{entry.parent}"
        return addresses.reading(about, entry.page, entry.id)
    if entry.kind in _PAGES:
        endpoint, name = _PAGES[entry.kind]
        named: dict[str, Any] = {name: entry.id}
        return url_for(endpoint, region=region, **named)
    if entry.page:
        return _place(entry, words)
    return url_for("comments.reading", region=region, id=entry.id, q=words or None, _anchor=hit.anchor or None)


_PAGES = {
    "measure": ("rounds.measure", "id"),
    "opportunity": ("opportunities.page", "id"),
    "outcome": ("rounds.page", "id"),
    "answer": ("hearings.answer", "answer"),
}


def _place(entry: Entry, words: str) -> str:
    """The address of a page of a file, with the words to be marked there.

    It is shown from its top, with its title and number in sight: the words are marked in the text and in the picture.
    """
    query: dict[str, Any] = {"page": entry.page or None, "q": words or None, "_anchor": entry.section or None}
    return url_for("comments.reading", region=web.me().region, id=entry.id, **query)


def _dated(text: str) -> date | None:
    """A date from an entry, None for one that is not whole."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
