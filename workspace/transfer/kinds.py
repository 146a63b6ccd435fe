"""Every class of records that is kept, and what is never taken out. A test holds the lists against the rooms."""

from __future__ import annotations

from workspace.accounts.model import Attempts, Link, LinkRequest, Person, Session
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document, Version
from workspace.documents.versions import ReadMark
from workspace.files.model import Upload
from workspace.measures.model import Measure, MeasureText
from workspace.once import Receipt
from workspace.record import Record
from workspace.regions.model import Membership, Municipality, Region
from workspace.rounds.model import Ballot, Round

IN_HOUSE: tuple[type[Record], ...] = (Person, Session, Link, LinkRequest, Attempts, Region)
IN_REGION: tuple[type[Record], ...] = (
    Municipality, Membership, Document, Version, ReadMark, Upload, Thread, Comment, Measure, MeasureText, Round, Ballot,
    Receipt,
)  # fmt: skip
OF_TABLE: dict[str, type[Record]] = {kind.table: kind for kind in (*IN_HOUSE, *IN_REGION)}

# What lets somebody in without a password: not put back with a backup, so that people sign in anew.
SIGNED_IN = frozenset({Session.table, Link.table, LinkRequest.table})

# Tables with the keys of anonymous rounds. Whoever has a key beside the answers can tell who gave them, so these stay
# out of every backup and export. No round is anonymous yet; the room that makes the first one names its table here.
NEVER_TAKEN_OUT: frozenset[str] = frozenset()
