"""What a line of a file says, held against the round: which measure, whose answer, what answer, if it is new."""

from __future__ import annotations

import re
from typing import NamedTuple

from workspace.clean import clean_line, clean_text
from workspace.errors import Invalid, Message, _
from workspace.measures.model import Measure
from workspace.regions.model import GROUPS, Membership, Municipality
from workspace.rounds import ballot_rows as rows
from workspace.rounds.ballot import ONLY_THEY, Ballot, Voice, check_answer, hides_own, is_block
from workspace.rounds.model import Item, Round
from workspace.rounds.scale import RESERVATION
from workspace.store.port import View
from workspace.tables import Line

LONGEST_TIME = 40
LONGEST_NAME = 200
_CODE = re.compile(r"t-?0*(\d{1,6})|0*(\d{1,6})", re.ASCII)


class NewVoice(NamedTuple):
    """What a voice is called that has none yet."""

    ref: str
    municipality: str
    group: str


class Entry(NamedTuple):
    """An answer that a line brings."""

    measure: str
    voter: str
    municipality: str
    group: str
    party: str
    value: int
    reason: str
    conditional: bool
    joins: bool | None
    withdrawn: bool
    text_version: int
    source: str
    file_time: str
    voice: str | None = None  # in a round by person; None for one that has none yet
    joins_as: NewVoice | None = None  # what its new voice is called

    @property
    def said(self) -> tuple[object, ...]:
        return (self.measure, self.voter, self.value, self.reason, self.conditional, self.joins, self.withdrawn)


class Who(NamedTuple):
    """Whose answer a line is."""

    voter: str
    municipality: str = ""
    group: str = ""
    party: str = ""
    voice: str | None = None
    joins_as: NewVoice | None = None


def _said(ballot: Ballot) -> tuple[object, ...]:
    return (
        ballot.measure, ballot.voter, ballot.value, ballot.reason, ballot.conditional, ballot.joins, ballot.withdrawn
    )  # fmt: skip


