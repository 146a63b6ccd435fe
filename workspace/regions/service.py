"""What is done with a region as a whole: making it, its municipalities, who is a member and who answers for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workspace import access
from workspace.access import Action, Actor, Role
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.clean import alphabetical
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import EXPECTING, Membership, Municipality, Region
from workspace.regions.norway import municipalities as norway
from workspace.store.port import Transaction

ROLES = tuple(role for role in Role if role is not Role.GUEST)  # what a member can be; guests come with a later room
MOST_PEOPLE = 10_000_000
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


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
    demo: bool = False,
) -> Region:
    """Make a region with these municipalities (number -> name, "" for the name in Norway's list). For the operator.

    Numbers outside Norway's list are for demo regions only. Raises Forbidden, Invalid, and Conflict when it exists. The
    house is written first; when that was cut off before the region's store was there, it can be repeated safely.
    """
    if not actor.operator:
        raise Forbidden()
    check_slug(slug)
    if not name:
        raise Invalid({"name": _("Skriv navnet på regionen.")})
    known = {number: _name_of(number, given, demo) for number, given in municipalities.items()}
    with workspace.house.transaction() as tx:
        stored = tx.get(Region, slug)
        if stored is not None and slug in workspace.stores.slugs():
            raise Conflict(_("Det finnes alt en region med dette kortnavnet."))
        region = tx.put(
            Region(
                id=slug,
                version=stored.version if stored else 0,
                name=name,
                plan=plan,
                responsible=responsible,
                demo=demo,
                created=workspace.now(),
            )
        )
        tx.log("regions.created", region, at=workspace.now(), by=actor.by)
    if slug not in workspace.stores.slugs():
        workspace.stores.create(slug)
    _join(workspace, actor, slug, known)
    return region


def change_region(
    workspace: Workspace,
    actor: Actor,
    slug: str,
    *,
    name: str = "",
    plan: str = "",
    responsible: str = "",
    municipalities: tuple[str, ...] = (),
) -> Region:
    """Call a region something else, or let more municipalities join (their numbers). For the operator.

    What is left empty stays as it is. Raises Forbidden, NotFound, Invalid.
    """
    if not actor.operator:
        raise Forbidden()
    joining = {number: _name_of(number, "", demo=False) for number in municipalities}
    wanted = {"name": name, "plan": plan, "responsible": responsible}
    with workspace.house.transaction() as tx:
        region = tx.get(Region, slug)
        if region is None:
            raise NotFound()
        changed = region.changed(**{field: text for field, text in wanted.items() if text})
        if changed != region:
            region = tx.put(changed)
            tx.log("regions.changed", region, at=workspace.now(), by=actor.by)
    _join(workspace, actor, slug, joining)
    return region


def hide_first_steps(workspace: Workspace, actor: Actor, hidden: bool) -> None:
    """Tell those who prepare no more what to do first in the actor's region, or tell them again."""
    access.require(actor, Action.HIDE_FIRST_STEPS)
    with workspace.house.transaction() as tx:
        region = tx.get(Region, actor.region or "")
        if region is None:
            raise NotFound()
        if region.steps_hidden != hidden:
            region = tx.put(region.changed(steps_hidden=hidden))
            tx.log("regions.steps_hidden", region, at=workspace.now(), by=actor.by, hidden=hidden)


def _join(workspace: Workspace, actor: Actor, slug: str, joining: Mapping[str, str]) -> None:
    """Let municipalities into a region (number -> name). Those that are in it stay as they are."""
    with workspace.region(slug).transaction() as tx:
        for number, name in joining.items():
            if tx.get(Municipality, number) is None:
                kept = tx.put(Municipality(id=number, name=name))
                tx.log("municipalities.joined", kept, at=workspace.now(), by=actor.by)


def check_slug(slug: str) -> None:
    """Raise Invalid for what can't be a region's short name."""
    if not _SLUG.fullmatch(slug):
        raise Invalid({"slug": _("Kortnavnet kan ha små bokstaver a–z, tall og bindestrek.")})


def _name_of(number: str, given: str, demo: bool) -> str:
    if number in norway():
        return given or norway()[number].name
    if demo and given:
        return given
    raise Invalid({"municipality": _("Det finnes ingen kommune med nummer %(number)s.", number=number)})


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


def populations(workspace: Workspace, actor: Actor) -> dict[str, int | None]:
    """How many live in each municipality, by its number; None where nobody has said."""
    return {municipality.id: municipality.population for municipality in municipalities(workspace, actor)}


def set_populations(
    workspace: Workspace, actor: Actor, counts: Mapping[str, int | None], *, once: Once | None = None
) -> None:
    """Say how many live in each municipality (number -> count, None for not known). Raises NotFound, Invalid.

    The one that is kept last stands for the act when it is sent again.
    """
    access.require(actor, Action.DESCRIBE_MUNICIPALITIES)
    with workspace.region(actor.region).transaction() as tx:
        if came_of(tx, actor, once, Municipality) is not None:
            return
        for number, count in counts.items():
            stored = tx.get(Municipality, number)
            if stored is None:
                raise NotFound()
            if count is not None and not 0 < count < MOST_PEOPLE:
                raise Invalid({f"population-{number}": _("Skriv folketallet som et helt tall, for eksempel 14 850.")})
            if stored.population != count:
                stored = tx.put(stored.changed(population=count))
                now = workspace.now()
                tx.log("municipalities.population_set", stored, at=now, by=actor.by, population=count)
        last = tx.get(Municipality, list(counts)[-1]) if counts else None
        if last is not None:
            remember(tx, actor, once, last, workspace.now())


def set_not_relevant(
    workspace: Workspace, actor: Actor, number: str, whom: str, value: bool, *, once: Once | None = None
) -> None:
    """Say that a municipality expects nothing for its residents or its business (one of EXPECTING), or take it back.

    Raises NotFound, Forbidden.
    """
    access.require(actor, Action.DESCRIBE_MUNICIPALITIES)
    with workspace.region(actor.region).transaction() as tx:
        if came_of(tx, actor, once, Municipality) is not None:
            return
        stored = tx.get(Municipality, number)
        if stored is None or whom not in EXPECTING:
            raise NotFound()
        said = tuple(one for one in EXPECTING if (value if one == whom else one in stored.not_relevant))
        if said != stored.not_relevant:
            now = workspace.now()
            stored = tx.put(stored.changed(not_relevant=said))
            tx.log("municipalities.relevance_set", stored, at=now, by=actor.by, not_relevant=list(said))
        remember(tx, actor, once, stored, workspace.now())


def municipality_name(workspace: Workspace, actor: Actor, number: str) -> str:
    """What the municipality with this number is called, "" when it is not in the region. Names are no secret inside."""
    found = workspace.region(actor.region).view().get(Municipality, number)
    return found.name if found else ""


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
    voices: list[Municipality] = []
    if membership.ended is None and membership.role in access.RULES[Action.ANSWER_ROUND]:
        voices += view.find(Municipality, {"voting_member": person.id})
        voices += view.find(Municipality, {"deputies": person.id})
    return Actor(
        person=person.id,
        name=membership.name,
        region=slug,
        role=membership.role,
        municipality=membership.municipality,
        group=membership.group,
        organisation=membership.organisation,
        title=membership.title,
        voices=frozenset(municipality.id for municipality in voices),
        ended=membership.ended is not None,
        fresh=fresh,
        locale=person.locale,
    )


def members(workspace: Workspace, actor: Actor) -> list[Membership]:
    """All memberships that stand, by name."""
    access.require(actor, Action.READ_REGION)
    found = workspace.region(actor.region).view().find(Membership, order="name")
    return sorted((m for m in found if m.ended is None), key=lambda m: alphabetical(m.name))


def members_of(workspace: Workspace, actor: Actor, number: str) -> int:
    """How many members belong to a municipality now."""
    access.require(actor, Action.READ_REGION)
    view = workspace.region(actor.region).view()
    return view.count(Membership, {"municipality": number, "ended": None}, order="name")


def membership(workspace: Workspace, actor: Actor, person_id: str) -> Membership:
    """One membership. Raises NotFound."""
    access.require(actor, Action.READ_REGION)
    found = workspace.region(actor.region).view().get(Membership, person_id)
    if found is None:
        raise NotFound()
    return found


def demo_people(workspace: Workspace) -> list[tuple[Region, list[tuple[Membership, str]]]]:
    """The invented regions, each with its members and the place each belongs to."""
    found = []
    for region in all_regions(workspace):
        if region.demo:
            actor = access.operator(region.id)
            places = {municipality.id: municipality.name for municipality in municipalities(workspace, actor)}
            people = [(m, places.get(m.municipality or "", "") or m.organisation) for m in members(workspace, actor)]
            found.append((region, people))
    return found


def roles_given_by(actor: Actor) -> tuple[Role, ...]:
    """The roles this actor may give to others."""
    everything = actor.operator or actor.role == Role.ADMINISTRATOR
    return ROLES if everything else tuple(role for role in ROLES if role is not Role.ADMINISTRATOR)


def place_words(workspace: Workspace, person_id: str) -> tuple[str, ...]:
    """Names of the person's regions and their municipalities: what a password may not be made of."""
    regions = regions_of(workspace, person_id)
    places = [m.name for region in regions for m in workspace.region(region.id).view().find(Municipality)]
    return (*(word for region in regions for word in (region.name, region.id, region.responsible)), *places)


# -- Changing who is a member --


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
    home: str = "",
) -> Membership:
    """Make the person a member with this role; one who was a member before gets the new role. Raises Forbidden.

    The person belongs to a municipality (its number), to a group with an organisation, or, who leads, to neither.
    """
    access.require(actor, Action.MANAGE_MEMBERS)
    belonging = {"municipality": municipality, "group": group, "organisation": organisation, "title": title}
    belonging["home"] = home
    return keep_member(workspace, actor.region or "", actor.by, person, role, **belonging)


