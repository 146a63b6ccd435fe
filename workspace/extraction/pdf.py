"""PDF by way of PDFium: the text of each page, and a picture of one. Only ever run in the limited process."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageChops, ImageDraw

from workspace.extraction import model, plain
from workspace.extraction.model import Leaf, Unreadable

WIDTH = 1_000  # dots across the picture of a page
_YELLOW = "#ffe58a"
_MOST_MARKS = 500  # words marked on one page
_FEW = 8  # characters: a page with fewer and with a picture on it is a picture
_NARROW = 40  # characters: shorter lines than these say nothing about where a paragraph ends
_BULLET = re.compile(r"(?:[•▪●○◦‣·*–—-]|\(?\d{1,2}[.)]|[a-z]\))\s")
_ENDS = re.compile(r"[.!?:;]['\"»”’)]*$")


Box = tuple[float, float, float, float]


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

    def picture(self, number: int, words: Sequence[str] = ()) -> bytes:
        """A page (from 1) as a WebP, with some words marked. Raises Unreadable when it can't be drawn."""
        try:
            page = self._document[number - 1]
            width, height = page.get_size()
            scale = WIDTH / max(width, height / 2, 1.0)  # a very long page does not become a huge picture
            drawn = page.render(scale=scale).to_pil().convert("RGB")
            marks = [_on_picture(box, height, scale) for box in _boxes(page, words)]
        except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
            raise Unreadable(model.DAMAGED) from error
        out = io.BytesIO()
        _marked(drawn, marks).save(out, "WEBP", quality=75, method=2)
        return out.getvalue()


def _boxes(page: pypdfium2.PdfPage, words: Sequence[str]) -> list[Box]:
    """Where on a page the words stand, in points from its lower left corner."""
    boxes: list[Box] = []
    text = page.get_textpage()
    for word in words:
        found = text.search(word, match_whole_word=True)
        while len(boxes) < _MOST_MARKS and (place := found.get_next()) is not None:
            boxes += [text.get_rect(at) for at in range(text.count_rects(*place))]
    return boxes


def _on_picture(box: Box, height: float, scale: float) -> Box:
    left, bottom, right, top = box
    return left * scale - 2, (height - top) * scale - 2, right * scale + 2, (height - bottom) * scale + 2


def _marked(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """The picture with yellow under the words, as from a marker pen."""
    pen = Image.new("RGB", picture.size, "white")
    for box in boxes:
        ImageDraw.Draw(pen).rectangle(box, fill=_YELLOW)
    return ImageChops.multiply(picture, pen) if boxes else picture


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
