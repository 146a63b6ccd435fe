"""What a file is: its name, its first bytes and what is inside must agree (ASVS 5.2.2)."""

from __future__ import annotations

import re
import struct
from pathlib import PurePosixPath

from workspace.extraction import model
from workspace.extraction.archives import Archive
from workspace.extraction.model import Refused, Unreadable

TEXTS = {"md": "md", "markdown": "md", "txt": "txt", "csv": "csv", "html": "html", "htm": "html"}
PACKED = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
PICTURES = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg"}
KINDS = (*dict.fromkeys(TEXTS.values()), "rtf", "pdf", *PACKED, "png", "jpeg")
MEDIA = {
    "md": "text/markdown", "txt": "text/plain", "csv": "text/csv", "html": "text/html", "rtf": "application/rtf",
    "pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": PACKED["odt"], "ods": PACKED["ods"],
}  # fmt: skip
_LEGACY = {"doc", "dot", "xls", "xlt", "ppt", "pps", "wpd", "sxw", "sxc"}
_WITH_MACROS = {"docm", "dotm", "xlsm", "xltm", "xlam", "pptm"}
_PROGRAMS = {
    "exe", "dll", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "js", "mjs", "jar", "sh", "app", "apk", "lnk", "hta",
    "py", "php",
}  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    *((magic, "program") for magic in (b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")),
    (b"PK", "zip"), (_OLE, "ole"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"),
)  # fmt: skip
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PAGE_OF_THE_WEB = re.compile(rb"\s*(<!doctype\s+html|<html[\s>]|<script[\s>])", re.IGNORECASE)


def ending(name: str) -> str:
    """The last part of a file's name, without the dot and in lower case: "pdf"."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def known(name: str) -> bool:
    """Whether files with this name are of a type we read."""
    suffix = ending(name)
    return suffix in TEXTS or suffix in PACKED or suffix in PICTURES or suffix in {"pdf", "rtf"}


def kind_of(name: str, content: bytes) -> str:
    """The kind of a file, one of KINDS.

    Raises Refused for what is not taken, and Unreadable (encrypted, damaged) for what may be kept all the same.
    """
    suffix = ending(name)
    _refuse_by_name(suffix)
    if not content:
        raise Refused(model.NOTHING)
    if len(content) > model.LARGEST:
        raise Refused(model.TOO_LARGE)
    seen = _seen(content)
    if seen == "program":
        raise Refused(model.PROGRAM)
    if suffix in PACKED:
        return _packed(suffix, seen, content)
    if suffix in TEXTS:
        return _text(TEXTS[suffix], seen)
    kind = PICTURES.get(suffix, suffix)
    if seen == kind:
        if dots(kind, content) > model.MOST_DOTS:
            raise Refused(model.TOO_MANY_DOTS)
        return kind
    if kind == "pdf" and b"%PDF-" in content[:1024] and not seen:
        return kind  # something stands before its beginning, as some printers do
    if seen or kind in {"png", "jpeg"}:
        raise Refused(model.MISMATCH)
    raise Unreadable(model.DAMAGED)


def _refuse_by_name(suffix: str) -> None:
    if suffix in _LEGACY:
        raise Refused(model.LEGACY)
    if suffix in _WITH_MACROS:
        raise Refused(model.MACROS)
    if suffix in _PROGRAMS:
        raise Refused(model.PROGRAM)
    if suffix in {"svg", "svgz"}:
        raise Refused(model.DRAWING)
    if not known(f"x.{suffix}"):
        raise Refused(model.NOT_TAKEN)


def _seen(content: bytes) -> str:
    """What the first bytes say the file is; "" when they say nothing we know."""
    start = content[:1024]
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    if start.startswith(b"MZ") and b"\x00" in start[:64]:
        return "program"
    for magic, kind in ((b"{\\rtf", "rtf"), (b"%PDF-", "pdf")):
        if start.lstrip().startswith(magic):
            return kind
    return "html" if _PAGE_OF_THE_WEB.match(start.removeprefix(b"\xef\xbb\xbf")) else ""


def _text(kind: str, seen: str) -> str:
    """A text file may look like nothing else. HTML in it is only text."""
    if seen in {"", "html"}:
        return kind
    raise Refused(model.MISMATCH)


def _packed(suffix: str, seen: str, content: bytes) -> str:
    """Office files are zips; one that is protected by a password is an OLE container with the zip inside."""
    if seen == "ole" and suffix in {"docx", "xlsx"}:
        if _ENCRYPTED_PACKAGE in content:
            raise Unreadable(model.ENCRYPTED)
        raise Refused(model.MISMATCH)
    if seen == "" or content[:4] == b"PK\x05\x06":
        raise Unreadable(model.DAMAGED)
    if seen != "zip":
        raise Refused(model.MISMATCH)
    archive = Archive(content)
    if archive.has_macros():
        raise Refused(model.MACROS)
    if archive.main_type() != PACKED[suffix]:
        raise Refused(model.MISMATCH)
    if archive.is_encrypted():
        raise Unreadable(model.ENCRYPTED)
    archive.check_contents()
    return suffix


def dots(kind: str, content: bytes) -> int:
    """How many dots a picture says it has, from its header alone; 0 for what is no picture."""
    if kind == "png" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width * height)
    at = 2
    while kind == "jpeg" and at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # a frame: its height and width
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width * height)
        at += 2 + length
    return 0
