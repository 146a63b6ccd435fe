"""Making the demo region from its sources, through the same services that people use.

Its history is told in acts, one after the other in order of time, each by the one who did it: a clock is set to each
before it is done. Idempotent: a region that is there is left as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from workspace import access
from workspace.access import Role
from workspace.accounts import service as accounts
from workspace.comments.model import Thread
from workspace.demo import (
    attending,
    carrying_out,
    discussing,
    gathering,
    hearing_out,
    proposing,
    sources,
    standing,
    writing,
)
from workspace.demo.attachments import ATTACHMENTS
from workspace.demo.clock import MOMENT, HistoryClock
from workspace.demo.story import Act, Story
from workspace.documents import service as documents
from workspace.errors import Conflict
from workspace.errors import _ as text
from workspace.parts import Workspace
from workspace.regions import service as regions

TELLERS = (attending, gathering, writing, proposing, standing, discussing, hearing_out, carrying_out)


def build(workspace: Workspace) -> str:
    """Make the demo region where it is not there yet; answers its slug. Raises Conflict for one that was half made."""
    source = sources.table("region.toml")
    slug = str(source["slug"])
    if slug in workspace.stores.slugs():
        _require_whole(workspace, slug)
        return slug
    clock = HistoryClock(sources.moment(source["begins"]))
    then = dataclasses.replace(workspace, now=clock)
    regions.create_region(
        then,
        access.operator(),
        slug,
        source["name"],
        source["municipalities"],
        plan=source["plan"],
        responsible=source["responsible"],
        demo=True,
    )
    story = Story(then, slug, _people(then, slug, source))
    for act in in_order(act for teller in TELLERS for act in teller.acts(story)):
        clock.set(act.at)
        act.do()
    return slug


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Acts in order of time; those of the same moment as they are told. Raises ValueError for one in the future."""
    told = sorted(acts, key=lambda act: act.at)
    if told and told[-1].at > MOMENT:
        raise ValueError(f"the demo tells of something after its present: {told[-1].at}")
    return told


def _people(workspace: Workspace, slug: str, source: sources.Source) -> dict[str, access.Actor]:
    """Everybody, with who answers for each municipality; the answer is who they are in the region, by key."""
    operator = access.operator(slug)
    made = {}
    for one in source["people"]:
        person = accounts.add_person(workspace, one["name"], f"{one['key']}@skarfjord.example")
        belonging = {name: one.get(name, "") for name in ("municipality", "group", "organisation", "title")}
        regions.add_member(workspace, operator, person, Role(one["role"]), **belonging)
        made[one["key"]] = person
    for number in source["municipalities"]:
        theirs = [one for one in source["people"] if one.get("municipality") == number]
        voting = next(made[one["key"]].id for one in theirs if not one.get("deputy"))
        deputies = tuple(made[one["key"]].id for one in theirs if one.get("deputy"))
        regions.assign_voice(workspace, operator, number, voting, deputies)
    counts = {number: int(count) for number, count in source["populations"].items()}
    actors = {key: regions.actor_in(workspace, person, slug) for key, person in made.items()}
    regions.set_populations(workspace, actors["ingvill"], counts)
    return actors


def _require_whole(workspace: Workspace, slug: str) -> None:
    """Raise Conflict when the making of the region was stopped before its end."""
    threads = len(workspace.region(slug).view().find(Thread))
    kept = documents.listing(workspace, access.operator(slug)).total  # with the files attached to them
    told = len(sources.documents()) + len(ATTACHMENTS)
    if threads < len(sources.table("comments.toml")["threads"]) or kept < told:
        raise Conflict(text("Eksempelregionen ble bare halvveis laget. Flytt mappen unna, og prøv igjen."))
