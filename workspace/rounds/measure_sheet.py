"""The sheet «Svar» of the measures' workbook: how each voice stood on each measure in the rounds that have been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import alphabetical
from workspace.parts import Workspace
from workspace.rounds import names, service
from workspace.rounds.model import Round
from workspace.tables import Cell, Table
from workspace.translation import gettext

COLUMNS = ("nr", "tiltak", "runde", "kommune", "svar", "begrunnelse", "utfall")


def sheets(workspace: Workspace, actor: Actor) -> Iterator[Table]:
    """One sheet with the answers of all municipalities that this actor may take out now; none where there are none.

    It is to be read, beside the measures: answers come in by a round's own file.
    """
    rounds = [r for r in service.listing(workspace, actor) if r.state != "draft" and _may_take_out(actor, r)]
    rows = [row for round_ in rounds for row in _rows(workspace, actor, round_)]
    if rows:
        yield Table(gettext("Svar"), COLUMNS, rows)


def _may_take_out(actor: Actor, round_: Round) -> bool:
    return not round_.by_person and round_.shows_standpoints() and access.can(actor, Action.EXPORT_ROUND, round_)


def _rows(workspace: Workspace, actor: Actor, round_: Round) -> Iterator[Sequence[Cell]]:
    standing = service.standing(workspace, actor, round_.id)
    voices = sorted(standing.electorate, key=lambda voice: alphabetical(standing.names.get(voice, voice)))
    for measure in standing.measures:
        outcome = names.outcome(standing.verdicts[measure.id])
        for voice in voices:
            given = standing.ballots[measure.id].get(voice)
            answer = names.answer(round_, given.value) if given else names.stance("x")
            name, reason = standing.names.get(voice, voice), given.reason if given else ""
            yield (measure.code, measure.title, round_.number, name, answer, reason, outcome)
