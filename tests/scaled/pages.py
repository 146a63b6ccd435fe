"""What the pages show, read as the checker wants it."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.scaled.browser import Browser
from tests.scaled.seed import Plan

_STATE = re.compile(r'<span class="ds-tag" data-color="\w+">(Åpen|Lukket|Avsluttet)</span>')
_ANSWERED = re.compile(r'<p class="stor">(\d+) <span class="dempet liten">av ')
_COLUMN = re.compile(r'<th scope="col" class="kom(?: egen)?"><span>([^<]*)</span></th>')
_ROW = re.compile(r'<tr id="row-\w+"><th scope="row"><a href="/r/[^/]+/measures/(\w+)">(.*?)</tr>', re.DOTALL)
_CELL = re.compile(r'<td(?: class="egen")?><span class="st v(\w)')
_OUTCOME = re.compile(r'<span class="liten sterk">([^<]*)')
_COMMENT = re.compile(r"<p>(Kommentar \w{26})</p>")


def round_of(text: str, names: dict[str, str]) -> dict[str, Any]:
    """The state of a round, from its page. Raises ValueError for a page that is not one."""
    state, answered = _STATE.search(text), _ANSWERED.search(text)
    columns = [names[html.unescape(name)] for name in _COLUMN.findall(text)]
    if state is None or answered is None or not columns:
        raise ValueError("not the page of a round")
    counted: list[list[Any]] = []
    outcomes = {}
    for measure, row in _ROW.findall(text):
        values = _CELL.findall(row)
        if len(values) != len(columns):
            raise ValueError(f"{len(values)} cells under {len(columns)} columns")
        counted += [[measure, voter, int(value)] for voter, value in zip(columns, values, strict=True) if value != "x"]
        outcomes[measure] = _OUTCOME.findall(row)[-1]
    return {"closed": state[1] != "Åpen", "counted": counted, "answered": int(answered[1]), "outcomes": outcomes}


def final(browser: Browser, plan: Plan) -> dict[str, Any]:
    """What one server shows at the end: every round, and the comments of every document."""
    rounds = {id: round_of(browser.get(f"/r/{plan.slug}/rounds/{id}").text, plan.names) for id in plan.rounds}
    comments: list[str] = []
    for id in plan.documents:
        comments += _COMMENT.findall(browser.get(f"/r/{plan.slug}/documents/{id}?open=all").text)
    return {"rounds": rounds, "comments": comments}
