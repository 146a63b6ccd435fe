"""The words on screen for kinds of documents, languages, audiences, and files."""

from __future__ import annotations

from workspace.documents.model import File
from workspace.extraction import model
from workspace.translation import gettext, ngettext

_TYPES = {"pdf": "PDF", "html": "HTML", "csv": "CSV", "rtf": "RTF", "png": "PNG", "jpeg": "JPEG"}


def kind(value: str) -> str:
    """A kind of document in the reader's language."""
    return str(
        {
            "interview": gettext("Intervju"),
            "analysis": gettext("Analyse"),
            "survey": gettext("Spørreundersøkelse"),
            "swot": gettext("SWOT"),
            "plan": gettext("Planutkast"),
            "minutes": gettext("Referat"),
            "note": gettext("Notat"),
        }.get(value, value)
    )


def language(value: str) -> str:
    """A written language in the reader's language, as it stands inside a sentence."""
    return str({"nb": gettext("bokmål"), "nn": gettext("nynorsk"), "en": gettext("engelsk")}.get(value, value))


def audience(value: str) -> str:
    """Who a document is for, in the reader's language."""
    return str({"region": gettext("Alle i regionen"), "staff": gettext("Bare medarbeidere")}.get(value, value))


# -- Documents that are files --


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


def leaf(file: File, number: int) -> str:
    """What a page or sheet is called: "Side 17", "Ark: Sysselsetting"."""
    if file.unit == "page":
        return str(gettext("Side %(number)s", number=number))
    label = file.labels[number - 1] if number <= len(file.labels) else ""
    return str(gettext("Ark: %(name)s", name=label)) if label else str(gettext("Ark %(number)s", number=number))


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
