"""HTML as Markdown. Text documents (docx, odt) come this way too, once they have been made HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from workspace.extraction import plain
from workspace.extraction.model import Extract

_SILENT = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "form",
    "button",
    "nav",
    "head",
]
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_MOST_COLUMNS_SPANNED = 100
_BACK = "\u2191"  # what leads from a footnote back to its place


def read(content: bytes) -> Extract:
    """An HTML file: its text with headings, lists, tables and links."""
    soup = BeautifulSoup(content, "html.parser")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    body = soup.find("main") or soup.find("article") or soup.body or soup
    pictures = len(body.find_all("img")) if isinstance(body, Tag) else 0
    return plain.flowing(as_markdown(str(body)), title=plain.cleaned(title), pictures=pictures)


def as_markdown(html: str) -> str:
    """HTML as Markdown, without pictures, scripts and links within the page."""
    try:
        soup = BeautifulSoup(html, "html.parser")
        for silent in soup.find_all(_SILENT):
            silent.decompose()
        _plain_links(soup)
        for table in soup.find_all("table"):
            _simple(table)
        text = _Converter(
            heading_style="ATX", bullets="-", strip=["img", "s", "del"], escape_misc=True, table_infer_header=True
        ).convert_soup(soup)
    except RecursionError:
        text = plain.as_markdown(_text_alone(html))
    return _BLANK_LINES.sub("\n\n", plain.cleaned(str(text))).strip()


class _Converter(MarkdownConverter):
    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A cell on one line, whatever stands in it."""
        cell = " ".join(text.split())
        return str(super().convert_td(el, cell, parent_tags))  # type: ignore[misc]

    convert_th = convert_td


def _plain_links(soup: BeautifulSoup) -> None:
    """Links within the page, and those that lead to nothing we follow, become their text."""
    for link in soup.find_all("a"):
        target = str(link.get("href") or "")
        if link.get_text() == _BACK:
            link.decompose()
        elif not target.lower().startswith(("http://", "https://", "mailto:")):
            link.unwrap()


def _simple(table: Tag) -> None:
    """A table without tables inside it, and with a cell at every place that a cell of many rows or columns covers."""
    for inner in table.find_all("table"):
        inner.replace_with(" ".join(inner.get_text(" ").split()))
    covered: dict[int, int] = {}  # column: rows below that a cell reaches into it
    for row in table.find_all("tr"):
        column = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while covered.get(column, 0) > 0:
                covered[column] -= 1
                cell.insert_before(_empty())
                column += 1
            across = _span(cell, "colspan")
            for at in range(column, column + across):
                covered[at] = _span(cell, "rowspan") - 1
            column += across
        for at in sorted(covered):
            if at >= column and covered[at] > 0:
                covered[at] -= 1
                row.append(_empty())


def _empty() -> Tag:
    return Tag(name="td")


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(int(value), _MOST_COLUMNS_SPANNED) if value.isascii() and value.isdigit() and int(value) else 1


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _text_alone(html: str) -> str:
    """The text of HTML that is nested too deep to keep its shape."""
    parser = _Words()
    parser.feed(html)
    return "\n\n".join(word.strip() for word in parser.words if word.strip())
