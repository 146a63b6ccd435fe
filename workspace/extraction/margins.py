"""What stands in the headers and footers of pages: said once, after the text, so that it can be found."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PART = re.compile(r"word/(header|footer)\d*\.xml")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_MOST = 20  # lines; who has more has put a letter there


def of_opendocument(archive: zipfile.ZipFile) -> list[str]:
    """The lines of headers and footers of an odt or ods."""
    if "styles.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(archive.read("styles.xml"), forbid_dtd=True)
    return _once(_lines_of_styles(root))


def _lines_of_styles(root: Element) -> Iterator[str]:
    for name in ("header", "header-left", "header-first", "footer", "footer-left", "footer-first"):
        for part in root.iter(f"{_STYLE}{name}"):
            if part.get(f"{_STYLE}display") != "false":
                yield from ("".join(paragraph.itertext()) for paragraph in part.iter(f"{_TEXT}p"))


def of_docx(archive: zipfile.ZipFile) -> list[str]:
    """The lines of headers and footers of a docx."""
    return _once(
        "".join(text.text or "" for text in paragraph.iter(f"{_WORD}t"))
        for name in sorted(archive.namelist())
        if _PART.fullmatch(name)
        for paragraph in ElementTree.fromstring(archive.read(name), forbid_dtd=True).iter(f"{_WORD}p")
    )


def _once(lines: Iterator[str]) -> list[str]:
    """Each line once, of those that say something."""
    tidy = (" ".join(line.split()) for line in lines)
    return list(dict.fromkeys(line for line in tidy if _LETTERS.search(line)))[:_MOST]
