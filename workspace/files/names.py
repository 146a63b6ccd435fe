"""The words on screen for files that are sent: what became of each, and why."""

from __future__ import annotations

from workspace.extraction import model
from workspace.files.model import KNOWN, LARGEST_TOGETHER, READ, REFUSED, STOPPED, STORED, WAITING, Item
from workspace.translation import gettext

LARGEST, TOGETHER = model.LARGEST, LARGEST_TOGETHER  # bytes of one file, and of all that are sent in one go
ENDINGS = ".pdf,.docx,.odt,.xlsx,.ods,.csv,.md,.txt,.html,.htm,.rtf,.png,.jpg,.jpeg"


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


def too_large() -> str:
    """What is said of one file that is larger than we take."""
    return str(gettext("Filen er større enn 25 MB. Del den i flere filer."))


def too_much() -> str:
    """What is said of files that are larger together than we take."""
    return str(gettext("Filene er for store til sammen. Send høyst 100 MB om gangen."))


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
            model.TOO_LARGE: too_large(),
            model.TOO_MANY_DOTS: gettext("Bildet er for stort. Grensen er 50 millioner bildepunkter."),
            model.NOT_TEXT: gettext("Filen er ikke lesbar tekst."),
        }.get(item.reason, gettext("Noe gikk galt. Prøv å laste opp filen på nytt."))
    )
