"""The words on screen for files: their types, what became of them, and why."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from workspace.documents.model import File
from workspace.extraction import kinds, model
from workspace.files.model import KNOWN, READ, REFUSED, STOPPED, STORED, WAITING, Item

ENDINGS = ".pdf,.docx,.odt,.xlsx,.ods,.csv,.md,.txt,.html,.htm,.rtf,.png,.jpg,.jpeg"
_TYPES = {"pdf": "PDF", "html": "HTML", "csv": "CSV", "rtf": "RTF", "png": "PNG", "jpeg": "JPEG"}


def type_of(kind: str) -> str:
    """A type of file, as it is written: PDF, docx."""
    return _TYPES.get(kind, kind)


def extent(file: File) -> str:
    """The type of a file and how long it is: "PDF, 42 sider"."""
    name = type_of(file.kind)
    if file.unit == "page":
        return f"{name}, {ngettext('%(num)s side', '%(num)s sider', file.of)}"
    if file.unit == "sheet" and file.leaves > 1:
        return f"{name}, {ngettext('%(num)s ark', '%(num)s ark', file.leaves)}"
    return name


def icon(file: File | None) -> str:
    """The icon of a document: a clip for one that is a file."""
    return "document" if file is None else "attachment"


def leaf(file: File, number: int) -> str:
    """What a page or sheet is called: "Side 17", "Ark: Sysselsetting"."""
    if file.unit == "page":
        return str(gettext("Side %(number)s", number=number))
    label = file.labels[number - 1] if number <= len(file.labels) else ""
    return str(gettext("Ark: %(name)s", name=label)) if label else str(gettext("Ark %(number)s", number=number))


def state(value: str) -> str:
    """What became of a file."""
    return str(
        {
            WAITING: gettext("I kø"),
            READ: gettext("Lest"),
            STORED: gettext("Tekst kan ikke leses"),
            KNOWN: gettext("Fantes fra før"),
            REFUSED: gettext("Avvist"),
            STOPPED: gettext("Stoppet"),
        }.get(value, value)
    )


def state_color(value: str) -> str:
    """The colour of what became of a file; the word says it too."""
    return {READ: "success", STORED: "warning", REFUSED: "danger"}.get(value, "neutral")


def state_icon(value: str) -> str:
    """The icon of what became of a file."""
    return {READ: "tick", STORED: "unreadable", REFUSED: "cross", KNOWN: "dash", STOPPED: "dash"}.get(value, "clock")


def unreadable(file: File) -> str:
    """Why the text of a file can't be read, and what one can do."""
    return str(
        {
            model.SCANNED: gettext("Sidene er bilder uten tekst. Last opp en utgave der teksten kan merkes."),
            model.ENCRYPTED: gettext("Filen er låst med passord. Last opp en utgave uten passord."),
            model.DAMAGED: gettext("Filen er skadet. Prøv å lagre den på nytt og last den opp en gang til."),
            model.EMPTY: gettext("Det er ingen tekst i filen."),
            model.LIMITS: gettext("Filen er for tung å lese. Del den i flere filer."),
        }.get(file.state, "")
    )


def partial(file: File) -> str:
    """What of a file is not among what was read, "" when all is."""
    parts: list[str] = []
    if file.state == model.PARTIAL and file.unit == "page" and file.leaves < file.of:
        parts.append(str(gettext("Bare de første %(read)s av %(all)s sidene er lest.", read=file.leaves, all=file.of)))
    elif file.state == model.PARTIAL and not file.bare:
        parts.append(str(gettext("Filen er så lang at bare begynnelsen er lest.")))
    if file.bare and file.state != model.SCANNED:
        parts.append(
            str(ngettext("%(num)s side er et bilde uten tekst.", "%(num)s sider er bilder uten tekst.", file.bare))
        )
    if file.pictures:
        parts.append(
            str(ngettext("%(num)s bilde finnes bare i filen.", "%(num)s bilder finnes bare i filen.", file.pictures))
        )
    return " ".join(parts)


def refused(item: Item) -> str:
    """Why a file was refused, and what one can do."""
    return str(
        {
            model.NOT_TAKEN: gettext(
                "Vi tar ikke imot filer av denne typen. Er det opptak, last opp et referat i stedet."
            ),
            model.LEGACY: gettext("Filen er i et eldre Office-format. Lagre den som docx, xlsx eller PDF."),
            model.MACROS: gettext("Filen inneholder makroer. Lagre den uten makroer."),
            model.PROGRAM: gettext("Filen er et program."),
            model.DRAWING: gettext("Vi tar ikke imot SVG. Lagre tegningen som PNG eller PDF."),
            model.MISMATCH: gettext("Innholdet er av en annen type enn navnet sier."),
            model.PACKING: gettext("Filen er pakket på en måte som ikke er trygg å åpne."),
            model.DEFINITIONS: gettext("Filen inneholder definisjoner som kan gjøre skade."),
            model.NOTHING: gettext("Filen er tom."),
            model.TOO_LARGE: gettext("Filen er større enn 25 MB. Del den i flere filer."),
            model.TOO_MANY_DOTS: gettext("Bildet er for stort. Grensen er 50 millioner bildepunkter."),
            model.NOT_TEXT: gettext("Filen er ikke lesbar tekst."),
        }.get(item.reason, gettext("Noe gikk galt. Prøv å laste opp filen på nytt."))
    )


def media(name: str) -> str:
    """What a name says a file is, for the icon beside it."""
    return type_of(kinds.ending(name))
