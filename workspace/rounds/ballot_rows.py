"""Ballots as rows of a table, the same out as in: the form that `rounds tally` reads, with more columns to the right.

`value` is 5 to 1, `abstain`, `yes` or `no`, or a number of points; empty where nothing was answered, or it was taken
back. A row with a `group` is advisory. Rows of a `kind` other than "answer" tell how it stands (who has not answered),
so that a count of the file comes to what the round came to; they are passed over when the file comes in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from workspace.errors import Invalid, Message, _
from workspace.rounds.ballot import Ballot
from workspace.rounds.methods import METHODS
from workspace.rounds.model import Round
from workspace.rounds.scale import ABSTAIN, NO, YES
from workspace.translation import translated

REQUIRED = ("measure", "voice", "value")
COLUMNS = (
    *REQUIRED, "group", "reason", "at", "kind", "answer", "title", "municipality", "voice_group", "text_version",
    "conditional", "joins", "channel", "source", "on_behalf", "entered_by", "ballot", "digest",
)  # fmt: skip
ANSWER, NOT_ANSWERED, NOT_CONFIRMED, MET = "answer", "not answered", "not confirmed", "condition met"
HIDDEN, DRAWN = "answered, hidden until the round closes", "answered, without a name"
ABSTAINS, SAYS_YES, SAYS_NO = "abstain", "yes", "no"
_SHOWN = {YES: SAYS_YES, NO: SAYS_NO, ABSTAIN: ABSTAINS}


def shown(round_: Round, value: int) -> str:
    """An answer as the file has it."""
    if round_.method == "endorsement":
        return _SHOWN[value]
    return ABSTAINS if value == ABSTAIN and round_.method != "priority" else str(value)


def value_of(round_: Round, text: str) -> str:
    """What a cell says, as the round's method reads it: a code, or a word of the scale in any of our languages."""
    return _words(round_.method).get(text.strip().casefold(), text.strip())


@lru_cache(maxsize=len(METHODS))
def _words(method: str) -> Mapping[str, str]:
    words = {ABSTAINS: str(ABSTAIN)} if METHODS[method].SCALE else {}
    if method == "endorsement":
        words |= {SAYS_YES: str(YES), SAYS_NO: str(NO)}
    for step in METHODS[method].SCALE:
        words |= {translated(locale, step.label.text).casefold(): str(step.value) for locale in ("nb", "nn", "en")}
    return words


def is_yes(text: str) -> bool | None:
    """What a cell with yes or no says; None for an empty one. Raises Invalid for anything else."""
    said = text.strip().casefold()
    if said in {"yes", "ja", "1", "true"}:
        return True
    if said in {"no", "nei", "0", "false"}:
        return False
    if said:
        raise Invalid({"value": _("«%(said)s» er verken ja eller nei.", said=said[:40])})
    return None


def yes_or_no(value: bool | None) -> str:
    """A yes or a no as the file has it; "" for neither."""
    return "" if value is None else SAYS_YES if value else SAYS_NO


def labels(named: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """What each voice is called in a file, from (id, name, what it is called where the name is not its own).

    Nobody shares a name: those that would are called by what only they have.
    """
    rows = list(named)
    names = [name for _id, name, _other in rows]
    taken = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    return {id: other if not name or name in taken else name for id, name, other in rows}


class Advisers:
    """What advisory voices are called in a file, in the order in which they came: (group, party)."""

    def __init__(self, ballots: Iterable[Ballot] = ()) -> None:
        self.called: dict[str, tuple[str, str]] = {}  # by voter
        self.voter_of: dict[tuple[str, str], str] = {}
        self._counts: dict[tuple[str, str], int] = {}
        for ballot in ballots:
            self.add(ballot)

    def add(self, ballot: Ballot) -> None:
        """Take in who gave an answer. Parties with several who answered are numbered."""
        if ballot.counts or ballot.voter in self.called:
            return
        group, party = ballot.group or "other", ballot.party or "–"
        count = self._counts[group, party] = self._counts.get((group, party), 0) + 1
        called = (group, party if count == 1 else f"{party} ({count})")
        self.called[ballot.voter] = called
        self.voter_of[called] = ballot.voter


def too_few(columns: Iterable[str]) -> Message | None:
    """What is missing of the columns that must be there."""
    missing = [name for name in REQUIRED if name not in set(columns)]
    return _("Filen mangler kolonnen %(names)s.", names=", ".join(missing)) if missing else None
