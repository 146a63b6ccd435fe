"""The protocol as a DOCX, with real headings and table heads. The only place that knows python-docx."""

from __future__ import annotations

import io
import re

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from workspace.rounds.protocol import Part, Protocol, Stand
from workspace.translation import gettext, language

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}
# Characters that XML has no place for; the text of people is kept without most of them already.
_NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_docx(made: Protocol) -> bytes:
    """The protocol as a file."""
    document = docx.Document()
    _prepare(document, made)
    document.add_heading(_text(made.heading), 0)
    document.add_paragraph(_text(made.region))
    document.add_paragraph(is_no_resolution(), style="Intense Quote")
    _table(document, None, [[label, value] for label, value in made.facts])
    document.add_heading(gettext("Regelen"), 1)
    for line in made.rule:
        document.add_paragraph(_text(line), style="List Bullet")
    if made.outcome:
        _outcome(document, made)
    for part in made.parts:
        _part(document, part, made.is_final)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def is_no_resolution() -> str:
    """What every protocol says of itself."""
    return gettext("Dette er et drøftingsresultat, ikke et vedtak. Kommunestyrene avgjør selv.")


def _prepare(document: Document, made: Protocol) -> None:
    """Title, author and language: what a reader's program shows and speaks."""
    about = document.core_properties
    about.title, about.author, about.language = _text(made.heading)[:255], _text(made.region)[:255], _language()
    about.comments = ""
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), _language())


def _language() -> str:
    return LANGUAGES.get(language(), LANGUAGES["nb"])


def _outcome(document: Document, made: Protocol) -> None:
    document.add_heading(gettext("Oppsummering av runden"), 1)
    for paragraph in made.outcome.split("\n\n"):
        document.add_paragraph(_text(paragraph))
    if made.follow_up:
        _table(document, None, [[label, value] for label, value in made.follow_up])


def _part(document: Document, part: Part, is_final: bool) -> None:
    """One measure: the verdict, who stood where, the reasons word for word, advice apart."""
    document.add_heading(_text(f"{part.code} {part.title}"), 1)
    label = gettext("Utfall") if is_final else gettext("Foreløpig utfall")
    verdict = document.add_paragraph()
    verdict.add_run(f"{label}: ").bold = True
    verdict.add_run(_text(part.sentence))
    document.add_paragraph(gettext("Runden gjelder versjon %(number)s av teksten.", number=part.text_version))
    if part.stands:
        document.add_heading(gettext("Hvem som sto hvor"), 2)
        _table(document, _stand_heads(), [[stand.who, stand.answer, stand.note] for stand in part.stands])
    if part.counts:
        document.add_heading(gettext("Svarene i tall"), 2)
        _table(document, [gettext("Svar"), gettext("Antall")], [[word, str(count)] for word, count in part.counts])
    if part.missing:
        document.add_heading(gettext("Har ikke svart"), 2)
        document.add_paragraph(_text(", ".join(part.missing)))
    _reasons(document, gettext("Begrunnelser, ordrett"), part.stands)
    for section in part.sections:
        document.add_heading(_text(section.heading), 2)
        for line in section.lines:
            document.add_paragraph(_text(line), style="List Bullet")
    if part.advice:
        document.add_heading(gettext("Rådgivende svar, telles for seg"), 2)
    for group, stands in part.advice:
        document.add_heading(_text(group), 3)
        _table(document, _stand_heads(), [[stand.who, stand.answer, stand.note] for stand in stands])
        _reasons(document, "", stands)


def _stand_heads() -> list[str]:
    return [gettext("Hvem"), gettext("Standpunkt"), gettext("Merknad")]


def _reasons(document: Document, heading: str, stands: tuple[Stand, ...]) -> None:
    given = [stand for stand in stands if stand.reason]
    if given and heading:
        document.add_heading(heading, 2)
    for stand in given:
        document.add_paragraph().add_run(_text(f"{stand.who} ({stand.answer})")).bold = True
        document.add_paragraph(_text(stand.reason), style="Quote")


def _table(document: Document, heads: list[str] | None, rows: list[list[str]]) -> None:
    """A table; its head row, where it has one, is told to be one, and comes again on each page."""
    width = len(heads or rows[0])
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    if heads is not None:
        row = table.add_row()
        for cell, head in zip(row.cells, heads, strict=True):
            cell.paragraphs[0].add_run(_text(head)).bold = True
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)
    for values in rows:
        for at, (cell, value) in enumerate(zip(table.add_row().cells, values, strict=True)):
            cell.paragraphs[0].add_run(_text(value)).bold = at == 0 or None
    document.add_paragraph()


def _text(text: str) -> str:
    return _NO_XML.sub("", text)
