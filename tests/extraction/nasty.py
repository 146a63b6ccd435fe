"""Files that are made to harm who opens them, small enough to be made anew each time (security design, cases 23-37)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"


def packed(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _package(main: str, part: str) -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": f'<Types xmlns="{_P}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_P}/relationships"><Relationship Id="r1" '
        f'Type="{_R}/officeDocument" Target="{part}"/></Relationships>',
    }


def docx(
    body: str = "<w:p><w:r><w:t>Kaia i Skarsund</w:t></w:r></w:p>", before: str = "", **more: bytes | str
) -> bytes:
    document = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {_W}><w:body>{body}</w:body></w:document>'
    return packed(_package(WORD, "word/document.xml") | {"word/document.xml": document} | dict(more))


def xlsx(sheet: str, before: str = "") -> bytes:
    parts = _package(SHEET, "xl/workbook.xml")
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(
        "</Types>",
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.spreadsheetml.worksheet+xml"/></Types>',
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/workbook.xml"] = (
        f'<?xml version="1.0"?>{before}<workbook xmlns="{main}" xmlns:r="{_R}"><sheets>'
        '<sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_P}/relationships"><Relationship Id="rId1" Type="{_R}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{main}">{sheet}</worksheet>'
    return packed(parts)


def ods(table: str) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def _flat(content: bytes) -> bytes:
    return zlib.compress(content, 1)


def pdf(
    pages: int = 1, stream: bytes = b"BT /F1 12 Tf 20 100 Td (Kaia i Skarsund) Tj ET", *, trailer: str = ""
) -> bytes:
    """A PDF whose pages share one content stream."""
    flat = _flat(stream)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(flat), flat),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 3 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>"
    )
    return _pdf_of(objects + [page] * pages, trailer)


def _pdf_of(objects: list[bytes], trailer: str = "") -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        trailer.encode(),
        start,
    )
    return bytes(out)


def zip_bomb() -> bytes:
    return docx("<w:p/>" + " " * (300 * 1024 * 1024))


def lying_sizes() -> bytes:
    """Says that the document is 64 bytes; it is a megabyte."""
    content = bytearray(docx("<w:p/>" + "x" * 1_000_000))
    at = content.rindex(b"word/document.xml") - 46
    content[at + 24 : at + 28] = struct.pack("<I", 64)
    local = content.index(b"word/document.xml") - 30
    content[local + 22 : local + 26] = struct.pack("<I", 64)
    return bytes(content)


def overlapping() -> bytes:
    """Two names for the same bytes, as in the best of bombs."""
    content = docx(**{"word/a.xml": b"<a/>" * 1000, "word/b.xml": b"<a/>" * 1000})
    whole = bytearray(content)
    first = content.rindex(b"word/a.xml") - 46
    second = content.rindex(b"word/b.xml") - 46
    whole[second + 42 : second + 46] = whole[first + 42 : first + 46]
    return bytes(whole)


def many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    return out.getvalue()


def sheet_of_a_million_rows() -> bytes:
    return xlsx(
        "<sheetData>" + "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 1_000_001)) + "</sheetData>"
    )


def huge_picture() -> bytes:
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 150_001))
        + chunk(b"IEND", b"")
    )


def pages_in_a_ring() -> bytes:
    return _pdf_of(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R 2 0 R] /Parent 2 0 R >>"]
    )


_EXTERNAL = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = "<!DOCTYPE w [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12)) + "]>"
_REMOTE = (
    f'<Relationships xmlns="{_P}/relationships">'
    f'<Relationship Id="r9" Type="{_R}/image" Target="http://evil.example/x" TargetMode="External"/></Relationships>'
)
_CELLS = (
    '<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
)
_REPEATED = (
    '<table:table table:name="Ark"><table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_KEYS = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "41" * 32 + "> /U <" + "42" * 32 + "> >> /ID [<00> <00>]"

# What each is called, how it is made, and what is to become of it: a word of extraction/model.py.
FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("a.docx", zip_bomb, "packing"),
    "sizes that lie": ("a.docx", lying_sizes, "packing"),
    "100 000 entries": ("a.docx", many_entries, "packing"),
    "a zip inside": ("a.docx", lambda: docx(**{"word/media/x.bin": packed({"a": b"b"})}), "packing"),
    "entries that share bytes": ("a.docx", overlapping, "packing"),
    "a name that leads out": ("a.docx", lambda: docx(**{"../../etc/passwd": b"x"}), "packing"),
    "external entity": ("a.docx", lambda: docx("&x;", _EXTERNAL), "definitions"),
    "billion laughs in docx": ("a.docx", lambda: docx("&l11;", _LAUGHS), "definitions"),
    "billion laughs in xlsx": ("a.xlsx", lambda: xlsx("<sheetData/>", _LAUGHS), "definitions"),
    "a part of the text elsewhere": ("a.docx", lambda: docx(**{"word/_rels/document.xml.rels": _REMOTE}), "read"),
    "macros under another name": ("a.docx", lambda: docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    "macros": ("a.docm", docx, "macros"),
    "encrypted docx": ("a.docx", lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "encrypted pdf": ("a.pdf", lambda: pdf(trailer=_KEYS), "encrypted"),
    "10 000 pages": ("a.pdf", lambda: pdf(10_000), "partial"),
    "a stream of a gigabyte": ("a.pdf", lambda: pdf(1, b" " * (1 << 30)), "limits|empty|damaged"),
    "pages in a ring": ("a.pdf", pages_in_a_ring, "damaged|empty|limits"),
    "a million rows": ("a.xlsx", sheet_of_a_million_rows, "partial"),
    "cells at the far end": ("a.xlsx", lambda: xlsx(f'<dimension ref="A1:XFD1048576"/>{_CELLS}'), "read"),
    "a cell repeated to the edge": ("a.ods", lambda: ods(_REPEATED), "read"),
    "2 500 000 000 dots": ("a.png", huge_picture, "dots"),
    "a picture cut off": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50, "damaged"),
    "SVG": ("a.svg", lambda: b"<svg><script>alert(1)</script></svg>", "drawing"),
    "a program called pdf": ("a.pdf", lambda: b"MZ\x90\x00" + b"\0" * 100, "program"),
    "a shell script called txt": ("a.txt", lambda: b"#!/bin/sh\nrm -rf /\n", "program"),
    "a pdf called docx": ("a.docx", pdf, "mismatch"),
    "a web page called pdf": ("a.pdf", lambda: b"<html><script>alert(1)</script></html>", "mismatch"),
    "any zip called docx": ("a.docx", lambda: packed({"a.txt": b"x"}), "mismatch"),
    "a film": ("a.mp4", lambda: b"\0\0\0\x18ftypmp42", "type"),
    "an old document": ("a.doc", lambda: _OLE, "legacy"),
    "nothing": ("a.txt", lambda: b"", "nothing"),
    "26 MB": ("a.txt", lambda: b"a " * (13 * 1024 * 1024), "size"),
    "pdf and zip at once": ("a.pdf", lambda: pdf() + packed({"a.html": b"<script>"}), "read"),
    "html 100 000 deep": ("a.html", lambda: b"<div>" * 100_000 + b"kai", "read"),
    "rtf 100 000 deep": ("a.rtf", lambda: b"{\\rtf1 " + b"{" * 100_000 + b"kai", "read|empty|damaged"),
    "text that is none": ("a.csv", lambda: b"a,b\0c\x01\x02", "encoding"),
    "cut off": ("a.docx", lambda: docx()[:200], "damaged"),
}
