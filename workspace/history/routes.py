"""Addresses of the region's log."""

from __future__ import annotations

import io
from datetime import date
from typing import NamedTuple

from flask import Response, request, send_file

from workspace import tables, text, web
from workspace.access import Action
from workspace.clean import clean_text
from workspace.comments import addresses
from workspace.history import names, service
from workspace.history.service import Line, Wanted
from workspace.pieces import url_for
from workspace.translation import gettext

blueprint = web.room("history", __name__, "/log")

_LONGEST = 200  # characters of a word that is looked for


class Asked(NamedTuple):
    """What the address asks for, as it stands in the form."""

    q: str
    who: str
    kind: str
    since: str
    until: str

    @property
    def wanted(self) -> Wanted:
        """What the service is to look for."""
        return Wanted(self.q, self.who, self.kind, _date(self.since), _date(self.until))


@blueprint.get("")
@web.rule(Action.READ_LOG)
def page(region: str) -> Response:
    """Who did what, newest first, and the look-up of a receipt."""
    parts, me, asked = web.workspace(), web.me(), _asked()
    before = _number(request.args.get("before", ""))
    number, fingerprint = request.args.get("line", "").replace(" ", ""), request.args.get("print", "")
    found = service.line_at(parts, me, _number(number), fingerprint) if number and fingerprint else None
    municipalities, members = service.people(parts, me)
    return web.answer(
        "history/page.html",
        found=service.read(parts, me, asked.wanted, before),
        asked=asked,
        is_first=not before,
        municipalities=municipalities,
        members=members,
        kinds=names.kinds(),
        address=_address,
        line=number,
        fingerprint=fingerprint,
        looked_up=bool(number and fingerprint),
        receipt=found,
    )


@blueprint.get("/log.csv")
@web.rule(Action.READ_LOG)
def export(region: str) -> Response:
    """The lines that are wanted, as CSV."""
    columns = [
        gettext(name) for name in ("Nr.", "Når", "Hvem", "Hører til", "Hva", "Om", "Standpunkt", "Fingeravtrykk")
    ]
    rows = [_row(line) for line in service.all_lines(web.workspace(), web.me(), _asked().wanted)]
    content = tables.to_csv(tables.Table(gettext("Logg"), columns, rows))
    name = f"logg-{region}-{web.workspace().now():%Y-%m-%d}.csv"
    answer = send_file(io.BytesIO(content), mimetype="text/csv", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _row(line: Line) -> list[str | int]:
    at = text.local(line.event.at).strftime("%Y-%m-%d %H:%M:%S")
    return [line.event.seq, at, line.who, line.party, line.what, line.thing, line.said, line.event.hash]


def _asked() -> Asked:
    values = {name: clean_text(request.args.get(name, ""))[:_LONGEST].strip() for name in Asked._fields}
    if values["kind"] not in names.KINDS:
        values["kind"] = ""
    return Asked(**values)


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 12 else 0


def _address(line: Line) -> str:
    """Where what a line is about can be read; "" for nowhere."""
    kind, _colon, id = line.about.partition(":")
    region = web.me().region
    if kind == "round":
        return url_for("rounds.page", region=region, id=id)
    if kind == "opportunity":
        return url_for("opportunities.page", region=region, id=id)
    return addresses.reading(line.about, thread_id=line.thread) if kind in addresses.kinds() else ""
