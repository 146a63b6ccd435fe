"""Reading rounds: which there are, how the region stands in them, and what is left for the one who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import counting
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.model import Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.sealed import Sealed
from workspace.rounds.verdict import Verdict
from workspace.search.port import Entry
from workspace.store.port import View


def get(workspace: Workspace, actor: Actor, round_id: str, view: View | None = None) -> Round:
    """The round. A draft exists only for those who may make rounds. Raises NotFound."""
    found = (view or workspace.region(actor.region).view()).get(Round, round_id)
    access.require(actor, Action.READ_ROUND, found)
    if found is None or (found.state == "draft" and not access.can(actor, Action.WRITE_ROUND)):
        raise NotFound()
    return found


def listing(workspace: Workspace, actor: Actor) -> list[Round]:
    """The rounds that this actor may see, newest first."""
    access.require(actor, Action.READ_ROUND)
    found = workspace.region(actor.region).view().find(Round, order="number", descending=True)
    return [r for r in found if r.state != "draft" or access.can(actor, Action.WRITE_ROUND)]


# -- How the region stands --


def may_show(round_: Round) -> bool:
    """Whether anybody may see how voices stand now: what each page, file, message and entry of search asks first."""
    return round_.shows_standpoints()


class Standing(NamedTuple):
    """How a round stands: the newest ballot of each voter on each measure, and the verdicts."""

    round: Round
    measures: tuple[Measure, ...]
    ballots: Mapping[str, Mapping[str, Ballot]]  # by measure, then by voice: a municipality's number, a Voice's id
    advice: Mapping[str, tuple[Ballot, ...]]  # by measure
    verdicts: Mapping[str, Verdict]
    answered: Mapping[str, frozenset[str]]  # by voice: the measures it has answered
    last: str  # the id of the ballot that was cast last, "" for none
    voices: Mapping[str, Voice]  # in a round by person, by id
    met: frozenset[str]  # ids of ballots whose condition is met
    before: Mapping[str, Mapping[str, Ballot]]  # given to an earlier text and not confirmed: by measure and voice
    names: Mapping[str, str]  # of each voice
    progress: tuple[int, int]  # answers of voices, and how many there would be if all answered
    shown: bool  # whether standpoints may be seen; if not, ballots, advice, verdicts and before are empty
    revealed: Mapping[str, Revealed] = {}  # by measure, in an anonymous round that has closed

    @property
    def electorate(self) -> tuple[str, ...]:
        """Who has a voice."""
        return counting.electorate_of(self.round, self.voices)


def standing(workspace: Workspace, actor: Actor, round_id: str) -> Standing:
    """How a round stands, as far as this actor may see it. Raises NotFound."""
    view = workspace.region(actor.region).view()
    round_ = get(workspace, actor, round_id, view)
    found = [measures.get(workspace, actor, id, view) for id in round_.measures]
    count = counting.of(view, round_)
    shown, progress = may_show(round_), counting.progress(round_, count)
    if not shown:
        count = count._replace(ballots={}, advice={}, verdicts={}, before={}, met=frozenset(), revealed={})
    names = _person_names(count.voices) if round_.by_person else municipality_names(workspace, actor)
    return Standing(round_, tuple(found), **count._asdict(), names=names, progress=progress, shown=shown)


def _person_names(voices: Mapping[str, Voice]) -> dict[str, str]:
    return {id: voice.name or voice.ref for id, voice in voices.items()}


def municipality_names(workspace: Workspace, actor: Actor) -> dict[str, str]:
    """What each municipality is called, by its number."""
    return {municipality.id: municipality.name for municipality in regions.municipalities(workspace, actor)}


def answered(workspace: Workspace, actor: Actor, round_: Round) -> Mapping[str, frozenset[str]]:
    """Which measures of a round each municipality has answered, by its number."""
    access.require(actor, Action.READ_ROUND)
    return counting.of(workspace.region(actor.region).view(), round_).answered


# -- What is one's own --


def last_ballot(view: View, round_id: str, measure_id: str, voter: str) -> Ballot | None:
    """The newest ballot of a voter on a measure, whatever version of the text it was given to."""
    where = {"round": round_id, "measure": measure_id, "voter": voter}
    return view.first(Ballot, where, order="sequence", descending=True)


def voices_of(actor: Actor, round_: Round) -> tuple[str, ...]:
    """The municipalities of the round's electorate that this person answers for. None: the answer is advisory."""
    return tuple(number for number in round_.electorate if number in actor.voices)


