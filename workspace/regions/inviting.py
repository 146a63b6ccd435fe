"""Inviting several at once: the list is looked over line by line, then sent in one act."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.accounts import links as account_links
from workspace.accounts import service as accounts
from workspace.accounts.links import MadeLink
from workspace.accounts.model import Link
from workspace.errors import Invalid, Message, _
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import invitations, letters, pasting
from workspace.regions.model import Membership

MOST = 200  # people at once
LONGEST_GREETING = 2000


class Verdict(StrEnum):
    """What comes of a line of the list."""

    READY = "ready"
    MEMBER = "member"
    INVITED = "invited"
    REPEATED = "repeated"
    WRONG = "wrong"


class Row(NamedTuple):
    """A line of the list, and what comes of it."""

    line: int
    text: str
    name: str
    email: str
    verdict: Verdict
    problem: Message | None = None  # of a line that is WRONG
    first: int = 0  # the line on which the address of a REPEATED one stands first


class Made(NamedTuple):
    """An invitation that was made: its link to copy, unless the mail server took it."""

    link: Link
    address: str  # "" for one that was mailed when the same request came before
    mailed: bool


def look_over(workspace: Workspace, actor: Actor, addresses: str, role: str, **about: str) -> list[Row]:
    """What comes of each line of a list, as things stand now. Writes nothing.

    `about` may name municipality, group, organisation and greeting: the same for all of the list. Raises Forbidden,
    and Invalid for what is wrong with all of it.
    """
    access.require(actor, Action.INVITE)
    _check(workspace, actor, role, about)
    pasted = pasting.read(addresses)
    if not pasted:
        raise Invalid({"addresses": _("Skriv minst én e-postadresse.")})
    if len(pasted) > MOST:
        raise Invalid({"addresses": _("Listen har mer enn %(most)s adresser. Del den i flere.", most=MOST)})
    first: dict[str, int] = {}
    rows = []
    for one in pasted:
        verdict = _verdict(workspace, actor, one, first)
        earlier = first.get(one.email, 0) if verdict == Verdict.REPEATED else 0
        rows.append(Row(one.line, one.text, one.name, one.email, verdict, one.problem, earlier))
        first.setdefault(one.email, one.line)
    return rows


def _check(workspace: Workspace, actor: Actor, role: str, about: dict[str, str]) -> None:
    belonging = _belonging(about)
    invitations.check_belonging(workspace, actor, role, belonging["municipality"], belonging["group"])
    invitations.check_belonging(workspace, actor, role, belonging["home"], "")
    if len(about.get("greeting", "")) > LONGEST_GREETING:
        raise Invalid({"greeting": _("Hilsenen kan ha høyst %(most)s tegn.", most=LONGEST_GREETING)})


def _belonging(about: dict[str, str]) -> dict[str, str]:
    """Whoever is of a group belongs to that, and comes from the municipality; the others belong to it."""
    place, group = about.get("municipality", ""), about.get("group", "")
    return {"municipality": "" if group else place, "group": group, "home": place if group else ""}


def _verdict(workspace: Workspace, actor: Actor, one: pasting.Pasted, first: dict[str, int]) -> Verdict:
    if one.problem is not None:
        return Verdict.WRONG
    if one.email in first:
        return Verdict.REPEATED
    known = accounts.person_by_email(workspace, one.email)
    stored = workspace.region(actor.region).view().get(Membership, known.id) if known else None
    if stored is not None and stored.ended is None:
        return Verdict.MEMBER
    waits = account_links.invitations_waiting_for(workspace, actor.region or "", one.email)
    return Verdict.INVITED if waits else Verdict.READY


def invite_all(
    workspace: Workspace, actor: Actor, addresses: str, role: str, *, once: Once | None = None, **about: str
) -> list[Made]:
    """Invite everybody on the list who can be, and send the letters where mail is set.

    The same request again makes nothing twice: who was mailed is not mailed again, the others get a new link. Raises
    Invalid, Forbidden.
    """
    rows = look_over(workspace, actor, addresses, role, **about)
    shared = {"role": role, "organisation": about.get("organisation", ""), "greeting": about.get("greeting", "")}
    shared |= _belonging(about)
    wanted = [row for row in rows if row.verdict in {Verdict.READY, Verdict.INVITED}]
    invited = [{"email": row.email, "name": row.name} | shared for row in wanted]
    return _sent(
        workspace, actor, account_links.make_invitations(workspace, actor, actor.region or "", invited, once=once)
    )


def send_again(workspace: Workspace, actor: Actor, link_id: str, *, once: Once | None = None) -> list[Made]:
    """A new link for an invitation that waits, sent where mail is set; the old one ends. Raises NotFound, Forbidden."""
    waiting = [link for link in invitations.waiting(workspace, actor) if link.id == link_id]
    _check_roles(workspace, actor, waiting)
    return _renewed(workspace, actor, [link_id], once)


def send_all_again(workspace: Workspace, actor: Actor, *, once: Once | None = None) -> list[Made]:
    """The same for all that wait. Raises Forbidden."""
    waiting = invitations.waiting(workspace, actor)
    _check_roles(workspace, actor, waiting)
    return _renewed(workspace, actor, [link.id for link in waiting], once)


def _check_roles(workspace: Workspace, actor: Actor, links: list[Link]) -> None:
    """Whoever makes a link could use it: nobody gets one to more than they may give."""
    for link in links:
        invitations.check_belonging(workspace, actor, link.role, link.municipality, link.group)


def _renewed(workspace: Workspace, actor: Actor, ids: list[str], once: Once | None) -> list[Made]:
    return _sent(
        workspace, actor, account_links.renew_invitations(workspace, actor, actor.region or "", ids, once=once)
    )


def _sent(workspace: Workspace, actor: Actor, made: list[MadeLink]) -> list[Made]:
    """Send the letters, and answer what is to be copied by hand."""
    taken = letters.send(workspace, actor, [one for one in made if one.token])
    if taken:
        account_links.note_mailed(workspace, actor, taken)
    return [
        Made(link, letters.address_of(workspace, token) if token else "", not token or link.id in taken)
        for link, token in made
    ]
