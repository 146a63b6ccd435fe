"""Stopping mail by the link in a letter, without signing in: a signed address says who stops what.

It lasts as long as the installation's key: a letter may be opened years later, and then its link must still work.
"""

from __future__ import annotations

from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from workspace.accounts.model import Person
from workspace.config import Config
from workspace.errors import NotFound
from workspace.notices import preferring, things
from workspace.notices.follows import Followed, require_seen
from workspace.notices.model import DAILY, NEVER, WHY, Follow, Preference, follow_id
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Membership, Region
from workspace.store.port import Transaction

ALL = "all"
_CATEGORY = "why:"
_ABOUT = frozenset({things.THREAD, *things.KINDS})


class Stop(NamedTuple):
    """That one person stops something."""

    region: str
    person: str
    what: str  # ALL, "why:<one of WHY>", or what is followed: "thread:<id>"


def token(config: Config, region: str, person: str, what: str) -> str:
    """The token that stops this for this person."""
    return str(_serializer(config).dumps([region, person, what]))


def address(config: Config, region: str, person: str, what: str) -> str:
    """The address that stops this for this person: absolute."""
    return f"{config.base_url.rstrip('/')}/u/{token(config, region, person, what)}"


def _serializer(config: Config) -> URLSafeSerializer:
    return URLSafeSerializer(config.secret_key, salt="stop notices by mail")


def read(workspace: Workspace, written: str) -> Stop:
    """What a token stops. Raises NotFound for what is no token of ours, or of somebody who is not there any more."""
    try:
        region, person, what = _serializer(workspace.config).loads(written)
    except (BadData, ValueError, TypeError):
        raise NotFound() from None
    stop = Stop(str(region), str(person), str(what))
    member = workspace.region(stop.region).view().get(Membership, stop.person)
    if member is None or not _is_known(stop.what):
        raise NotFound()
    return stop


def _is_known(what: str) -> bool:
    kind, _colon, name = what.partition(":")
    return what == ALL or (what.startswith(_CATEGORY) and name in WHY) or (kind in _ABOUT and bool(name))


def stop(workspace: Workspace, said: Stop) -> None:
    """Stop it. Done again it changes nothing."""
    with workspace.region(said.region).transaction() as tx:
        if said.what == ALL:
            _prefer(tx, said.person, often=NEVER)
        elif said.what.startswith(_CATEGORY):
            wanted = preferring.of(tx, said.person).wanted
            _prefer(tx, said.person, wanted=tuple(why for why in wanted if why != said.what.removeprefix(_CATEGORY)))
        else:
            _follow(workspace, tx, said, on=False)


def undo(workspace: Workspace, said: Stop) -> None:
    """Take the stop back. Of all mail it is then once a day again, as for those who have not said anything."""
    with workspace.region(said.region).transaction() as tx:
        if said.what == ALL:
            if preferring.of(tx, said.person).often == NEVER:
                _prefer(tx, said.person, often=DAILY)
        elif said.what.startswith(_CATEGORY):
            wanted = {*preferring.of(tx, said.person).wanted, said.what.removeprefix(_CATEGORY)}
            _prefer(tx, said.person, wanted=tuple(why for why in WHY if why in wanted))
        else:
            _follow(workspace, tx, said, on=True)


def is_stopped(workspace: Workspace, said: Stop) -> bool:
    """Whether it is stopped already."""
    view = workspace.region(said.region).view()
    if said.what == ALL:
        return preferring.of(view, said.person).often == NEVER
    if said.what.startswith(_CATEGORY):
        return said.what.removeprefix(_CATEGORY) not in preferring.of(view, said.person).wanted
    follow = view.get(Follow, follow_id(said.person, said.what))
    return follow is not None and not follow.on


def _prefer(tx: Transaction, person: str, **said: object) -> None:
    stored = tx.get(Preference, person) or Preference(id=person)
    kept = stored.changed(**said)
    if kept != stored:
        tx.put(kept)


def _follow(workspace: Workspace, tx: Transaction, said: Stop, on: bool) -> None:
    id, now = follow_id(said.person, said.what), workspace.now()
    kept = tx.get(Follow, id) or Follow(id=id, person=said.person, about=said.what, on=not on, since=now)
    if kept.on != on:
        tx.put(kept.changed(on=on, since=now))


# -- What the page says --


class Shown(NamedTuple):
    """What the page of a stop is made of."""

    stop: Stop
    person: Person | None
    region: str  # its name
    followed: Followed | None  # what is stopped, as far as the person may see it now


def shown(workspace: Workspace, said: Stop) -> Shown:
    """What the page of a stop is made of. A title is named only while the person may see it: a letter gets about."""
    house = workspace.house.view()
    person, region = house.get(Person, said.person), house.get(Region, said.region)
    followed = None
    if person is not None and said.what.partition(":")[0] in _ABOUT:
        view = workspace.region(said.region).view()
        try:
            actor = regions.actor_in(workspace, person, said.region)
            followed = Followed(said.what, require_seen(view, actor, said.what))
        except NotFound:
            followed = None
    return Shown(said, person, region.name if region is not None else said.region, followed)
