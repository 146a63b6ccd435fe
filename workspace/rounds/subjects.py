"""Measures and the outcomes of rounds as what comments are about.

To import this is to make them known to comments. `assembly` does, so that whoever opens a workspace has them.
"""

from __future__ import annotations

import hashlib

from workspace import access, markup
from workspace.access import Actor, Audience
from workspace.comments import subject as subjects
from workspace.comments.anchoring import Text
from workspace.comments.subject import Brief, Kind, Subject
from workspace.errors import NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import service as rounds
from workspace.rounds.model import Round
from workspace.store.port import View

MEASURE, OUTCOME = "measure", "outcome"


# -- Measures --


def of_measure(workspace: Workspace, actor: Actor, measure: Measure, view: View | None = None) -> Subject:
    """A measure's text as what comments are about, with what was said of the measures that have become part of it."""
    seen = view or workspace.region(actor.region).view()
    merged = [seen.get(Measure, id) for id in measure.merged]

    def version(number: int) -> str | None:
        try:
            return measures.text_of(seen, measure, number).text
        except NotFound:
            return None

    def earlier(number: int) -> Text | None:
        text = version(number)
        return None if text is None else Text([(0, markup.render(text).blocks)])

    return Subject(
        kind=MEASURE,
        id=measure.id,
        title=_title(measure),
        number=measure.text_version,
        thing=measure,
        unit="",
        leaves=0,
        language="",
        read=lambda page: markup.render(measure.text),
        earlier=earlier,
        digest=lambda number: _digest(version(number)),
        also=tuple(_about(part) for part in merged if part is not None and access.may_see(actor, part)),
    )


def _measure(workspace: Workspace, actor: Actor, id: str, view: View | None = None) -> Subject:
    seen = view or workspace.region(actor.region).view()
    found = measures.get(workspace, actor, id, seen)
    if found.merged_into:
        found = measures.get(workspace, actor, found.merged_into, seen)
    return of_measure(workspace, actor, found, seen)


def _brief_of_measure(view: View, id: str) -> Brief | None:
    measure = view.get(Measure, id)
    stands = view.get(Measure, measure.merged_into) if measure is not None and measure.merged_into else measure
    if measure is None or stands is None:
        return None
    is_for = Audience.STAFF if Audience.STAFF in (measure.audience, stands.audience) else Audience.REGION
    return Brief(_about(stands), _title(stands), is_for, tuple(f"{MEASURE}:{id}" for id in measure.merged))


def _about(measure: Measure) -> str:
    return f"{MEASURE}:{measure.id}"


def _title(measure: Measure) -> str:
    return f"{measure.code} {measure.title}"


def _digest(text: str | None) -> str:
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


# -- Outcomes: written once, when a round is concluded --


def of_outcome(round_: Round) -> Subject:
    """What a concluded round came to as what comments are about."""
    return Subject(
        kind=OUTCOME,
        id=round_.id,
        title=round_.title,
        number=1,
        thing=round_,
        unit="",
        leaves=0,
        language="",
        read=lambda page: markup.render_short(round_.outcome),
        earlier=lambda number: None,
        digest=lambda number: _digest(round_.outcome),
    )


def _outcome(workspace: Workspace, actor: Actor, id: str, view: View | None = None) -> Subject:
    found = rounds.get(workspace, actor, id, view)
    if found.state != "concluded":
        raise NotFound()
    return of_outcome(found)


def _brief_of_outcome(view: View, id: str) -> Brief | None:
    round_ = view.get(Round, id)
    if round_ is None or round_.state != "concluded":
        return None
    return Brief(f"{OUTCOME}:{id}", round_.title, Audience.REGION)


subjects.register(MEASURE, Kind(_measure, Measure.table, _brief_of_measure))
subjects.register(OUTCOME, Kind(_outcome, Round.table, _brief_of_outcome))