def keep_member(
    workspace: Workspace,
    slug: str,
    by: str,
    person: Person,
    role: Role,
    *,
    municipality: str = "",
    group: str = "",
    organisation: str = "",
    title: str = "",
    home: str = "",
) -> Membership:
    """`add_member` for a caller that has already asked whether it may: an invitation. Can be repeated safely."""
    with workspace.region(slug).transaction() as tx:
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
            home=home or None,
            since=stored.since if stored else workspace.now(),
        )
        if stored == wanted:
            return stored
        kept = tx.put(wanted)
        tx.log("memberships.joined", kept, at=workspace.now(), by=by, role=role)
        return kept


def change_role(
    workspace: Workspace, actor: Actor, person_id: str, role: str, *, once: Once | None = None
) -> Membership:
    """Give a member another role. The person's sessions end (ASVS 7.4). Raises NotFound, Invalid, Forbidden.

    A role that may not answer in rounds can't answer for a municipality: the assignment ends with it.
    """
    access.require(actor, Action.MANAGE_MEMBERS)
    if role not in ROLES:
        raise Invalid({"role": _("Velg en rolle.")})
    if person_id == actor.person:
        raise Invalid({"role": _("Be en annen prosessleder om å endre din egen rolle.")})
    with workspace.region(actor.region).transaction() as tx:
        kept = came_of(tx, actor, once, Membership)
        if kept is None:
            stored = _standing(tx, person_id)
            _require_over(actor, stored.role, Role(role))
            if stored.role == role:
                return stored
            kept = tx.put(stored.changed(role=Role(role)))
            tx.log("memberships.role_changed", kept, at=workspace.now(), by=actor.by, role=role)
            remember(tx, actor, once, kept, workspace.now())
            if kept.role not in access.RULES[Action.ANSWER_ROUND]:
                _answer_no_more(workspace, tx, actor, person_id)
    accounts.sign_out_everywhere(workspace, person_id)  # also when asked for again: it may have been cut off here
    return kept