def voice_of(view: View, actor: Actor, round_: Round) -> Voice | None:
    """This person's voice in a round by person; None for somebody who has none."""
    if not round_.by_person:
        return None
    if actor.guest:
        voice = view.get(Voice, actor.guest)
        return voice if voice is not None and voice.round == round_.id else None
    if actor.person is None:
        return None
    return view.first(Voice, {"round": round_.id, "person": actor.person})


def voters_of(view: View, actor: Actor, round_: Round) -> tuple[str, ...]:
    """Everything that this person's answers in a round may be kept under: all their municipalities, and their own."""
    voice = voice_of(view, actor, round_)
    own = [voice.voter] if voice is not None else []
    own.append(f"guest:{actor.guest}" if actor.guest else f"person:{actor.by}")
    return (*(f"municipality:{number}" for number in voices_of(actor, round_)), *own)


def has_part(workspace: Workspace, actor: Actor, round_: Round) -> bool:
    """Whether an answer of this person is taken: in a round by person only theirs who have a voice."""
    may = access.can(actor, Action.ANSWER_ROUND, round_)
    view = workspace.region(actor.region).view()
    return may and (not round_.by_person or voice_of(view, actor, round_) is not None)


def own_answer(workspace: Workspace, actor: Actor, round_: Round, measure_id: str, voice: str = "") -> Ballot | None:
    """What this person's municipality, or else the person, has answered on a measure; own answers are always seen.
    `voice` chooses between several municipalities."""
    view = workspace.region(actor.region).view()
    last = last_ballot(view, round_.id, measure_id, _voter(view, actor, round_, voice))
    return None if last is None or last.withdrawn else last


def is_own(view: View, actor: Actor, round_: Round, ballot: Ballot) -> bool:
    """Whether a ballot is this person's, or that of a municipality the person answers for."""
    if ballot.municipality and not round_.by_person:
        return ballot.counts and ballot.municipality in voices_of(actor, round_)
    return ballot.voter == _voter(view, actor, round_)


def has_sealed(workspace: Workspace, actor: Actor, round_: Round, measure_id: str) -> bool:
    """Whether this person has answered a measure of an anonymous round: that can be seen, but not what."""
    view = workspace.region(actor.region).view()
    voice = voice_of(view, actor, round_) if round_.is_anonymous else None
    return voice is not None and view.get(Sealed, f"{round_.id}:{measure_id}:{voice.id}") is not None


def unanswered(workspace: Workspace, actor: Actor, round_: Round, voice: str = "") -> tuple[str, ...]:
    """The measures of a round that wait for this person's answer, or their municipality's: not answered, taken back,
    or answered to an earlier text. Of several municipalities any, or the one that is `voice`. None for somebody
    without a part in it."""
    if not has_part(workspace, actor, round_):
        return ()
    view = workspace.region(actor.region).view()
    own = voices_of(actor, round_)
    voters = [_voter(view, actor, round_, number) for number in ((voice,) if voice in own else own or ("",))]
    left = {id for voter in voters for id in _left(view, round_, voter)}
    return tuple(id for id in round_.measures if id in left)


def _left(view: View, round_: Round, voter: str) -> Iterator[str]:
    """The measures that wait for this voter's answer."""
    if round_.is_anonymous:
        sealed = {one.measure for one in view.find(Sealed, {"round": round_.id, "voter": voter})}
        yield from (id for id in round_.measures if id not in sealed)
        return
    last = given(view, round_, voter)
    for item in round_.items:
        if item.measure not in last or not item.takes(last[item.measure].text_version):
            yield item.measure


def voice_for(workspace: Workspace, actor: Actor, round_: Round, measure_ids: Iterable[str], asked: str = "") -> str:
    """The municipality that this person is about to answer for: the one they ask for, else the first of theirs that has
    any of these measures left, else their first. "" for an answer that is nobody's but their own."""
    own = voices_of(actor, round_)
    if asked in own or len(own) < 2:
        return asked if asked in own else "".join(own)
    wanted = set(measure_ids)
    left = (number for number in own if wanted & set(unanswered(workspace, actor, round_, number)))
    return next(left, own[0])


