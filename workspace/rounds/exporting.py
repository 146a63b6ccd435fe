"""Taking a round out: all its ballots in order, and how it stands. Never more than may be seen of the round."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from workspace import access, tables
from workspace.access import Action, Actor
from workspace.errors import Conflict, NotFound, _
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import ballot_rows as rows
from workspace.rounds import counting, names, parties, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.scale import ABSTAIN, CAN_LIVE_WITH, RESERVATION
from workspace.rounds.service import Standing
from workspace.rounds.suppression import LEAST
from workspace.rounds.verdict import Verdict, group_informed, plain_product
from workspace.store.port import View
from workspace.tables import Cell, Table
from workspace.translation import gettext

RESULT_COLUMNS = (
    "measure", "title", "outcome", "sentence", "verdict", "voices", "answered", "stands", "supporting", "reservations",
    "blocks", "against", "abstained", "missing", "group_informed", "plain_product", "points", "rank",
)  # fmt: skip
VOICE_COLUMNS = ("voice", "municipality", "voice_group", "answered", "measures")


class Exported(NamedTuple):
    """What a round has to show: how it stands, and every ballot that may be seen, in order."""

    standing: Standing
    ballots: tuple[Ballot, ...]
    marks: tuple[ConditionMet, ...]
    drawn: tuple[Revealed, ...]  # of an anonymous round


def named(workspace: Workspace, actor: Actor, text: str) -> Round:
    """The round with this number or id. Raises NotFound."""
    if text.isascii() and text.isdigit() and len(text) <= 6:
        found = [r for r in service.listing(workspace, actor) if r.number == int(text)]
        if not found:
            raise NotFound()
        return found[0]
    return service.get(workspace, actor, text)


def export(workspace: Workspace, actor: Actor, round_id: str) -> Exported:
    """All of a round that this actor may take out. Raises Conflict for a draft, Forbidden, NotFound."""
    round_ = service.get(workspace, actor, round_id)
    access.require(actor, Action.EXPORT_ROUND, round_)
    if round_.state == "draft":
        raise Conflict(_("Runden er ikke åpnet ennå."), current=round_)
    standing = service.standing(workspace, actor, round_id)
    view = workspace.region(actor.region).view()
    if not standing.shown:
        return Exported(standing, (), (), ())
    if standing.round.is_anonymous:
        return Exported(standing, (), (), _drawn(view, standing.round))
    found = view.find(Ballot, {"round": round_id}, order="sequence")
    ballots = tuple(ballot for ballot in found if ballot.sequence <= standing.round.updates)
    marks = [mark for mark in view.find(ConditionMet, {"round": round_id}) if mark.id in standing.met]
    return Exported(standing, ballots, tuple(sorted(marks, key=lambda mark: mark.at)), ())


def _drawn(view: View, round_: Round) -> tuple[Revealed, ...]:
    found = [view.get(Revealed, f"{round_.id}:{id}") for id in round_.measures]
    return tuple(drawn for drawn in found if drawn is not None and len(drawn.values) >= LEAST)


# -- The forms it goes out in --


def to_csv(exported: Exported) -> bytes:
    """The ballots as CSV."""
    return tables.to_csv(answers(exported))


def results_to_csv(exported: Exported) -> bytes:
    """How each measure stands, as CSV."""
    return tables.to_csv(results(exported))


def to_xlsx(exported: Exported) -> bytes:
    """A workbook: the ballots, how each measure stands, and who has a voice."""
    return tables.to_xlsx((answers(exported), results(exported), voices(exported)))


def to_json(exported: Exported) -> bytes:
    """Everything as one JSON document."""
    standing = exported.standing
    document: dict[str, Any] = {
        "round": msgspec.to_builtins(standing.round),
        "shown": standing.shown,
        "measures": [
            {"id": m.id, "code": m.code, "title": m.title, "text_version": standing.round.text_version(m.id)}
            for m in standing.measures
        ],
        "voices": _objects(voices(exported)),
        "ballots": _objects(answers(exported)),
        "results": _objects(results(exported)),
    }
    document["round"].pop("code")  # the meeting's, which lets people in
    if standing.round.state != "concluded":  # drafts of it are for those who lead
        document["round"] |= dict.fromkeys(("outcome", "review_date", "followed_up_by"), "") | {"starts": []}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


FORMS: dict[str, Callable[[Exported], bytes]] = {"csv": to_csv, "json": to_json, "xlsx": to_xlsx}


def _objects(table: Table) -> list[dict[str, Cell]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def answers(exported: Exported) -> Table:
    """The ballots as a table, oldest first, and then what a count of them must know besides."""
    return Table(gettext("Svar"), rows.COLUMNS, list(_answers(exported)))


def _answers(exported: Exported) -> Iterator[Sequence[Cell]]:
    said = _Said(exported)
    if not exported.standing.shown:
        yield from said.who_has_answered()
        return
    for drawn in exported.drawn:
        for number, value in enumerate(drawn.values, start=1):
            yield said.row(drawn.measure, f"{said.codes[drawn.measure]}/{number}", value, kind=rows.DRAWN)
    for ballot in exported.ballots:
        yield said.ballot(ballot)
    if not exported.standing.round.is_anonymous:
        yield from said.how_it_stands()


class _Said:
    """The rows of one round."""

    def __init__(self, exported: Exported) -> None:
        self._exported = exported
        self.standing = exported.standing
        self.round = exported.standing.round
        self.codes = {m.id: m.code for m in self.standing.measures}
        self._titles = {m.id: m.title for m in self.standing.measures}
        self._voices = voice_labels(self.standing)
        self._advisers = rows.Advisers(exported.ballots).called

    def row(self, measure: str, voice: str, value: int | None, **more: Cell) -> Sequence[Cell]:
        cells: dict[str, Cell] = dict.fromkeys(rows.COLUMNS, "")
        cells |= {"measure": self.codes[measure], "title": self._titles[measure], "voice": voice}
        if value is not None:
            cells |= {"value": rows.shown(self.round, value), "answer": names.answer(self.round, value)}
        return list((cells | more).values())

    def ballot(self, ballot: Ballot) -> Sequence[Cell]:
        group, party = self._advisers.get(ballot.voter, ("", ""))
        return self.row(
            ballot.measure,
            self._voices.get(ballot.voice, ballot.voice) if ballot.counts else party,
            None if ballot.withdrawn else ballot.value,
            group=group,
            reason=ballot.reason,
            at=ballot.given,
            kind=rows.ANSWER,
            municipality=ballot.municipality,
            voice_group=ballot.group if ballot.counts else "",
            text_version=ballot.text_version,
            conditional=rows.yes_or_no(ballot.conditional or None),
            joins=rows.yes_or_no(ballot.joins),
            channel=ballot.channel,
            source=ballot.source,
            on_behalf=rows.yes_or_no(ballot.on_behalf or None),
            entered_by=ballot.name if ballot.counts else "",
            ballot=ballot.id,
            digest=ballot.digest,
        )

    def how_it_stands(self) -> Iterator[Sequence[Cell]]:
        """What changes the count without being an answer: a text that changed, a condition met, who never answered."""
        for measure, given in self.standing.before.items():
            for voice in given:
                yield self.row(measure, self._voices.get(voice, voice), None, kind=rows.NOT_CONFIRMED)
        for mark in self._exported.marks:
            for voice, ballot in self.standing.ballots.get(mark.measure, {}).items():
                if ballot.id == mark.id and ballot.value == RESERVATION:
                    label = self._voices.get(voice, voice)
                    yield self.row(mark.measure, label, CAN_LIVE_WITH, kind=rows.MET, at=mark.at.isoformat())
        yield from self._silent()

    def _silent(self) -> Iterator[Sequence[Cell]]:
        """Voices that never answered, once each, and measures that nobody answered: a count must know that they are."""
        electorate = self.standing.electorate
        heard = {ballot.voice for ballot in self._exported.ballots if ballot.counts}
        asked = {ballot.measure for ballot in self._exported.ballots}
        for voice in electorate:
            if voice not in heard:
                yield self.row(self.round.measures[0], self._voices[voice], None, kind=rows.NOT_ANSWERED)
        for measure in self.round.measures:
            if measure not in asked and electorate:
                yield self.row(measure, self._voices[electorate[0]], None, kind=rows.NOT_ANSWERED)

    def who_has_answered(self) -> Iterator[Sequence[Cell]]:
        """All that may be seen of a hidden round."""
        for measure in self.round.measures:
            for voice in self.standing.electorate:
                has = counting.is_answered(self.round, self.standing.answered.get(voice, ()), measure)
                yield self.row(measure, self._voices[voice], None, kind=rows.HIDDEN if has else rows.NOT_ANSWERED)


def voice_labels(standing: Standing) -> dict[str, str]:
    """What each voice is called in a file, so that it is known again: as in the file it came in, or its name."""
    if standing.round.by_person:
        return rows.labels((id, voice.ref or voice.name, id) for id, voice in standing.voices.items())
    return rows.labels((number, standing.names.get(number, ""), number) for number in standing.round.electorate)


# -- How it stands --


def results(exported: Exported) -> Table:
    """How each measure stands: the verdict, its sentence, its numbers, and the figures for sorting."""
    standing = exported.standing
    enough = {drawn.measure for drawn in exported.drawn}
    made: list[list[Cell]] = []
    for measure in standing.measures:
        verdict = standing.verdicts.get(measure.id)
        if verdict is None or (standing.round.is_anonymous and measure.id not in enough):
            made.append([measure.code, measure.title, gettext("Vises ikke"), *[""] * (len(RESULT_COLUMNS) - 3)])
        else:
            made.append(_result(standing, measure, verdict))
    return Table(gettext("Resultat"), RESULT_COLUMNS, made)


def _result(standing: Standing, measure: Measure, verdict: Verdict) -> list[Cell]:
    counted, score = verdict.tally, verdict.score
    called = voice_labels(standing)
    lists = (counted.reservations, counted.blocks, counted.against, counted.abstained, counted.missing)
    groups = groups_of(standing, measure.id)
    return [
        measure.code,
        measure.title,
        names.outcome(verdict),
        names.sentence(standing.round, verdict, standing.names),
        verdict.outcome.value,
        counted.voices,
        counted.answered,
        counted.stands,
        counted.supporting,
        *(", ".join(called.get(voice, voice) for voice in voices) for voices in lists),
        group_informed(groups) if groups is not None else None,
        float(plain_product(groups)) if groups is not None else None,
        score.points if score else None,
        score.rank if score else None,
    ]


def groups_of(standing: Standing, measure_id: str) -> dict[str, list[int]] | None:
    """The answers to a measure by the groups of its figures, as steps of the scale (a yes as support, a no as a
    reservation). None where answers are no steps, or nobody may know whose they are.
    """
    round_ = standing.round
    if round_.is_anonymous or round_.method == "priority":
        return None
    found = parties.voting(standing, measure_id)
    return {name: [_step(round_, value) for value in values] for name, values in found.items()}


def _step(round_: Round, value: int) -> int:
    look = names.look(round_, value)
    return look if isinstance(look, int) else ABSTAIN


def voices(exported: Exported) -> Table:
    """Who has a voice, and how much each has answered."""
    standing = exported.standing
    called = voice_labels(standing)
    made: list[list[Any]] = []
    for voice in standing.electorate:
        person = standing.voices.get(voice)
        made.append(
            [
                called[voice],
                person.municipality if person else voice,
                person.group if person else "",
                len(standing.answered.get(voice, ())),
                len(standing.round.items),
            ]
        )
    return Table(gettext("Hvem svarer"), VOICE_COLUMNS, made)
