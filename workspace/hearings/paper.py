"""A hearing report in words, in the reader's language: the same on the screen, in the PDF, the DOCX and the sheet."""

from __future__ import annotations

from typing import NamedTuple

from workspace import markup, text
from workspace.hearings import names
from workspace.hearings.changes import Run
from workspace.hearings.report import Report
from workspace.hearings.rows import ANSWER, CHAPTER, COMMENT, PARTY, Group, Row
from workspace.translation import gettext, ngettext


class Item(NamedTuple):
    """One row in words. Texts come in paragraphs."""

    number: int
    kind: str  # "comment" or "answer"
    sender: str
    sender_more: tuple[str, ...]  # role, day, how it came
    about: str  # what it is about: the words, or the chapter where rows are not gathered by it
    quote: str
    text: tuple[str, ...]
    replies: tuple[tuple[str, tuple[str, ...]], ...]  # what others said in the thread: (who, paragraphs)
    assessment: tuple[tuple[str, tuple[str, ...]], ...]  # what staff said: (who, paragraphs)
    reason: str
    state: str  # the row's own
    outcome: str  # in words
    change: str  # "ja, i versjon 8", "nei", "" where nothing is decided
    runs: tuple[Run, ...]
    more_runs: str
    notes: tuple[str, ...]

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.state == "withdrawn"


class Section(NamedTuple):
    """A heading and what stands under it."""

    heading: str
    items: tuple[Item, ...]


class Paper(NamedTuple):
    """The whole report in words."""

    language: str
    region: str
    heading: str
    title: str
    way: str
    facts: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]


def paper(report: Report, language: str) -> Paper:
    """The report in words."""
    return Paper(
        language=language,
        region=report.region,
        heading=_heading(report),
        title=report.title,
        way=names.way(report.way),
        facts=tuple(_facts(report)),
        counts=tuple((names.state(state), count) for state, count in report.counts),
        notes=tuple(_notes(report)),
        sections=tuple(_section(report, group) for group in report.groups),
    )


# -- The items --


def _section(report: Report, group: Group) -> Section:
    return Section(_name_of(report, group.key), tuple(_item(report, row) for row in group.rows))


def _name_of(report: Report, key: str) -> str:
    questions = report.hearing.questions if report.hearing is not None else ()
    if report.way == CHAPTER and key in questions:
        return gettext("Spørsmål %(number)s: %(question)s", number=questions.index(key) + 1, question=key)
    if key:
        return key
    if report.way == CHAPTER:
        return gettext("Hele dokumentet")
    return gettext("Uten organisasjon") if report.way == PARTY else gettext("Ikke knyttet til en kommune")


def _item(report: Report, row: Row) -> Item:
    others = tuple((said.who, paragraphs(said.text)) for said in row.replies if not said.by_staff)
    by_staff = tuple((said.who, paragraphs(said.text)) for said in row.replies if said.by_staff)
    assessed = ((("", tuple(row.assessment.split("\n\n"))),) if row.assessment else ()) + by_staff
    return Item(
        number=row.number,
        kind=row.kind,
        sender=row.party or row.name or gettext("Uten navn"),
        sender_more=tuple(_sender_more(row)),
        about=row.chapter if report.way != CHAPTER else "",
        quote=row.quote,
        text=(*paragraphs(row.text), *_suggested(row)),
        replies=others,
        assessment=assessed,
        reason=row.reason,
        state=row.state,
        outcome=names.state(row.state),
        change=_change(row),
        runs=row.changed.runs,
        more_runs=ngettext("Og én endring til.", "Og %(num)s endringer til.", row.changed.more)
        if row.changed.more
        else "",
        notes=tuple(_row_notes(row)),
    )


def _suggested(row: Row) -> tuple[str, ...]:
    """The words somebody wants in place of the paragraph."""
    if row.suggested is None:
        return ()
    if not row.suggested:
        return (gettext("Foreslår at avsnittet tas bort."),)
    return (gettext("Foreslår i stedet:"), *paragraphs(row.suggested))


