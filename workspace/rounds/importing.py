"""Taking in ballots from a file: answers of a round held on paper or elsewhere, or an export of ours.

Each line is taken, unchanged or refused, and says so. Many are taken in one transaction; a run that was interrupted can
be run again, because what is there already is known again: by the time in the file, else by the file's name and line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from workspace import access, tables
from workspace.access import Action, Actor
from workspace.clean import clean_line
from workspace.errors import BadRequest, Conflict, Forbidden, Invalid, Message, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import ballot_rows as rows
from workspace.rounds.ballot import LONGEST_SOURCE, Ballot, Voice
from workspace.rounds.life import meet_deadline
from workspace.rounds.model import Round
from workspace.rounds.reading_rows import Book, Entry
from workspace.rounds.service import get
from workspace.store.port import Transaction, View
from workspace.tables import Line

BATCH = 400  # lines in one transaction
TAKEN, UNCHANGED, REFUSED = "taken", "unchanged", "refused"
ANONYMOUS = _("I en runde uten navn kan svar ikke leses inn: de kan ikke skilles fra hverandre.")

Advance = Callable[[float], None]


class Fate(NamedTuple):
    """What became of a line of the file."""

    number: int
    fate: str  # TAKEN, UNCHANGED or REFUSED
    why: Message | None = None
    measure: str = ""  # as the file has them
    voice: str = ""


class Report(NamedTuple):
    """What became of each line, and how many voices were new."""

    fates: tuple[Fate, ...]
    joined: int = 0

    def count(self, fate: str) -> int:
        """How many lines had this fate."""
        return sum(one.fate == fate for one in self.fates)


def read(content: bytes, name: str) -> list[Line]:
    """The lines of a file: CSV, or the first sheet of an XLSX. Raises Invalid (field `file`)."""
    if name.lower().endswith(".xlsx"):
        sheets = list(tables.read_xlsx(content).values())
        lines = sheets[0] if sheets else []
    else:
        lines = tables.read_csv(content)
    if not lines:
        raise Invalid({"file": _("Filen har ingen svar.")})
    missing = rows.too_few({column for line in lines for column in line.cells})
    if missing:
        raise Invalid({"file": missing})
    return lines


def take_in(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    lines: Sequence[Line],
    source: str,
    *,
    new_voices: bool = False,
    dry: bool = False,
    advance: Advance = lambda step: None,
    once: Once | None = None,
) -> Report:
    """Take the lines of a file into an open round; `source` is the file's name.

    `new_voices` gives unknown voices of a round by person a voice. `dry` says what would happen, and keeps nothing.
    Raises Conflict with the round's state when it takes no answers, Forbidden, NotFound.
    """
    access.require(actor, Action.ANSWER_ON_BEHALF)
    if not dry:
        came_of(workspace.region(actor.region).view(), actor, once, Round)  # refuses a key used for something else
        meet_deadline(workspace, actor, get(workspace, actor, round_id))
    run = _Run(workspace, actor, round_id, clean_line(source)[: LONGEST_SOURCE - 10], new_voices, dry)
    for at in range(0, len(lines), BATCH):
        batch = lines[at : at + BATCH]
        run.take(batch, once if at + BATCH >= len(lines) else None)
        advance(len(batch))
    return Report(tuple(run.fates), run.joined)


class _Run:
    """One file on its way into a round."""

    def __init__(
        self, workspace: Workspace, actor: Actor, round_id: str, source: str, new_voices: bool, dry: bool
    ) -> None:
        self._workspace, self._actor, self._round, self._source = workspace, actor, round_id, source
        self._new_voices, self._dry = new_voices, dry
        self._book = Book()
        self.fates: list[Fate] = []
        self.joined = 0

    def take(self, batch: Sequence[Line], once: Once | None) -> None:
        """Take some lines in, in one transaction. Once some are in, a round that closes refuses the rest."""
        store = self._workspace.region(self._actor.region)
        try:
            if self._dry:
                self._take(store.view(), None, batch, once)
                return
            with store.transaction() as tx:
                self._take(tx, tx, batch, once)
        except Conflict as late:
            if not self.fates:
                raise
            self.fates += [_fate(line, REFUSED, late.message) for line in batch]

    def _take(self, view: View, tx: Transaction | None, batch: Sequence[Line], once: Once | None) -> None:
        now = self._workspace.now()
        stored = get(self._workspace, self._actor, self._round, view)
        if stored.is_anonymous:
            raise Forbidden(ANONYMOUS)
        stored.take(now)
        self._book.catch_up(view, stored)
        fates, ballots, joined = self._sort(stored, batch, now)
        if tx is not None:
            self._keep(tx, stored, ballots, joined, once, now)
            self._book.kept(len(ballots))
        self.fates += fates
        self.joined += len(joined)

    def _sort(
        self, stored: Round, batch: Sequence[Line], now: datetime
    ) -> tuple[list[Fate], list[Ballot], list[Voice]]:
        """What becomes of each line, with the ballots and the voices it brings."""
        fates: list[Fate] = []
        ballots: list[Ballot] = []
        joined: list[Voice] = []
        for line in batch:
            try:
                entry = self._book.entry(stored, line, self._source, self._new_voices)
            except (Invalid, BadRequest) as refused:
                why = next(iter(refused.errors.values())) if isinstance(refused, Invalid) else refused.message
                fates.append(_fate(line, REFUSED, why))
                continue
            if entry is None:
                fates.append(_fate(line, UNCHANGED))
                continue
            if entry.voice is None and entry.joins_as is not None:
                voice = Voice(id=self._workspace.new_id(), round=stored.id, joined=now, **entry.joins_as._asdict())
                self._book.join(voice)
                joined.append(voice)
                entry = entry._replace(voter=voice.voter, municipality=voice.municipality, group=voice.group)
            ballot = self._ballot(stored, entry, stored.updates + len(ballots) + 1, now)
            self._book.add(ballot)
            ballots.append(ballot)
            fates.append(_fate(line, TAKEN))
        return fates, ballots, joined

    def _ballot(self, stored: Round, entry: Entry, sequence: int, now: datetime) -> Ballot:
        return Ballot(
            id=self._workspace.new_id(), round=stored.id, measure=entry.measure, text_version=entry.text_version,
            sequence=sequence, voter=entry.voter, municipality=entry.municipality, group=entry.group,
            value=entry.value, reason=entry.reason, conditional=entry.conditional, joins=entry.joins,
            withdrawn=entry.withdrawn, channel="file", source=entry.source, on_behalf=True, by=self._actor.by,
            name=self._actor.name, party=entry.party, at=now, file_time=entry.file_time,
            salt=self._workspace.new_id(),
        )  # fmt: skip

    def _keep(
        self,
        tx: Transaction,
        stored: Round,
        ballots: list[Ballot],
        joined: list[Voice],
        once: Once | None,
        now: datetime,
    ) -> None:
        """Put what came, with its events: the round once for all of them."""
        kept = stored
        if joined:
            kept = kept.join(len(joined)).changed(updates=kept.updates)
        if ballots:
            kept = tx.put(kept.take(now, len(ballots)))
        for voice in joined:
            tx.log("voices.joined", tx.put(voice), at=now, by=self._actor.by, round=stored.id)
        for ballot in ballots:
            put = tx.put(ballot)
            tx.log(
                "ballots.cast", put, at=now, by=self._actor.by, round=stored.id, measure=put.measure, voter=put.voter,
                text_version=put.text_version, digest=put.digest, sequence=put.sequence, channel=put.channel,
            )  # fmt: skip
        remember(tx, self._actor, once, kept, now)


def _fate(line: Line, fate: str, why: Message | None = None) -> Fate:
    cells = line.cells
    return Fate(line.number, fate, why, cells.get("measure", "")[:80], cells.get("voice", "")[:80])