def _voter(view: View, actor: Actor, round_: Round, number: str = "") -> str:
    """What this person's answers are kept under: of several municipalities under the one with this number."""
    voice = voice_of(view, actor, round_)
    if voice is not None:
        return voice.voter
    own = voices_of(actor, round_)
    if own:
        return f"municipality:{number if number in own else own[0]}"
    return f"guest:{actor.guest}" if actor.guest else f"person:{actor.by}"


def given(view: View, round_: Round, voter: str) -> dict[str, Ballot]:
    """What a voter has answered to each measure and not taken back, whatever version of the text it was given to."""
    found = view.find(Ballot, {"round": round_.id, "voter": voter}, order="sequence")
    last = {ballot.measure: ballot for ballot in found}
    return {id: ballot for id, ballot in last.items() if not ballot.withdrawn}


def own_answers(workspace: Workspace, actor: Actor, round_: Round, voice: str = "") -> dict[str, Ballot]:
    """What this person's municipality, or else the person, has answered, by measure. `voice` is as in `own_answer`."""
    view = workspace.region(actor.region).view()
    return given(view, round_, _voter(view, actor, round_, voice))


class Waiting(NamedTuple):
    """The open round, and what is left in it for one person."""

    round: Round
    unanswered: tuple[Measure, ...]
    answered: int
    voices: tuple[str, ...]


def waiting_for(workspace: Workspace, actor: Actor) -> Waiting | None:
    """The newest open round and the measures this person has not answered in it; None when no round is open."""
    round_ = _open_round(workspace, actor)
    if round_ is None:
        return None
    view = workspace.region(actor.region).view()
    ids = unanswered(workspace, actor, round_) if access.can(actor, Action.ANSWER_ROUND) else ()
    left = tuple(measures.get(workspace, actor, id, view) for id in ids)
    return Waiting(round_, left, len(round_.measures) - len(left), voices_of(actor, round_))


def count_unanswered(workspace: Workspace, actor: Actor) -> int:
    """How many measures of the open round wait for this person's answer."""
    round_ = _open_round(workspace, actor) if access.can(actor, Action.ANSWER_ROUND) else None
    if round_ is None or follows_up(actor, round_):
        return 0
    return len(unanswered(workspace, actor, round_))


def follows_up(actor: Actor, round_: Round) -> bool:
    """Whether this person leads the round and answers for nobody in it: municipalities are waited for, not they. Their
    own answers are advice that nobody waits for."""
    return not round_.by_person and not voices_of(actor, round_) and access.can(actor, Action.CLOSE_ROUND, round_)


def to_follow_up(workspace: Workspace, actor: Actor) -> list[Round]:
    """What the one who leads has to see to: rounds whose outcome is missing, drafts that did not open as planned."""
    if not access.can(actor, Action.CONCLUDE_ROUND):
        return []
    view = workspace.region(actor.region).view()
    closed = view.find(Round, {"state": "closed"}, order="number")
    return [*closed, *(draft for draft in view.find(Round, {"state": "draft"}, order="number") if draft.not_opened)]


def _open_round(workspace: Workspace, actor: Actor) -> Round | None:
    """The newest round that takes answers now, one that takes this person's first, for those who may read rounds."""
    if not access.can(actor, Action.READ_ROUND):
        return None
    found = workspace.region(actor.region).view().find(Round, {"state": "open"}, order="number", descending=True)
    is_open = [round_ for round_ in found if round_.is_open(workspace.now())]
    return next((round_ for round_ in is_open if has_part(workspace, actor, round_)), next(iter(is_open), None))


def round_of(workspace: Workspace, actor: Actor, measure_id: str) -> Round | None:
    """The round that a measure is in, else the newest that it was in, drafts left out."""
    found = [r for r in listing(workspace, actor) if measure_id in r.measures and r.state != "draft"]
    return next((round_ for round_ in found if round_.state == "open"), next(iter(found), None))


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of a concluded round: its outcome. (entries, uids that are gone)."""
    round_ = view.get(Round, record_id) if table == Round.table else None
    if round_ is None or round_.state != "concluded":
        return [], [f"outcome:{record_id}"] if table == Round.table else []
    return [
        Entry(
            uid=f"outcome:{round_.id}",
            kind="outcome",
            id=round_.id,
            ref=round_.id,
            title=round_.title,
            text=round_.outcome,
            audience="region",
            date=(round_.concluded or round_.closes).date().isoformat(),
        )
    ], []
