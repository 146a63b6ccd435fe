"""What staff make of each part of an answer: what they think of it, what came of it, and why."""

from __future__ import annotations

from workspace import access
from workspace.access import Action, Actor
from workspace.comments.model import Thread
from workspace.documents import service as documents
from workspace.errors import Invalid, _
from workspace.hearings import service
from workspace.hearings.answer import HearingAnswer
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace


def assess(
    workspace: Workspace,
    actor: Actor,
    answer_id: str,
    part: int,
    version: int,
    *,
    assessment: str,
    outcome: str,
    reason: str,
    led_to: int = 0,
    thread: str = "",
    once: Once | None = None,
) -> HearingAnswer:
    """Say what came of a part of an answer, from 0. `led_to` is the version that was changed by it, 0 for none.

    Raises Conflict with the answer as it stands when `version` is stale or it is withdrawn, Invalid, NotFound.
    """
    access.require(actor, Action.ASSESS_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing, stored = service.answer(workspace, actor, answer_id, tx)
        document = documents.get(workspace, actor, hearing.document, tx)
        if led_to and not hearing.number < led_to <= document.number:
            raise Invalid({"led_to": _("Velg en versjon som er nyere enn høringsutkastet.")})
        found = tx.get(Thread, thread) if thread else None
        if thread and (found is None or found.document != document.id):
            raise Invalid({"thread": _("Velg en tråd i dokumentet, eller ingen.")})
        kept = tx.put(
            stored.assess(
                part, version, assessment=assessment.strip(), outcome=outcome, reason=reason.strip(), led_to=led_to,
                thread=thread, assessed=now, assessed_by=actor.by, assessed_name=actor.name,
            )
        )  # fmt: skip
        tx.log(
            "hearing_answers.assessed", kept, at=now, by=actor.by, document=document.id, hearing=hearing.id, part=part,
            outcome=outcome,
        )  # fmt: skip
        remember(tx, actor, once, kept, now)
        return kept
