"""Letting people in: invitations to a region, and sign-in links for members who can't get in.

An invitation makes an account, and never opens one that is there: else a facilitator of one region could invite
somebody from another, use the link, and see with their eyes. The same holds for sign-in links.
"""

from __future__ import annotations

from dataclasses import dataclass

from workspace import access
from workspace.access import Action, Actor, Role
from workspace.accounts import links as account_links
from workspace.accounts import passwords
from workspace.accounts import service as accounts
from workspace.accounts.model import Link, Person
from workspace.errors import Forbidden, Invalid, NotFound, _
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import service
from workspace.regions.model import GROUPS, Membership, Municipality, Region


@dataclass(frozen=True)
class Invitation:
    """What somebody is invited to, as they see it before they answer."""

    link: Link
    region: Region
    municipality: str  # its name, "" when the one invited belongs to a group or leads
    invited_by: str  # a name, "" for the operator
    municipalities: tuple[str, ...]  # names of all the region's municipalities, in order
    account: str  # the id of the account that already has this address, "" when there is none


def invite(
    workspace: Workspace,
    actor: Actor,
    email: str,
    role: str,
    *,
    municipality: str = "",
    group: str = "",
    organisation: str = "",
    title: str = "",
    once: Once | None = None,
) -> str:
    """A one-time invitation to the actor's region; the answer is its token. An earlier one to the same address ends.

    The one invited belongs to a municipality of the region (its number) or to a group. Raises Invalid, Forbidden.
    """
    access.require(actor, Action.INVITE)
    check_belonging(workspace, actor, role, municipality, group)
    known = accounts.person_by_email(workspace, email)
    stored = workspace.region(actor.region).view().get(Membership, known.id) if known else None
    if stored is not None and stored.ended is None:
        raise Invalid({"email": _("%(name)s er med fra før.", name=stored.name)})
    about = {"role": role, "municipality": municipality, "group": group, "organisation": organisation, "title": title}
    return account_links.make_link(workspace, actor, "invitation", email, once=once, region=actor.region or "", **about)


def check_belonging(workspace: Workspace, actor: Actor, role: str, municipality: str, group: str) -> None:
    """Raise Invalid for a role that is none or not this actor's to give, and for a belonging that does not fit."""
    if role not in service.ROLES:
        raise Invalid({"role": _("Velg en rolle.")})
    if role == Role.ADMINISTRATOR and not (actor.operator or actor.role == Role.ADMINISTRATOR):
        raise Invalid({"role": _("Bare en administrator kan gi eller endre rollen administrator.")})
    if municipality and workspace.region(actor.region).view().get(Municipality, municipality) is None:
        raise Invalid({"municipality": _("Kommunen er ikke med i regionen.")})
    if group and group not in GROUPS:
        raise Invalid({"group": _("Velg en gruppe.")})
    if municipality and group:
        raise Invalid({"group": _("Velg enten en kommune eller en gruppe.")})


def invitation(workspace: Workspace, token: str) -> Invitation:
    """What the invitation with this token is to. Raises NotFound when it can't be used."""
    link = account_links.link_behind(workspace, token, "invitation")
    everybody = service.municipalities(workspace, access.operator(link.region))
    names = {municipality.id: municipality.name for municipality in everybody}
    known = accounts.person_by_email(workspace, link.email)
    inviter = "" if link.by == "operator" else accounts.person(workspace, link.by).name
    return Invitation(
        link=link,
        region=service.region_of(workspace, link.region),
        municipality=names.get(link.municipality, ""),
        invited_by=inviter,
        municipalities=tuple(names.values()),
        account=known.id if known and known.id != link.person else "",
    )