class Book:
    """What a round has been answered so far, and what its measures and voices are called."""

    def __init__(self) -> None:
        self._read = 0  # ballots
        self._last: dict[tuple[str, str], tuple[tuple[object, ...], int]] = {}  # what was said, to which text
        self._own: dict[str, dict[str, Ballot]] = {}  # what voters have answered themselves, by voter and measure
        self._history: set[tuple[object, ...]] = set()  # what was said when, and from which line of which file
        self._points: dict[str, dict[str, int]] = {}  # by voter, where points are given
        self._measures: dict[str, set[str]] = {}
        self._municipalities: dict[str, set[str]] = {}
        self._voices: dict[str, Voice] = {}
        self._called: dict[str, set[str]] = {}  # ids of voices by what they are called
        self._emails: dict[str, str] = {}  # persons
        self._advisers = rows.Advisers()
        self._items: dict[str, Item] = {}

    # -- Keeping up with the round --

    def catch_up(self, view: View, round_: Round) -> None:
        """Take in what was answered since the last time. Ballots are only ever added, at the end."""
        self._items = {item.measure: item for item in round_.items}
        if not self._measures:
            self._read_names(view, round_)
        if round_.by_person and len(self._voices) != round_.voices:
            for voice in view.find(Voice, {"round": round_.id}):
                self.join(voice)
        found = view.find(Ballot, {"round": round_.id}, order="sequence", offset=self._read)
        for ballot in found:
            self.add(ballot)
        self._read += len(found)

    def kept(self, count: int) -> None:
        """So many of those that were added are in the store now."""
        self._read += count

    def add(self, ballot: Ballot) -> None:
        """Take in an answer."""
        said = _said(ballot)
        self._last[ballot.measure, ballot.voter] = said, ballot.text_version
        self._history |= {(said, "at", ballot.given), (said, "from", ballot.source)}
        own = self._own.setdefault(ballot.voter, {})
        own.pop(ballot.measure, None)
        if not (ballot.withdrawn or ballot.on_behalf):
            own[ballot.measure] = ballot
        self._advisers.add(ballot)
        self._points.setdefault(ballot.voter, {})[ballot.measure] = ballot.value

    def join(self, voice: Voice) -> None:
        """Take in a voice of a round by person."""
        self._voices[voice.id] = voice
        for called in {voice.id, voice.ref, voice.name} - {""}:
            self._called.setdefault(called.casefold(), set()).add(voice.id)
        if voice.person in self._emails:
            self._called.setdefault(self._emails[voice.person], set()).add(voice.id)

    def _read_names(self, view: View, round_: Round) -> None:
        for id in round_.measures:
            measure = view.get(Measure, id)
            for called in {id, measure.code, measure.title} if measure is not None else {id}:
                self._measures.setdefault(called.casefold(), set()).add(id)
        for municipality in view.find(Municipality, order="name"):
            if round_.by_person or municipality.id in round_.electorate:
                for called in (municipality.id, municipality.name):
                    self._municipalities.setdefault(called.casefold(), set()).add(municipality.id)
        if round_.by_person:
            self._emails = {member.id: member.email.casefold() for member in view.find(Membership, order="name")}

    # -- Reading a line --

    def entry(self, round_: Round, line: Line, source: str, new_voices: bool) -> Entry | None:
        """The answer that a line brings; None when it brings nothing new. Raises Invalid, BadRequest."""
        cells = line.cells
        kind = cells.get("kind", "")
        if kind and kind != rows.ANSWER:
            return None
        measure = self._measure(cells.get("measure", ""))
        who = self._who(round_, cells, new_voices)
        own = self._own.get(who.voter, {})
        if hides_own(round_, own, measure):
            raise Invalid({"voice": ONLY_THEY})
        entry = self._answer(round_, cells, measure, who, f"{source}:{line.number}")
        if self._is_known(entry):
            return None
        if measure in own and own[measure].counts and is_block(round_, own[measure]):
            raise Invalid({"voice": _("Den som har satt en blokkering, er den eneste som kan løfte den.")})
        return entry

    def _measure(self, text: str) -> str:
        if not text:
            raise Invalid({"measure": _("Raden sier ikke hvilket tiltak.")})
        code = _CODE.fullmatch(text.casefold())
        called = f"t-{int(code[1] or code[2]):02d}" if code else text.casefold()
        return _one_of(self._measures.get(called) or self._measures.get(text.casefold()), text, _NO_MEASURE)

    def _who(self, round_: Round, cells: dict[str, str], new_voices: bool) -> Who:
        text = clean_line(cells.get("voice", ""))
        if not text or len(text) > LONGEST_NAME:
            raise Invalid({"voice": _("Raden sier ikke hvem som svarer.")})
        if round_.by_person:
            return self._person(text, cells, new_voices)
        group = cells.get("group", "")
        if group:
            return self._adviser(text, group)
        number = _one_of(self._municipalities.get(text.casefold()), text, _NO_MUNICIPALITY)
        return Who(f"municipality:{number}", number)

    def _person(self, text: str, cells: dict[str, str], new_voices: bool) -> Who:
        found = self._called.get(text.casefold())
        if not found and new_voices:
            at = cells.get("municipality", "")
            number = _one_of(self._municipalities.get(at.casefold()), at, _NO_MUNICIPALITY) if at else ""
            called = NewVoice(text, number, clean_line(cells.get("voice_group") or cells.get("group", ""))[:80])
            return Who(f"ref:{text}", joins_as=called)
        voice = self._voices[_one_of(found, text, _NO_VOICE)]
        return Who(voice.voter, voice.municipality, voice.group, voice=voice.id)

    def _adviser(self, text: str, group: str) -> Who:
        said = group.casefold()
        if said not in {*GROUPS, "municipality"}:
            raise Invalid({"group": _("Det er ingen gruppe som heter «%(name)s».", name=group[:80])})
        voter = self._advisers.voter_of.get((said, text), f"paper:{said}/{text}")
        return Who(voter, group=said, party=text)

    def _answer(self, round_: Round, cells: dict[str, str], measure: str, who: Who, source: str) -> Entry:
        text = cells.get("value", "")
        item = self._items[measure]
        version = cells.get("text_version", "")
        text_version = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0
        reason = clean_text(cells.get("reason", ""))
        value, conditional, joins = 0, False, None
        if text:
            given = {m: v for m, v in self._points.get(who.voter, {}).items() if m != measure}
            points = given if round_.method == "priority" else {}
            value, reason = check_answer(round_, rows.value_of(round_, text), reason, points)
            conditional = bool(rows.is_yes(cells.get("conditional", ""))) and value == RESERVATION
            joins = rows.is_yes(cells.get("joins", ""))
        return Entry(
            measure, who.voter, who.municipality, who.group, who.party, value, reason if text else "", conditional,
            joins, not text, text_version or item.text_version, source, clean_line(cells.get("at", ""))[:LONGEST_TIME],
            who.voice, who.joins_as,
        )  # fmt: skip

    def _is_known(self, entry: Entry) -> bool:
        """Whether this was taken before, or says what is said already. Raises Invalid for an answer to another text."""
        last, text_version = self._last.get((entry.measure, entry.voter), (None, 0))
        if entry.withdrawn and (last is None or last[-1]):
            return True  # there is nothing to take back
        if entry.file_time and (entry.said, "at", entry.file_time) in self._history:
            return True
        item = self._items[entry.measure]
        if not item.takes(entry.text_version):
            raise Invalid(
                {
                    "text_version": _(
                        "Svaret gjelder versjon %(old)s av teksten. Runden gjelder versjon %(new)s.",
                        old=entry.text_version,
                        new=item.text_version,
                    )
                }
            )
        if entry.file_time:
            return False
        is_from_here = (entry.said, "from", entry.source) in self._history
        return is_from_here or (last == entry.said and item.takes(text_version))


_NO_MEASURE = _("Runden har ikke tiltaket «%(name)s».")
_NO_MUNICIPALITY = _("Ingen kommune i runden heter «%(name)s».")
_NO_VOICE = _("Ingen i runden heter «%(name)s».")


def _one_of(found: set[str] | None, text: str, none: Message) -> str:
    """The one that is called this. Raises Invalid for none and for several: nothing is guessed."""
    if not found:
        raise Invalid({"name": Message(none.text, {"name": text[:80]})})
    if len(found) > 1:
        raise Invalid({"name": _("Flere heter «%(name)s». Bruk nummeret.", name=text[:80])})
    return next(iter(found))
