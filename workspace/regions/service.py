"""What is done with a region as a whole: making it, its municipalities, who is a member and who answers for whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from workspace import access
from workspace.access import Action, Actor, Role
from workspace.accounts import service as accounts
from workspace.accounts.model import Link, Person
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.parts import Workspace
from workspace.regions.model import GROUPS, Membership, Municipality, Region
from workspace.regions.norway import municipalities as norway

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def alphabetical(name: str) -> str:
    """The key that sorts names as Norwegians do: æ, ø, å last, aa as å, other accents as their letter."""
    folded = name.casefold().replace("aa", "å")
    letters = []
    for character in folded:
        if character in "æøå":
            letters.append({"æ": "{", "ø": "|", "å": "}"}[character])
        else:
            letters.append(unicodedata.normalize("NFD", character)[0])
    return "".join(letters)


# -- Regions --


def create_region(
    workspace: Workspace,
    actor: Actor,
    slug: str,
    name: str,
    municipalities: Mapping[str, str],
    *,
    plan: str = "",
    responsible: str = "",
) -> Region:
    """Make a region with these municipalities (number -> name, "" for the name in Norway's list).

    Raises Invalid for a bad slug or a number that is not in the list and has no name given, Conflict when it exists.
    The house is written first, and what is there already is passed over, so that it can be repeated safely.
    """
    if not _SLUG.fullmatch(slug):
        raise Invalid({"slug": _("Kortnavnet kan ha små bokstaver a–z, tall og bindestrek.")})
    known = {number: name_ or (norway()[number].name if number in norway() else "") for number, name_ in municipalities.items()}
    for number, name_ in known.items():
        if not name_:
            raise Invalid({"municipality": _("Det finnes ingen kommune med nummer %(number)s.", number=number)})
    with workspace.house.transaction() as tx:
        if tx.get(Region, slug) is not None:
            raise Conflict(_("Det finnes alt en region med dette kortnavnet."))
        region = Region(id=slug, name=name, plan=plan, responsible=responsible, created=workspace.now())
        tx.log("regions.created", tx.put(region), at=workspace.now(), by=actor.by)
    store = workspace.stores.region(slug) if slug in workspace.stores.slugs() else workspace.stores.create(slug)
    with store.transaction() as tx:
        for number, name_ in known.items():
            if tx.get(Municipality, number) is None:
                kept = tx.put(Municipality(id=number, name=name_))
                tx.log("municipalities.joined", kept, at=workspace.now(), by=actor.by)
    return region


def region_of(workspace: Workspace, slug: str) -> Region:
    """The region with this slug. Raises NotFound."""
    region = workspace.house.view().get(Region, slug)
    if region is None:
        raise NotFound()
    return region


def all_regions(workspace: Workspace) -> list[Region]:
    """Every region, by slug. For the operator."""
    return workspace.house.view().find(Region)


def regions_of(workspace: Workspace, person_id: str) -> list[Region]:
    """The regions in which this person is a member."""
    found = []
    for region in all_regions(workspace):
        membership = workspace.region(region.id).view().get(Membership, person_id)
        if membership is not None and membership.ended is None:
            found.append(region)
    return found


def municipalities(workspace: Workspace, actor: Actor) -> list[Municipality]:
    """The region's municipalities, in the order of the alphabet: all are equal."""
    access.require(actor, Action.READ_REGION)
    found = workspace.region(actor.region).view().find(Municipality)
    return sorted(found, key=lambda municipality: alphabetical(municipality.name))


# -- Who somebody is in a region --


def actor_in(workspace: Workspace, person: Person, slug: str, *, fresh: bool = False) -> Actor:
    """The person as they stand in this region; outside any region when they are no member or there is none."""
    nowhere = Actor(person=person.id, name=person.name, fresh=fresh, locale=person.locale)
    try:
        view = workspace.region(slug).view()
    except NotFound:
        return nowhere
    membership = view.get(Membership, person.id)
    if membership is None:
        return nowhere
    voices = [m.id for m in view.find(Municipality) if person.id == m.voting_member or person.id in m.deputies]
    return Actor(
        person=person.id,
        name=membership.name,
        region=slug,
        role=membership.role,
        municipality=membership.municipality,
        group=membership.group,
        organisation=membership.organisation,
        title=membership.title,
        voices=frozenset(voices),
        ended=membership.ended is not None,
        fresh=fresh,
        locale=person.locale,
    )


def members(workspace: Workspace, actor: Actor) -> list[Membership]:
    """All memberships that stand, by name."""
    access.require(actor, Action.READ_REGION)
    found = workspace.region(actor.region).view().find(Membership, order="name")
    return sorted((m for m in found if m.ended is None), key=lambda m: alphabetical(m.name))


def membership(workspace: Workspace, actor: Actor, person_id: str) -> Membership:
    """One membership. Raises NotFound."""
    access.require(actor, Action.READ_REGION)
    found = workspace.region(actor.region).view().get(Membership, person_id)
    if found is None:
        raise NotFound()
    return found


# -- Inviting and joining --


def invite(
    workspace: Workspace, actor: Actor, email: str, role: str, *, municipality: str = "", group: str = ""
) -> str:
    """A one-time invitation to the actor's region; the answer is its token.

    The one invited belongs to a municipality of the region or to a group. Raises Invalid, Forbidden.
    """
    access.require(actor, Action.INVITE)
    _check_belonging(workspace, actor, role, municipality, group)
    return accounts.make_link(
        workspace, "invitation", email, region=actor.region or "", role=role, municipality=municipality, group=group
    )


def _check_belonging(workspace: Workspace, actor: Actor, role: str, municipality: str, group: str) -> None:
    if role not in set(Role) - {Role.GUEST}:
        raise Invalid({"role": _("Velg en rolle.")})
    if municipality and workspace.region(actor.region).view().get(Municipality, municipality) is None:
        raise Invalid({"municipality": _("Kommunen er ikke med i regionen.")})
    if group and group not in GROUPS:
        raise Invalid({"group": _("Velg en gruppe.")})
    if municipality and group:
        raise Invalid({"group": _("Velg enten en kommune eller en gruppe.")})


def accept(workspace: Workspace, token: str, name: str, password: str = "") -> str:
    """Take an invitation: the person is made when new, becomes a member, and is signed in; answers the session's token.

    The house is written first and the region last. The link is used up at the very end, so that an acceptance that was
    cut off can be repeated. Raises NotFound, Invalid.
    """
    link = accounts.link_behind(workspace, token, "invitation")
    known = accounts.person_by_email(workspace, link.email)
    if known is None and not name:
        raise Invalid({"name": _("Skriv navnet ditt.")})
    if known is not None and known.disabled:
        raise NotFound()
    person = accounts.add_person(workspace, name, link.email)
    if password:
        accounts.choose_password(workspace, person.id, password)
    join(workspace, link, person)
    accounts.use_link(workspace, link)
    return accounts.start_session(workspace, person.id)


def join(workspace: Workspace, link: Link, person: Person) -> Membership:
    """Make the person a member of the region as the invitation says. Can be repeated safely."""
    return add_member(
        workspace,
        access.operator(link.region),
        person,
        Role(link.role),
        municipality=link.municipality,
        group=link.group,
    )


def add_member(
    workspace: Workspace,
    actor: Actor,
    person: Person,
    role: Role,
    *,
    municipality: str = "",
    group: str = "",
    organisation: str = "",
    title: str = "",
) -> Membership:
    """Make the person a member with this role; one who was a member before gets the new role."""
    access.require(actor, Action.MANAGE_MEMBERS)
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Membership, person.id)
        wanted = Membership(
            id=person.id,
            version=stored.version if stored else 0,
            name=person.name,
            email=person.email,
            role=role,
            title=title,
            municipality=municipality or None,
            group=group or None,
            organisation=organisation,
            since=stored.since if stored else workspace.now(),
        )
        if stored == wanted:
            return stored
        kept = tx.put(wanted)
        tx.log("memberships.joined", kept, at=workspace.now(), by=actor.by, role=role)
        return kept


