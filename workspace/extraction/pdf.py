"""PDF by way of PDFium: the text of each page, and a picture of one. Only ever run in the limited process."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw

from workspace.extraction import model, plain
from workspace.extraction.model import Leaf, Unreadable

WIDTH = 1_000  # dots across the picture of a page
_FEW = 8  # characters: a page with fewer and with a picture on it is a picture
_NARROW = 40  # characters: shorter lines than these say nothing about where a paragraph ends
_BULLET = re.compile(r"(?:[•▪●○◦‣·*–—-]|\(?\d{1,2}[.)]|[a-z]\))\s")
_ENDS = re.compile(r"[.!?:;]['\"»”’)]*$")


class Book:
    """An opened PDF. Raises Unreadable when it is encrypted or damaged."""

    def __init__(self, content: bytes) -> None:
        try:
            self._document = pypdfium2.PdfDocument(content)
            self.pages = len(self._document)
        except pypdfium2.PdfiumError as error:
            is_locked = "password" in str(error).lower() or "security" in str(error).lower()
            raise Unreadable(model.ENCRYPTED if is_locked else model.DAMAGED) from error
        if not self.pages:
            raise Unreadable(model.DAMAGED)

    def leaves(self) -> Iterator[tuple[Leaf, bool]]:
        """The text of each page, as paragraphs, and whether the page is only a picture."""
        left = model.LONGEST_PAGES
        for number in range(min(self.pages, model.MOST_PAGES)):
            text, is_bare = self._page(number)
            left -= len(text.encode())
            if left < 0:
                return
            yield Leaf(text), is_bare

    def _page(self, number: int) -> tuple[str, bool]:
        try:
            page = self._document[number]
            text = paragraphs(page.get_textpage().get_text_bounded())
            is_bare = len(text) < _FEW and _has_picture(page)
            page.close()
        except pypdfium2.PdfiumError:
            return "", False  # a damaged page does not keep us from the others
        return text, is_bare

    def picture(self, number: int) -> bytes:
        """A page (from 1) as a WebP. Raises Unreadable when it can't be drawn."""
        try:
            page = self._document[number - 1]
            width, height = page.get_size()
            scale = WIDTH / max(width, height / 2, 1.0)  # a very long page does not become a huge picture
            drawn = page.render(scale=scale).to_pil()
        except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
            raise Unreadable(model.DAMAGED) from error
        out = io.BytesIO()
        drawn.convert("RGB").save(out, "WEBP", quality=75, method=2)
        return out.getvalue()


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(True for _found in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def paragraphs(text: str) -> str:
    """The lines of a page joined to paragraphs, with an empty line between.

    A PDF knows only lines. One that is clearly shorter than the longest, or is followed by a bullet or a number, ends
    its paragraph; one that runs on in lower case does not.
    """
    lines = [" ".join(line.split()) for line in plain.cleaned(text).split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    full = max(lengths[len(lengths) * 9 // 10], _NARROW) if lengths else 0
    found: list[str] = []
    last = ""
    for line in lines:
        if line and last and _runs_on(last, line, full):
            found[-1] += f" {line}"
        elif line:
            found.append(line)
        last = line
    return "\n\n".join(found)


def _runs_on(last: str, line: str, full: int) -> bool:
    if _BULLET.match(line):
        return False
    if line[0].islower():
        return True
    return len(last) >= full * (0.85 if _ENDS.search(last) else 0.72)
