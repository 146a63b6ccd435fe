"""The letter with an invitation: what it says, and sending it. The link is in it and is kept nowhere else."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from workspace import mail, text
from workspace.access import Actor
from workspace.accounts.links import MadeLink
from workspace.accounts.model import Link
from workspace.errors import Message, _
from workspace.mail import Letter, MailUnavailable, Sent
from workspace.parts import Workspace
from workspace.regions import service
from workspace.regions.model import Municipality, Region
from workspace.translation import said

logger = logging.getLogger(__name__)

A_WHILE = 20.0  # seconds: somebody waits for the page; who got no letter by then is sent the link by hand


def send(workspace: Workspace, actor: Actor, made: Sequence[MadeLink]) -> list[str]:
    """Send the letters, and answer the ids of the links whose letters the mail server took.

    Nothing is sent where mail is not set. What was not taken, nobody is told of here: it is copied and sent by hand.
    """
    if not made or not mail.is_on(workspace.config):
        return []
    region = service.region_of(workspace, actor.region or "")
    until, taken = time.monotonic() + A_WHILE, []
    try:
        with mail.conversation(workspace.config) as post:
            for link, token in made:
                if time.monotonic() < until and post(letter_of(workspace, actor, region, link, token)) is Sent.TAKEN:
                    taken.append(link.id)
    except MailUnavailable as error:
        logger.warning("invitations are to be sent by hand: %s", error)
    return taken


def address_of(workspace: Workspace, token: str) -> str:
    """The address of an invitation."""
    return f"{workspace.config.base_url.rstrip('/')}/invitation/{token}"


def letter_of(workspace: Workspace, actor: Actor, region: Region, link: Link, token: str) -> Letter:
    """The letter with an invitation, in the language of the municipality that its receiver is from."""
    view = workspace.region(actor.region).view()
    place = view.get(Municipality, link.municipality or link.home)
    language = place.language if place is not None else workspace.config.default_locale

    def say(message: Message) -> str:
        return said(language, message)

    lines = [
        say(_("Hei, %(name)s!", name=link.name)) if link.name else say(_("Hei!")),
        say(_invited_by(actor, region)),
        region.plan,
        link.greeting,
        f"{say(_('Åpne lenken for å bli med:'))}\n{address_of(workspace, token)}",
        say(
            _(
                "Lenken gjelder til %(day)s og kan brukes én gang. Den er bare til deg. Ikke send den videre.",
                day=text.day(link.expires, "d. MMMM", language),
            )
        ),
        say(_("Kjenner du ikke til dette, kan du se bort fra e-posten.")),
    ]
    body = "\n\n".join(line for line in lines if line) + "\n"
    subject = say(_("Invitasjon til %(region)s", region=region.name))
    return Letter(link.id, link.email, subject, body, headers=(("Content-Language", language),))


def _invited_by(actor: Actor, region: Region) -> Message:
    if actor.operator:
        return _("Du er invitert til %(region)s i Regionrom.", region=region.name)
    return _("%(name)s inviterer deg til %(region)s i Regionrom.", name=actor.name, region=region.name)
