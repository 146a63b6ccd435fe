"""Sending sign-in links to those who ask for one, where mail is set.

A chore: whoever asks can't tell by the time it takes whether the address is known.
"""

from __future__ import annotations

import logging

from workspace import access, mail
from workspace.accounts import links
from workspace.accounts.links import MadeLink
from workspace.accounts.model import Person
from workspace.errors import Message, _
from workspace.mail import Letter, MailUnavailable, Sent
from workspace.parts import Workspace
from workspace.translation import said

logger = logging.getLogger(__name__)


def send_links(workspace: Workspace) -> int:
    """Send the links that wait, and answer how many the mail server took. A server that is down is tried next time."""
    requests = links.requests_to_send(workspace) if mail.is_on(workspace.config) else []
    if not requests:
        return 0
    people, taken = links.people_by_digest(workspace), 0
    try:
        with mail.conversation(workspace.config) as post:
            for request in requests:
                person = people.get(request.id)
                if person is None:
                    links.note_nobody(workspace, request.id)
                else:
                    taken += _send(workspace, person, post)
    except MailUnavailable as error:
        logger.warning("sign-in links wait: %s", error)
    return taken


def _send(workspace: Workspace, person: Person, post: mail.Post) -> bool:
    token = links.make_link(workspace, access.operator(), "sign-in", person.email)
    try:
        came = post(_letter(workspace, person, token))
    except MailUnavailable:
        links.note_request(workspace, person.email, looked=False)
        raise
    if came is not Sent.TAKEN:
        links.note_request(workspace, person.email, looked=True)
    return came is Sent.TAKEN


def send_email_link(workspace: Workspace, person: Person, made: MadeLink) -> bool:
    """Send the link that confirms a new address to that address, and answer whether the mail server took it."""
    address = f"{workspace.config.base_url.rstrip('/')}/email/{made.token}"
    text = _("Åpne lenken for å bruke denne adressen i Regionrom:")
    return _sent(workspace, _written(workspace, person, made.link.email, _("Bekreft den nye adressen"), text, address))


def tell_old_address(workspace: Workspace, person: Person, old: str) -> bool:
    """Tell the address of before that it is used no more: whoever did not do this must hear of it."""
    text = _(
        "Adressen du logger inn med i Regionrom er endret. Var det ikke deg, så si fra til prosesslederen med en gang."
    )
    return _sent(workspace, _written(workspace, person, old, _("Adressen din er endret"), text))


def _sent(workspace: Workspace, letter: Letter) -> bool:
    if not mail.is_on(workspace.config):
        return False
    try:
        with mail.conversation(workspace.config) as post:
            return post(letter) is Sent.TAKEN
    except MailUnavailable as error:
        logger.warning("a letter about an address was not sent: %s", error)
        return False


def _written(
    workspace: Workspace, person: Person, to: str, subject: Message, text: Message, address: str = ""
) -> Letter:
    language = person.locale or workspace.config.default_locale
    once = said(
        language, _("Lenken gjelder i én time og kan brukes én gang. Den er bare til deg. Ikke send den videre.")
    )
    lines = [said(language, _("Hei, %(name)s!", name=person.name)), said(language, text)]
    body = "\n\n".join([*lines, *([address, once] if address else [])]) + "\n"
    return Letter("", to, said(language, subject), body, headers=(("Content-Language", language),))


def _letter(workspace: Workspace, person: Person, token: str) -> Letter:
    language = person.locale or workspace.config.default_locale
    address = f"{workspace.config.base_url.rstrip('/')}/sign-in/{token}"
    lines = (
        said(language, _("Hei, %(name)s!", name=person.name)),
        f"{said(language, _('Åpne lenken for å logge inn i Regionrom:'))}\n{address}",
        said(language, _("Lenken gjelder i én time og kan brukes én gang. Den er bare til deg. Ikke send den videre.")),
        said(language, _("Ba du ikke om lenken, kan du se bort fra e-posten. Ingen har logget inn.")),
    )
    subject = said(language, _("Lenke for å logge inn"))
    body = "\n\n".join(lines) + "\n"
    return Letter("", person.email, subject, body, headers=(("Content-Language", language),))
