"""What stands in the zip of one region: the names inside it, and its two small files of facts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

import msgspec

from workspace.files.service import clean_name
from workspace.regions.model import Region
from workspace.transfer.dumping import Summary

FORMAT = 1
README, ABOUT, PEOPLE, LOG, CHECKSUMS = "README.txt", "region.json", "people.json", "log.jsonl", "checksums.txt"
COMMENTS = "comments.md"
RECORDS, DOCUMENTS, FILES, BLOBS = "records/", "documents/", "files/", "blobs/"
MOST_ENTRIES = 500_000
LARGEST_UNPACKED = 64 * 1024 * 1024 * 1024  # bytes
LARGEST_BLOB = 128 * 1024 * 1024  # bytes; no file that is taken in, and no text, is as large
LONGEST_LINE = 64 * 1024 * 1024  # bytes of a record

_NOT_EVERYWHERE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')  # Windows takes none of these in a name
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


class About(msgspec.Struct, frozen=True, kw_only=True):
    """`region.json`: the region, and what there is to be checked by."""

    format: int
    program: str
    exported: datetime
    region: Region
    documents: int  # records of all kinds
    events: int
    blobs: int
    sha256: str  # of the dump of the region's store
    missing: tuple[str, ...] = ()  # digests of blobs that should have been there

    @property
    def summary(self) -> Summary:
        """How much there is, and the SHA-256 of the dump."""
        return Summary(self.documents, self.events, self.blobs, self.sha256)


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """A person in `people.json`: who they are, and nothing that lets anybody in."""

    id: str
    name: str
    email: str
    locale: str = ""


class Names:
    """Names of files in one folder: safe on every system, and no two the same even where case is not looked at."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def unique(self, name: str) -> str:
        """A safe name like this one that nobody has been given yet."""
        name = safe_name(name)
        path, number, wanted = PurePosixPath(name), 1, name
        while wanted.casefold() in self._taken:
            number += 1
            wanted = f"{path.stem} ({number}){path.suffix}"
        self._taken.add(wanted.casefold())
        return wanted


def safe_name(name: str) -> str:
    """The name of a file as it can be unpacked anywhere."""
    name = _NOT_EVERYWHERE.sub("_", clean_name(name)).strip(" .") or "fil"
    return f"_{name}" if _DEVICES.match(name) else name


def slug_of(title: str) -> str:
    """A title as a part of a name: small letters a to z, digits and hyphens."""
    folded = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:60].strip("-") or "dokument"


README_TEXT = """\
{name}

Dette er alt som {name} har lagt inn i Regionrom, tatt ut {day}.
Filen kan inneholde opplysninger som bare er for sekretariatet. Ta vare på den
som på et fortrolig dokument.

  documents/      Dokumentene som Markdown, med kommentarene til slutt. Eldre
                  utgaver ligger i en mappe med samme navn.
  comments.md     Kommentarene til tiltak og til det runder kom fram til.
  files/          Filene slik de ble lastet opp.
  records/        Alt som er lagret, en linje JSON for hver ting. Dette er
                  fasiten; documents/ er laget av det, for å leses.
  log.jsonl       Loggen: hvem som gjorde hva, og når. Hver linje er lenket til
                  den forrige, slik at endringer synes.
  people.json     Navn og e-post til dem som er nevnt. Ingen passord.
  blobs/          Tekster og filer som ikke har noe annet navn her.
  region.json     Om regionen og om denne filen.
  checksums.txt   Kontrollsummer. Sjekk dem med: sha256sum -c checksums.txt

Sett det inn igjen i Regionrom med: workspace import-region FIL.zip


In English

This is everything that {name} has put into Regionrom, taken out {day}.
It may hold what only the secretariat should see. Keep it as you would a
confidential document.

  documents/      The documents as Markdown, with their comments at the end.
                  Older versions are in a folder of the same name.
  comments.md     The comments on measures and on what rounds came to.
  files/          The files as they were uploaded.
  records/        All that is stored, a line of JSON for each thing. This is the
                  truth; documents/ is made from it, for reading.
  log.jsonl       The log: who did what, and when. Each line is chained to the
                  one before, so that changes show.
  people.json     Names and addresses of those who are mentioned. No passwords.
  blobs/          Texts and files that have no other name here.
  region.json     About the region and about this file.
  checksums.txt   Checksums. Check them with: sha256sum -c checksums.txt

Put it back into Regionrom with: workspace import-region FILE.zip
"""
