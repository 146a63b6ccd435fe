"""Every class of records that is kept, and what is never taken out. A test holds the lists against the rooms."""

from __future__ import annotations

from workspace.accounts.model import Attempts, Link, LinkRequest, Person, Session
from workspace.comments.model import Comment, CommentText, Thread
from workspace.comments.placement import Placements
from workspace.comments.suggestion import Suggestion
from workspace.documents.model import Document, Version
from workspace.documents.versions import ReadMark
from workspace.files.model import Upload
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.model import Hearing
from workspace.measures.importing import SheetImport
from workspace.measures.model import Measure, MeasureText
from workspace.measures.opportunity import Opportunity
from workspace.notices.delivery import Delivery, Received
from workspace.notices.model import Follow, FollowedTo, Notice, Preference
from workspace.once import Receipt
from workspace.record import Record
from workspace.regions.model import FirstRun, Membership, Municipality, Region, WorkingGroup
from workspace.rounds.amendment import Amendment
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.mediation import MediationNote
from workspace.rounds.meeting import Guest, HandCount, MeetingCode
from workspace.rounds.model import Round
from workspace.rounds.reminder import Reminder
from workspace.rounds.revealed import Revealed
from workspace.rounds.sealed import Sealed
from workspace.rounds.trust import TrustReading
from workspace.workplan.model import Budget, Capacity, Milestone, Report

IN_HOUSE: tuple[type[Record], ...] = (Person, Session, Link, LinkRequest, Attempts, Region, FirstRun, MeetingCode)
IN_REGION: tuple[type[Record], ...] = (
    Municipality, Membership, WorkingGroup, Document, Version, ReadMark, Upload, Thread, Comment, CommentText,
    Placements, Suggestion, Measure, MeasureText, Opportunity, SheetImport, Round, Voice, Ballot, ConditionMet, Sealed,
    Revealed, Amendment, MediationNote, Milestone, Budget, Capacity, Report, Guest, HandCount, TrustReading,
    Reminder, Notice, Follow, Preference, FollowedTo, Delivery, Received, Hearing, HearingAnswer, Receipt,
)  # fmt: skip
OF_TABLE: dict[str, type[Record]] = {kind.table: kind for kind in (*IN_HOUSE, *IN_REGION)}

# What lets somebody in without a password: not put back with a backup, so that people sign in anew.
SIGNED_IN = frozenset({Session.table, Link.table, LinkRequest.table, FirstRun.table})

# Tables that stay out of every backup and export. The keys of anonymous rounds are in none: they are kept apart from
# the stores (`stores.keys`), since whoever has a key beside the sealed answers can tell who gave them.
NEVER_TAKEN_OUT: frozenset[str] = frozenset()
