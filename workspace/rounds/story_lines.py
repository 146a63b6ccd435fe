"""The story of a block in plain lines, for the protocol: when, what happened, and what was said, word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workspace import text
from workspace.rounds import names
from workspace.rounds.amendment import Amendment
from workspace.rounds.ballot import Ballot
from workspace.rounds.mediation import MediationNote
from workspace.rounds.model import Round
from workspace.rounds.story import Block, Step, Story
from workspace.translation import gettext

Who = Callable[[str], str]


def lines(round_: Round, story: Story, who: Who) -> Iterator[str]:
    """What happened, in order of time, and how it stands now. `who` says what a voice is called."""
    for step in story.steps:
        happened, said = _told(round_, step, who)
        line = f"{text.day(step.at)} {text.clock(step.at)}: {happened}"
        yield f"{line}\n{said}" if said else line
    for block in story.blocks:
        yield _stands(block, who(block.voice))
    if story.steps and not story.blocks:
        yield gettext("Tiltaket er ikke lenger blokkert.")


def _told(round_: Round, step: Step, who: Who) -> tuple[str, str]:
    """What happened, and what was said with it."""
    if step.ballot is not None:
        return _answered(round_, step.kind, step.ballot, who(step.ballot.voice))
    if step.note is not None:
        return _noted(step.note, who), step.note.text
    if step.amendment is not None:
        return _amended(step.kind, step.amendment), "" if step.kind == "proposed" else step.amendment.decision
    if step.text is not None:
        return gettext("Teksten ble endret, versjon %(number)s", number=step.text.number), step.text.reason
    return "", ""


def _answered(round_: Round, kind: str, ballot: Ballot, name: str) -> tuple[str, str]:
    if kind != "lifted":
        happened = (
            gettext("%(name)s blokkerer", name=name)
            if kind == "block"
            else gettext("%(name)s blokkerer fortsatt", name=name)
        )
        about = gettext("gitt til versjon %(number)s", number=ballot.text_version)
        entered = gettext("ført inn på deres vegne")
        return f"{happened} ({about}{f', {entered}' if ballot.on_behalf else ''})", ballot.reason
    if not ballot.withdrawn:
        answer = names.answer(round_, ballot.value)
        return gettext("%(name)s løftet blokkeringen: %(answer)s", name=name, answer=answer), ballot.reason
    if ballot.channel == "meeting":
        return gettext("En gjest ble tatt ut av møtet, og svaret telles ikke"), ballot.source
    return gettext("%(name)s trakk svaret sitt", name=name), ""


def _noted(note: MediationNote, who: Who) -> str:
    if note.kind == "stands":
        return gettext("%(name)s står ved blokkeringen", name=who(note.voter.partition(":")[2]))
    if note.kind == "answer":
        return gettext("Prosesslederen svarer")
    if note.kind == "next":
        return gettext("Neste: %(what)s", what=note.heading) if note.heading else gettext("Neste steg")
    return note.heading or gettext("Dette er prøvd")


def _amended(kind: str, amendment: Amendment) -> str:
    about = {"number": amendment.number}
    if kind == "proposed":
        return gettext("Endringsforslag %(number)s fra %(name)s", name=amendment.proposer, **about)
    if kind == "taken_in":
        version = amendment.taken_in
        return gettext("Endringsforslag %(number)s ble tatt inn i versjon %(version)s", version=version, **about)
    return gettext("Endringsforslag %(number)s ble ikke tatt inn", **about)


def _stands(block: Block, name: str) -> str:
    if not block.is_earlier:
        return gettext("Blokkeringen fra %(name)s står.", name=name)
    return gettext(
        "Blokkeringen fra %(name)s ble gitt til versjon %(number)s, og er ikke bekreftet.",
        name=name,
        number=block.ballot.text_version,
    )
