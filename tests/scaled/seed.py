"""Make the region that `load.py` works in: `python -m tests.scaled.seed PLAN.json [PEOPLE]`.

Where it is made, the environment says (WORKSPACE_INSTANCE, WORKSPACE_DATABASE_URL), as for the servers. Everybody has
the same password; it stands in the plan.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec

from tests.installations import close, open_workspace
from workspace.access import Actor, Role, operator
from workspace.accounts import passwords
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.norway import municipalities as norway
from workspace.rounds import life

SLUG = "travelt"
PASSWORD = "fire grønne båter ved kaia"
PER_MUNICIPALITY = 4  # a voting member and deputies, who may all answer for it
ROUNDS, MEASURES, DOCUMENTS = 4, 2, 24
LEADER = Actor(person="leder", name="Leder", region=SLUG, role=Role.FACILITATOR)
TEXT = "# {title}\n\n" + "\n\n".join(f"Avsnitt {n}. Kaia i Skarsund er trang, og båtene er mange." for n in range(1, 9))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to work with."""

    slug: str
    password: str
    leader: str  # the e-mail address of one who may close rounds
    people: dict[str, str]  # by e-mail address: the municipality the person answers for
    names: dict[str, str]  # by its name: the number of a municipality
    rounds: dict[str, tuple[str, ...]]  # the measures of each
    documents: dict[str, str]  # with a thread in each to reply in


def seed(workspace: Workspace, people: int) -> Plan:
    """Make the region, with this many people in it beside the leader."""
    numbers = _numbers(max(1, people // PER_MUNICIPALITY))
    regions.create_region(workspace, operator(), SLUG, "Travelregionen", dict.fromkeys(numbers, ""))
    kept = passwords.hashed(PASSWORD)
    members: dict[str, str] = {}
    for number in numbers:
        made = [_person(workspace, f"{number}-{n}@travelt.example", kept) for n in range(PER_MUNICIPALITY)]
        for person in made:
            regions.add_member(workspace, operator(SLUG), person, Role.PARTICIPANT, municipality=number)
            members[person.email] = number
        regions.assign_voice(workspace, operator(SLUG), number, made[0].id, tuple(one.id for one in made[1:]))
    leader = _person(workspace, "leder@travelt.example", kept)
    regions.add_member(workspace, operator(SLUG), leader, Role.FACILITATOR)
    return Plan(
        slug=SLUG,
        password=PASSWORD,
        leader=leader.email,
        people=members,
        names={norway()[number].name: number for number in numbers},
        rounds=dict(_round(workspace, number) for number in range(1, ROUNDS + 1)),
        documents=dict(_document(workspace, number) for number in range(1, DOCUMENTS + 1)),
    )


def _numbers(count: int) -> list[str]:
    """So many of Norway's municipalities, whose names are no other's, so that a column of the board is one of them."""
    named = Counter(known.name for known in norway().values())
    return [number for number, known in sorted(norway().items()) if named[known.name] == 1][:count]


def _person(workspace: Workspace, email: str, password: str) -> Person:
    made = accounts.add_person(workspace, email.partition("@")[0], email)
    with workspace.house.transaction() as tx:
        return tx.put(made.changed(password=password))


def _round(workspace: Workspace, number: int) -> tuple[str, tuple[str, ...]]:
    made = [measures.create(workspace, LEADER, title=f"Tiltak {number}.{n}", text="Sammen.") for n in range(MEASURES)]
    closes = workspace.now() + timedelta(days=7)
    ids = tuple(measure.id for measure in made)
    draft = life.create(workspace, LEADER, ids, title=f"Runde {number}", closes=closes)
    return life.open_round(workspace, LEADER, draft.id).id, ids


def _document(workspace: Workspace, number: int) -> tuple[str, str]:
    title = f"Notat {number}"
    fields = {"title": title, "kind": "analysis", "language": "nb", "text": TEXT.format(title=title)}
    made = documents.create(workspace, LEADER, **fields)
    return made.id, comments.open_thread(workspace, LEADER, made.id, 2, "Hva mener dere om dette?").id


def main(path: str, people: str = "100") -> None:
    """Make it, and write the plan."""
    workspace = open_workspace(os.environ)
    try:
        Path(path).write_bytes(msgspec.json.encode(seed(workspace, int(people))))
    finally:
        close(workspace)


if __name__ == "__main__":
    main(*sys.argv[1:])
