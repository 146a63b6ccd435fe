"""Every word on screen is marked for translation: no template has words of its own outside `_()` and `ngettext()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

TEMPLATES = Path(__file__).parent.parent / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
JINJA = re.compile(r"\{% block size %\}\w+\{% endblock %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ATTRIBUTES = re.compile(r"""[\w:-]+=("[^"]*"|'[^']*')""")  # that a macro gives to many tags
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = {"aria-label", "title", "placeholder", "alt", "content", "value"}  # attributes that people read or hear
# The same in every language: our name, kinds of files, a key, cookies, and each language in its own words.
NAMES = {
    "Bokmål",
    "Nynorsk",
    "English",
    "Android",  # names of devices, as browsers give them
    "iPhone",
    "Esc",
    "locale",
    "color",
    "scheme",
    "Regionrom",
    "CSV",
    "DOCX",
    "JSON",
    "PDF",
    "XLSX",
}
READ = re.compile(r"[æøåÆØÅ]|[^\W\d_]{2,}[.!?]( |$)|^[A-ZÆØÅ][a-zæøå]+( |$)")  # what reads like words for people
MARKS = {"_", "gettext", "ngettext"}


class Words(HTMLParser):
    """What a template has of words that are read, with Jinja's own taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_code = False  # or what is written on a key: the same in every language

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag in {"code", "kbd"}
        given = dict(attrs)
        if (
            tag != "meta"
            and given.get("type") not in {"hidden", "radio", "checkbox"}
            and tag not in {"button", "option"}
        ):
            self.found += [given[name] or "" for name in SPOKEN & given.keys()]

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False


def words_in(source: str) -> list[str]:
    """The words that stand in the HTML of a template."""
    parser = Words()
    parser.feed(JINJA.sub(" ", source))
    return [word for text in parser.found for word in WORD.findall(ATTRIBUTES.sub("", text)) if word not in NAMES]


def strings_in(source: str) -> Iterator[str]:
    """The strings in the expressions of a template that read like words: with a space, or a letter of Norwegian."""
    tree = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(source)
    marked = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        text = constant.value
        if (
            id(constant) not in marked
            and isinstance(text, str)
            and "<" not in text
            and text not in NAMES
            and READ.search(text)
        ):
            yield text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_words_outside_the_marks(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert words_in(source) == []
    assert list(strings_in(source)) == []


def test_what_is_not_marked_is_found() -> None:
    assert words_in('<p title="Mer her">Lagre {{ _("nå") }}{% if x %} CSV {% endif %}</p>') == ["Mer", "her", "Lagre"]
    assert list(strings_in('{{ _("Alle") }}{{ "Alle" if x else "på" }}{% set a = "kort stabel" %}')) == ["Alle", "på"]
