"""Zip files that Office and OpenDocument files are, looked at before anything of them is unpacked.

Refused are those that unpack to too much, or are made to fool who unpacks them (security design 3.5, cases 26-29).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import suppress
from typing import IO
from xml.parsers import expat

from workspace.extraction import model
from workspace.extraction.model import Refused, Unreadable

LARGEST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_ENTRIES = 2_000
LARGEST_RATIO = 100  # unpacked to packed, of what is larger than
_SMALL = 4 * 1024 * 1024  # bytes
_LARGEST_DIRECTORY = 1024 * 1024  # bytes of the zip's own list of what is in it
_END = b"PK\x05\x06"
_PIECE = 1 << 16
_MAIN_TYPE = re.compile(rb'ContentType\s*=\s*"([^"]+\.main\+xml)"')


class Archive:
    """An opened zip whose list of contents has been checked. Raises Refused, or Unreadable when it is damaged."""

    def __init__(self, content: bytes) -> None:
        _check_directory(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise Unreadable(model.DAMAGED) from error
        check_entries(self._zip.infolist(), len(content))

    def main_type(self) -> str:
        """The media type of the document inside, "" when it does not say."""
        if "mimetype" in self._zip.namelist():
            return self._read("mimetype", 200).decode("ascii", "replace").strip()
        if "[Content_Types].xml" not in self._zip.namelist():
            return ""
        types = self._read("[Content_Types].xml", 1024 * 1024).replace(b"'", b'"')
        found = _MAIN_TYPE.findall(types)
        return found[0].decode("ascii", "replace") if found else ""

    def has_macros(self) -> bool:
        """Whether there are programs in it."""
        names = self._zip.namelist()
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            return True
        if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith(("/", "-lc.xml")) for name in names):
            return True
        return "[Content_Types].xml" in names and b"macroEnabled" in self._read("[Content_Types].xml", 1024 * 1024)

    def is_encrypted(self) -> bool:
        """Whether an OpenDocument file says that its parts are encrypted."""
        manifest = "META-INF/manifest.xml"
        return manifest in self._zip.namelist() and b"encryption-data" in self._read(manifest, 4 * 1024 * 1024)

    def check_contents(self) -> None:
        """Unpack all of it once, piece by piece, and keep nothing: are sizes and sums true, is the XML plain?"""
        for entry in self._zip.infolist():
            try:
                with self._zip.open(entry) as stream:
                    _check_entry(entry.filename, stream)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, struct.error) as error:
                raise Refused(model.PACKING) from error

    def _read(self, name: str, most: int) -> bytes:
        try:
            with self._zip.open(name) as stream:
                return stream.read(most)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, struct.error) as error:
            raise Unreadable(model.DAMAGED) from error


def check_entries(
    entries: list[zipfile.ZipInfo], packed: int, *, most: int = MOST_ENTRIES, largest: int = LARGEST_UNPACKED
) -> None:
    """Look at what a zip says is in it, before any of it is unpacked. `packed` is the zip's own size in bytes.

    Raises Refused when there is too much of it, or when it is made to fool who unpacks it.
    """
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > most or unpacked > largest:
        raise Refused(model.PACKING)
    if unpacked > _SMALL and unpacked > LARGEST_RATIO * max(packed, 1):
        raise Refused(model.PACKING)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_is_outside(name) for name in names):
        raise Refused(model.PACKING)
    if any(entry.flag_bits & 1 or (entry.external_attr >> 16) & 0o170000 == 0o120000 for entry in entries):
        raise Refused(model.PACKING)  # encrypted by the zip itself, or a symbolic link
    _check_overlaps(entries)


def _check_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes are how small bombs are made; Python 3.11 does not look for them."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refused(model.PACKING)
        end = entry.header_offset + 30 + len(entry.filename.encode()) // 2 + entry.compress_size


def _check_directory(content: bytes) -> None:
    """Raise Unreadable for a zip without its end, Refused for one with a huge list: reading that alone costs much."""
    at = content.rfind(_END, max(0, len(content) - 65_557))
    if at < 0 or len(content) < at + 22:
        raise Unreadable(model.DAMAGED)
    entries, size = struct.unpack("<HI", content[at + 10 : at + 16])
    if entries > MOST_ENTRIES or size > _LARGEST_DIRECTORY:
        raise Refused(model.PACKING)


def _is_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or name[1:2] == ":"


def _check_entry(name: str, stream: IO[bytes]) -> None:
    """Read an entry to its end. Nothing packed inside, but what Office embeds; no document type in its XML."""
    start = stream.read(_PIECE)
    if start.startswith(b"PK\x03\x04") and "/embeddings/" not in name:
        raise Refused(model.PACKING)
    is_xml = name.endswith((".xml", ".rels", ".rdf")) or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml")
    prologue = _Prologue() if is_xml else None
    piece = start
    while piece:
        if prologue is not None and prologue.feed(piece):
            prologue = None
        piece = stream.read(_PIECE)


class _Prologue:
    """Looks at XML up to its first element, which is where a document type must stand if there is one."""

    def __init__(self) -> None:
        self._over = False
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._end

    def feed(self, piece: bytes) -> bool:
        """Take a piece, and say whether the first element has been seen."""
        with suppress(expat.ExpatError):
            self._parser.Parse(piece, False)
            return self._over
        return True  # no XML: who reads it will say so

    def _refuse(self, *what: object) -> None:
        raise Refused(model.DEFINITIONS)

    def _end(self, *what: object) -> None:
        self._over = True