def _sender_more(row: Row) -> list[str]:
    who = [part for part in (row.name if row.party else "", row.role) if part]
    found = [", ".join(who)] if who else []
    if row.kind == ANSWER:
        found.append(f"{gettext('Høringsuttalelse')}, {names.source(row.sort).lower()}")
    else:
        found.append(names.kind(row.sort))
    return [*found, text.day(row.at)]


def _change(row: Row) -> str:
    if row.led_to:
        return gettext("ja, i versjon %(number)s", number=row.led_to)
    unknown = {"open", "answered", "resolved", "withdrawn", "taken_in", "partly"}  # taken in, but nobody said where
    return "" if row.state in unknown else gettext("nei")


def _row_notes(row: Row) -> list[str]:
    found = []
    if row.state == "withdrawn":
        found.append(
            gettext("Høringsuttalelsen er trukket.") if row.kind == ANSWER else gettext("Kommentaren er trukket.")
        )
    if row.is_orphan:
        found.append(gettext("Ordene sto i versjon %(number)s, og er ikke lenger i teksten.", number=row.version))
    if row.is_late:
        found.append(gettext("Kom etter fristen."))
    if row.entered:
        found.append(gettext("Ført inn fra: %(source)s", source=row.entered))
    return found


def paragraphs(source: str) -> tuple[str, ...]:
    """What a person wrote, as plain paragraphs."""
    if not source:
        return ()
    return tuple(block.text.strip() for block in markup.render_short(source).blocks if block.text.strip())


# -- The first page --


def _heading(report: Report) -> str:
    """What the report is called."""
    if report.hearing is None:
        return gettext("Sammenstilling av kommentarer")
    return gettext("Sammenstilling av innspill med kommentar")


def _facts(report: Report) -> list[tuple[str, str]]:
    """What stands on its first page."""
    document, hearing = report.document, report.hearing
    found = [
        (
            gettext("Dokument"),
            gettext("%(title)s, nå versjon %(number)s", title=document.title, number=document.number),
        )
    ]
    if hearing is not None:
        found.append((gettext("Sendt på høring"), gettext("Versjon %(number)s", number=hearing.number)))
        if hearing.opened is not None:
            found.append((gettext("Høringsperiode"), f"{text.day(hearing.opened)} – {text.day(hearing.closes)}"))
        if report.asked:
            asked = ngettext("Én er bedt om å uttale seg", "%(num)s er bedt om å uttale seg", report.asked)
            answered = ngettext("én av dem har svart", "%(num)s av dem har svart", report.asked_answered)
            found.append((gettext("Sendt til"), f"{asked}, {answered}"))
        if not report.is_without_answers:
            found.append((gettext("Høringsuttalelser"), _answers(report)))
            if report.answered:
                found.append((gettext("Uttalelse fra"), ", ".join(report.answered)))
    found.append((gettext("Kommentarer i rommet"), str(report.count(COMMENT))))
    found.append((gettext("Tall og tekst per"), f"{text.day(report.at)} {text.clock(report.at)}"))
    if report.responsible:
        found.append((gettext("Ansvarlig"), report.responsible))
    return found


def _answers(report: Report) -> str:
    count = ngettext("%(num)s mottatt", "%(num)s mottatt", report.received)
    return f"{count}, {ngettext('én trukket', '%(num)s trukket', report.withdrawn)}" if report.withdrawn else count


def _notes(report: Report) -> list[str]:
    """What a reader must know of what is not in the report."""
    found = []
    if report.removed:
        found.append(
            ngettext(
                "Én kommentar er fjernet av prosesslederen, og er ikke med.",
                "%(num)s kommentarer er fjernet av prosesslederen, og er ikke med.",
                report.removed,
            )
        )
    if any(row.changed.runs for row in report.rows):
        found.append(gettext("Under «Endring» er gjennomstreket tekst tatt bort, og understreket tekst ny."))
    if report.is_without_answers:
        found.append(gettext("Høringsuttalelsene er ikke med. De er ikke vist for medlemmene ennå."))
    return found
