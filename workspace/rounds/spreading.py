"""Giving points to all measures of a round at once (method "priority")."""

from __future__ import annotations

from collections.abc import Mapping

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service as comments
from workspace.errors import Invalid, Message, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import answering
from workspace.rounds.answering import Answer
from workspace.rounds.ballot import Ballot
from workspace.rounds.life import meet_deadline
from workspace.rounds.model import Round
from workspace.rounds.service import get, given


def spread(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    points: Mapping[str, str],
    voice: str = "",
    *,
    read: Mapping[str, int] | None = None,
    once: Once | None = None,
) -> Round:
    """Give points to several measures at once, all or nothing; measures left out keep what they have.

    `read` is the version of each text that the voter had before them, as in `answer`. Raises Invalid with
    `points-<measure>` for what can't be given to one, and `points` for too many in all; Conflict with the round's
    state when it takes no answers, NotFound, Forbidden.
    """
    access.require(actor, Action.ANSWER_ROUND)
    meet_deadline(workspace, actor, get(workspace, actor, round_id))
    party, group = comments.spoken_for(workspace, actor)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        answering.require_read(stored, read or {})
        for_whom = answering.voter(tx, actor, stored, voice, party, group)
        before = given(tx, stored, for_whom.voter)
        wanted = _parsed(stored, points, before)
        stored.take(workspace.now())
        for id, value in wanted.items():
            item, last = stored.item(id), before.get(id)
            if last is not None and last.value == value and item.takes(last.text_version):
                continue
            reason = last.reason if last is not None else ""
            answering.keep(workspace, tx, actor, stored, id, for_whom, Answer(str(value)), value, reason)
            stored = get(workspace, actor, round_id, tx)
        remember(tx, actor, once, stored, workspace.now())
        return stored


def _parsed(round_: Round, points: Mapping[str, str], before: Mapping[str, Ballot]) -> dict[str, int]:
    """The points as numbers. Raises Invalid."""
    if round_.method != "priority":
        raise Invalid({"points": _("I denne runden gis det ikke poeng.")})
    errors: dict[str, Message] = {}
    wanted: dict[str, int] = {}
    for id, typed in points.items():
        round_.item(id)
        try:
            wanted[id] = round_.way.parse(typed.strip() or "0", round_.settings, {})
        except Invalid as refused:
            errors[f"points-{id}"] = refused.errors["value"]
    kept = {id: ballot.value for id, ballot in before.items() if id in round_.measures}
    total = sum((kept | wanted).values())
    if not errors and total > round_.points:
        errors["points"] = _("Du har fordelt %(total)s poeng. Du har %(points)s.", total=total, points=round_.points)
    if errors:
        raise Invalid(errors)
    return wanted
