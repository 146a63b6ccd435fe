"""Addresses at which those who lead see who has not been heard from, and which parts of a document nobody speaks of."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.regions import names as region_names
from workspace.regions import service as regions
from workspace.rounds import silence
from workspace.rounds.routes import blueprint
from workspace.rounds.silence import Party
from workspace.translation import gettext


class Letter(NamedTuple):
    """What may be written to a party that has not been heard from."""

    to: str
    text: str
    address: str  # opens the writer's own mail, with the receivers hidden from one another


@blueprint.get("/silence")
@web.rule(Action.READ_SILENCE)
def silent(region: str) -> Response:
    """Who has not been heard from yet."""
    parts, me = web.workspace(), web.me()
    found = silence.parties(parts, me)
    return web.answer(
        "rounds/silence.html",
        municipalities=[party for party in found if party.name],
        groups=[party for party in found if not party.name and party.members],
        empty=[region_names.group(party.id) for party in found if not party.name and not party.members],
        names=region_names,
        letter=_letter,
        documents=silence.talked(parts, me),
    )


def _letter(party: Party) -> Letter:
    """A first text to one party, in the reader's language."""
    parts, me = web.workspace(), web.me()
    region = regions.region_of(parts, me.region or "")
    subject = gettext("Vi vil gjerne høre fra dere: %(what)s", what=region.plan or region.name)
    address = parts.config.base_url.rstrip("/") + url_for("regions.home", region=me.region)
    text = gettext(
        "Hei!\n\nVi arbeider med %(what)s, og vil gjerne ha med det dere mener. Les det som ligger i rommet, og legg "
        "inn en kommentar der noe mangler eller er feil:\n\n%(address)s\n\nEr det noe som gjør det vanskelig å svare, "
        "så ring eller skriv til meg.\n\nHilsen %(name)s",
        what=region.plan or region.name,
        address=address,
        name=me.name,
    )
    query = f"bcc={quote(','.join(party.contacts), safe='@,')}&subject={quote(str(subject))}&body={quote(str(text))}"
    return Letter(", ".join(party.contacts), str(text), f"mailto:?{query}")


@blueprint.get("/silence/documents/<id>")
@web.rule(Action.READ_SILENCE)
def silent_parts(region: str, id: str) -> Response:
    """Which parts of a document nobody has commented on."""
    subject, found = silence.parts(web.workspace(), web.me(), id)
    return web.answer("rounds/silent_parts.html", subject=subject, parts=found)