def end_membership(workspace: Workspace, actor: Actor, person_id: str, *, once: Once | None = None) -> None:
    """End a membership and what the person answered for. What they wrote stays. Raises NotFound, Invalid, Forbidden."""
    access.require(actor, Action.MANAGE_MEMBERS)
    if person_id == actor.person:
        raise Invalid({"role": _("Be en annen prosessleder om å avslutte medlemskapet ditt.")})
    with workspace.region(actor.region).transaction() as tx:
        if came_of(tx, actor, once, Membership) is not None:
            return
        stored = _standing(tx, person_id)
        _require_over(actor, stored.role)
        kept = tx.put(stored.changed(ended=workspace.now()))
        tx.log("memberships.ended", kept, at=workspace.now(), by=actor.by)
        remember(tx, actor, once, kept, workspace.now())
        _answer_no_more(workspace, tx, actor, person_id)


def _standing(tx: Transaction, person_id: str) -> Membership:
    stored = tx.get(Membership, person_id)
    if stored is None or stored.ended is not None:
        raise NotFound()
    return stored


def _require_over(actor: Actor, *roles: Role) -> None:
    """Only an administrator makes or changes administrators."""
    if Role.ADMINISTRATOR in roles and not (actor.operator or actor.role == Role.ADMINISTRATOR):
        raise Forbidden(_("Bare en administrator kan gi eller endre rollen administrator."))