def change_role(workspace: Workspace, actor: Actor, person_id: str, role: str) -> Membership:
    """Give a member another role. It holds from their next request. Raises NotFound, Invalid, Forbidden."""
    access.require(actor, Action.MANAGE_MEMBERS)
    if role not in set(Role) - {Role.GUEST}:
        raise Invalid({"role": _("Velg en rolle.")})
    if person_id == actor.person:
        raise Invalid({"role": _("Be en annen prosessleder om å endre din egen rolle.")})
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Membership, person_id)
        if stored is None:
            raise NotFound()
        kept = tx.put(stored.changed(role=Role(role)))
        tx.log("memberships.role_changed", kept, at=workspace.now(), by=actor.by, role=role)
        return kept


def end_membership(workspace: Workspace, actor: Actor, person_id: str) -> None:
    """End a membership and what the person answered for. What they wrote stays. Raises NotFound, Invalid."""
    access.require(actor, Action.MANAGE_MEMBERS)
    if person_id == actor.person:
        raise Invalid({"role": _("Be en annen prosessleder om å avslutte medlemskapet ditt.")})
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Membership, person_id)
        if stored is None:
            raise NotFound()
        if stored.ended is not None:
            return
        tx.log(
            "memberships.ended", tx.put(stored.changed(ended=workspace.now())), at=workspace.now(), by=actor.by
        )
        for municipality in tx.find(Municipality):
            voting = None if municipality.voting_member == person_id else municipality.voting_member
            deputies = tuple(deputy for deputy in municipality.deputies if deputy != person_id)
            if (voting, deputies) != (municipality.voting_member, municipality.deputies):
                tx.put(municipality.changed(voting_member=voting, deputies=deputies))


