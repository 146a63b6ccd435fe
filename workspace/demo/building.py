"""Making the demo region from its sources, through the same services that people use.

Idempotent: what is there is passed over, so that it can be run again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from workspace import access, markup
from workspace.access import Actor, Role
from workspace.accounts import service as accounts
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.measures import service as measures
from workspace.measures.model import Benefit, Citation
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import service as rounds
from workspace.text import OSLO

SOURCES = Path(__file__).parent / "skarfjord"
ORDER = ("9001", "9002", "9003", "9004", "9005", "9006", "9007", "9008", "9009")
DEADLINE = datetime(2026, 11, 30, 12, 0, tzinfo=OSLO)

Source = Mapping[str, Any]


def build(workspace: Workspace) -> str:
    """Make the demo region where it is not there yet; answers its slug."""
    source = tomllib.loads((SOURCES / "region.toml").read_text(encoding="utf-8"))
    slug = str(source["slug"])
    if slug not in workspace.stores.slugs():
        regions.create_region(
            workspace,
            access.operator(),
            slug,
            source["name"],
            source["municipalities"],
            plan=source["plan"],
            responsible=source["responsible"],
            demo=True,
        )
    if documents.listing(workspace, access.operator(slug)).total:
        return slug
    people = _people(workspace, slug, source)
    kept = {one["key"]: _document(workspace, people, one) for one in source["documents"]}
    for thread in source["threads"]:
        _thread(workspace, people, kept[thread["document"]], thread)
    _measures_and_round(workspace, people, kept, source)
    return slug


def _people(workspace: Workspace, slug: str, source: Source) -> dict[str, Actor]:
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
    return {key: regions.actor_in(workspace, person, slug) for key, person in made.items()}


def _document(workspace: Workspace, people: Mapping[str, Actor], one: Source) -> Document:
    by = people[one["by"]]
    document = documents.create(
        workspace,
        by,
        title=one["title"],
        text=(SOURCES / one["file"]).read_text(encoding="utf-8"),
        kind=one["kind"],
        language=one["language"],
        date=one["date"],
        tags=tuple(one["tags"]),
        municipalities=tuple(one.get("municipalities", ())),
        value_chain=one.get("value_chain", ""),
    )
    if "then" not in one:
        return document
    text = (SOURCES / one["then"]).read_text(encoding="utf-8")
    return documents.save(workspace, by, document.id, document.version, one["note"], text=text)


def _thread(workspace: Workspace, people: Mapping[str, Actor], document: Document, one: Source) -> None:
    blocks = markup.render(document.text).blocks
    block = next(block.number for block in blocks if one["quote"] in block.text and block.kind != "heading")
    thread = comments.open_thread(workspace, people[one["by"]], document.id, block, one["text"], quote=one["quote"])
    for answer in one["replies"]:
        comments.reply(workspace, people[answer["by"]], thread.id, answer["text"])
    if "resolved_by" in one:
        comments.resolve(workspace, people[one["resolved_by"]], thread.id)


def _measures_and_round(
    workspace: Workspace, people: Mapping[str, Actor], kept: Mapping[str, Document], source: Source
) -> None:
    made = {one["key"]: _measure(workspace, people["ingvill"], kept, one) for one in source["measures"]}
    draft = rounds.create(
        workspace,
        people["marit"],
        tuple(made.values()),
        number=source["round"]["number"],
        title=source["round"]["title"],
        purpose=source["round"]["purpose"],
        closes=_deadline(workspace.now()),
    )
    rounds.open_round(workspace, people["marit"], draft.id)
    voting: dict[str, Actor] = {}
    for actor in people.values():
        for number in actor.voices:
            voting.setdefault(number, actor)
    for one in source["measures"]:
        reasons = dict(one.get("reasons", ()))
        for number, value in zip(ORDER, one["votes"].split(), strict=True):
            if value != "-":
                rounds.answer(workspace, voting[number], draft.id, made[one["key"]], value, reasons.get(number, ""))
        for key, value, reason in one["advice"]:
            rounds.answer(workspace, people[key], draft.id, made[one["key"]], str(value), reason)


def _measure(workspace: Workspace, by: Actor, kept: Mapping[str, Document], one: Source) -> str:
    fields = (
        "number", "title", "goal", "responsible", "partners", "cost", "horizon", "quick_win", "quick_win_date",
        "regional_benefit",
    )  # fmt: skip
    benefits = tuple(
        Benefit(municipality=number, kind=kind, size=size, how=how, source=where)
        for number, kind, size, how, where in one["benefits"]
    )
    cites = tuple(Citation(document=kept[key].id, quote=quote) for key, quote in one["cites"])
    measure = measures.create(
        workspace,
        by,
        text=one["text"].strip(),
        benefits=benefits,
        citations=cites,
        **{name: one[name] for name in fields},
    )
    return measure.id


def _deadline(now: datetime) -> datetime:
    """Noon on 30 November 2026, or a week from now when that has passed, so that the round is always open."""
    if now < DEADLINE - timedelta(hours=1):
        return DEADLINE.astimezone(UTC)
    return (
        (now.astimezone(OSLO) + timedelta(days=7)).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)
    )