def _answer_no_more(workspace: Workspace, tx: Transaction, actor: Actor, person_id: str) -> None:
    for municipality in tx.find(Municipality):
        voting = None if municipality.voting_member == person_id else municipality.voting_member
        deputies = tuple(deputy for deputy in municipality.deputies if deputy != person_id)
        if (voting, deputies) != (municipality.voting_member, municipality.deputies):
            _keep_voice(workspace, tx, actor, municipality.changed(voting_member=voting, deputies=deputies))


def _keep_voice(workspace: Workspace, tx: Transaction, actor: Actor, municipality: Municipality) -> Municipality:
    kept = tx.put(municipality)
    details = {"voting_member": kept.voting_member, "deputies": list(kept.deputies)}
    tx.log("municipalities.voice_assigned", kept, at=workspace.now(), by=actor.by, **details)
    return kept


def assign_voice(
    workspace: Workspace,
    actor: Actor,
    number: str,
    voting_member: str | None,
    deputies: tuple[str, ...] = (),
    *,
    once: Once | None = None,
) -> Municipality:
    """Say who answers for a municipality, and who does in their absence. Each municipality has exactly one voice.

    All must be members that belong to the municipality and may answer. Raises NotFound, Invalid, Forbidden.
    """
    access.require(actor, Action.MANAGE_MEMBERS)
    deputies = tuple(dict.fromkeys(deputy for deputy in deputies if deputy != voting_member))
    with workspace.region(actor.region).transaction() as tx:
        municipality = tx.get(Municipality, number)
        if municipality is None:
            raise NotFound()
        if came_of(tx, actor, once, Municipality) is not None:
            return municipality
        if voting_member and not _may_answer(tx, number, voting_member):
            raise Invalid({f"voting-{number}": _("Den som svarer for kommunen, må være deltaker fra kommunen.")})
        if not all(_may_answer(tx, number, deputy) for deputy in deputies):
            raise Invalid({f"deputies-{number}": _("Varaen må være deltaker fra kommunen.")})
        wanted = municipality.changed(voting_member=voting_member, deputies=deputies)
        kept = municipality if wanted == municipality else _keep_voice(workspace, tx, actor, wanted)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def _may_answer(tx: Transaction, number: str, person_id: str) -> bool:
    member = tx.get(Membership, person_id)
    return (
        member is not None
        and member.ended is None
        and member.municipality == number
        and member.role in access.RULES[Action.ANSWER_ROUND]
    )