def assign_voice(
    workspace: Workspace, actor: Actor, number: str, voting_member: str | None, deputies: tuple[str, ...] = ()
) -> Municipality:
    """Say who answers for a municipality, and who does in their absence. Each municipality has exactly one voice.

    All must be members that belong to the municipality. Raises NotFound, Invalid, Forbidden.
    """
    access.require(actor, Action.MANAGE_MEMBERS)
    with workspace.region(actor.region).transaction() as tx:
        municipality = tx.get(Municipality, number)
        if municipality is None:
            raise NotFound()
        for person_id in (*([voting_member] if voting_member else []), *deputies):
            member = tx.get(Membership, person_id)
            if member is None or member.ended is not None or member.municipality != number or member.role == Role.READER:
                raise Invalid({"voting_member": _("Den som svarer for kommunen, må være deltaker fra kommunen.")})
        wanted = municipality.changed(
            voting_member=voting_member, deputies=tuple(deputy for deputy in deputies if deputy != voting_member)
        )
        if wanted == municipality:
            return municipality
        kept = tx.put(wanted)
        tx.log(
            "municipalities.voice_assigned", kept, at=workspace.now(), by=actor.by,
            voting_member=voting_member, deputies=list(kept.deputies),
        )
        return kept


def sign_in_link_for(workspace: Workspace, actor: Actor, person_id: str) -> str:
    """A one-time sign-in link for a member who can't get in; the answer is its token. It is written in the log."""
    access.require(actor, Action.MANAGE_MEMBERS)
    member = membership(workspace, actor, person_id)
    token = accounts.make_link(workspace, "sign-in", member.email)
    with workspace.region(actor.region).transaction() as tx:
        tx.log("memberships.link_made", member, at=workspace.now(), by=actor.by)
    return token