def accept(
    workspace: Workspace, token: str, name: str, password: str = "", *, me: str | None = None, device: str = ""
) -> str | None:
    """Take an invitation: the account is made when there is none, and becomes a member of the region.

    Answers the token of a new session, or None for one who is signed in already (`me`, a person's id). House first,
    region after it, and the link is used up at the very end, so that an acceptance that was cut off can be repeated.
    Raises NotFound, Conflict, Invalid, and Forbidden when the account is somebody's who is not signed in.
    """
    link = account_links.link_behind(workspace, token, "invitation")
    known = accounts.person_by_email(workspace, link.email)
    if known is not None and known.id not in (me, link.person):
        raise Forbidden(_("Adressen har en konto fra før. Logg inn med den, og åpne invitasjonen på nytt."))
    person = known if known is not None and known.id == me else _account(workspace, link, name, password)
    join(workspace, link, person)
    account_links.use_link(workspace, link.changed(person=person.id))
    return None if person.id == me else accounts.start_session(workspace, person.id, device=device)


def _account(workspace: Workspace, link: Link, name: str, password: str) -> Person:
    """The account this invitation makes. The link remembers it, so that only this link can go on where it was cut."""
    if not name or len(name) > 100:
        raise Invalid({"name": _("Skriv navnet ditt, høyst 100 tegn.")})
    region = service.region_of(workspace, link.region)
    places = [m.name for m in service.municipalities(workspace, access.operator(link.region))]
    words = (region.name, region.id, region.responsible, *places)
    if password:
        passwords.check(password, (*accounts.own_words(name, link.email), *words))
    person = account_links.add_invited(workspace, link, name)
    if password:
        accounts.choose_password(workspace, person.id, password, words=words)
    return accounts.person(workspace, person.id)


def join(workspace: Workspace, link: Link, person: Person) -> Membership:
    """Make the person a member of the region as the invitation says. Can be repeated safely."""
    return service.keep_member(
        workspace,
        link.region,
        person.id,
        person,
        Role(link.role),
        municipality=link.municipality,
        group=link.group,
        organisation=link.organisation,
        title=link.title,
        home=link.home,
    )


def waiting(workspace: Workspace, actor: Actor) -> list[Link]:
    """Invitations to the actor's region that nobody has answered, oldest first."""
    access.require(actor, Action.INVITE)
    return account_links.open_invitations(workspace, actor.region or "")


def municipalities_invited(workspace: Workspace, actor: Actor) -> frozenset[str]:
    """The municipalities (their numbers) from which somebody has an invitation that can still be used."""
    access.require(actor, Action.READ_REGION)
    links = account_links.open_invitations(workspace, actor.region or "")
    return frozenset(link.municipality for link in links if link.municipality and link.expires > workspace.now())


def withdraw(workspace: Workspace, actor: Actor, link_id: str) -> None:
    """Take back an invitation. Raises NotFound, Forbidden."""
    access.require(actor, Action.INVITE)
    account_links.withdraw_invitation(workspace, actor, actor.region or "", link_id)


def sign_in_link_for(workspace: Workspace, actor: Actor, person_id: str, *, once: Once | None = None) -> str:
    """A one-time sign-in link for a member who can't get in; the answer is its token. It is written in the log.

    The one who makes a link could use it. So nobody gets one for a member with more rights, or with a door to
    another region: the operator makes those. Raises NotFound, Invalid, Forbidden.
    """
    access.require(actor, Action.MANAGE_MEMBERS)
    member = service.membership(workspace, actor, person_id)
    person = accounts.person(workspace, person_id)
    if member.ended is not None or person.disabled:
        raise NotFound()
    elsewhere = [region for region in service.regions_of(workspace, person_id) if region.id != actor.region]
    is_over = member.role == Role.ADMINISTRATOR and actor.role != Role.ADMINISTRATOR
    if not actor.operator and (elsewhere or is_over or person.operator):
        raise Invalid(
            {"link": _("%(name)s har også andre rettigheter. Be den som driver Regionrom om lenken.", name=member.name)}
        )
    token = account_links.make_link(workspace, actor, "sign-in", member.email, once=once)
    with workspace.region(actor.region).transaction() as tx:
        tx.log("memberships.link_made", member, at=workspace.now(), by=actor.by)
    return token


def asking(workspace: Workspace, actor: Actor) -> list[Membership]:
    """Members who have asked for a sign-in link and not got one."""
    access.require(actor, Action.MANAGE_MEMBERS)
    members = service.members(workspace, actor)
    return [member for member in members if account_links.asked_for_link(workspace, member.email)]
