"""What became of a file that was read."""

from __future__ import annotations

import msgspec

# A file that is stored, and how much of its text could be read.
READ = "read"
PARTIAL = "partial"  # some of it: the rest is too much, or pictures
PICTURE = "picture"  # a picture: there is no text to read
SCANNED = "scanned"  # pages that are pictures
ENCRYPTED = "encrypted"
DAMAGED = "damaged"
EMPTY = "empty"  # no text in it
LIMITS = "limits"  # reading it takes more time or memory than a file may
UNREADABLE = frozenset({SCANNED, ENCRYPTED, DAMAGED, EMPTY, LIMITS})

# Why a file is refused.
NOT_TAKEN = "type"  # a type we don't take
LEGACY = "legacy"  # the older formats of Office
MACROS = "macros"
PROGRAM = "program"
DRAWING = "drawing"  # SVG, which can hold scripts
MISMATCH = "mismatch"  # the content is another type than the name says
PACKING = "packing"  # a zip that unpacks to too much, or is made to fool who unpacks it
DEFINITIONS = "definitions"  # XML with a document type definition
NOTHING = "nothing"  # 0 bytes
TOO_LARGE = "size"
TOO_MANY_DOTS = "dots"  # a picture of more dots than we open
NOT_TEXT = "encoding"  # a text file that is no text

LARGEST = 25 * 1024 * 1024  # bytes of a file
MOST_PAGES = 2_000
LONGEST_TEXT = 1024 * 1024  # bytes of a text that flows
LONGEST_PAGES = 6 * 1024 * 1024  # bytes of all pages together
MOST_ROWS = 20_000  # of all sheets together
ROWS_ON_A_PAGE = 500
MOST_COLUMNS = 100
MOST_DOTS = 50_000_000  # of a picture
LONGEST_CELL = 2_000  # characters


class Refused(Exception):
    """A file that is not taken; `reason` is one of the words above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreadable(Exception):
    """A file whose text can't be read; `state` is one of the words above. The file itself may be kept."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Leaf(msgspec.Struct, frozen=True):
    """One page of a file, or a piece of one sheet: its plain text, cells with tabs and rows with line ends between."""

    text: str
    label: str = ""  # the sheet's name, and which rows


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a file: Markdown that flows, or leaves (`unit` is "page" or "sheet")."""

    state: str = READ
    text: str = ""  # Markdown
    unit: str = ""
    leaves: tuple[Leaf, ...] = ()
    of: int = 0  # how many pages or sheets the file has
    title: str = ""  # what the file calls itself, where that is known
    pictures: int = 0  # left out of the text
    bare: int = 0  # pages that are only pictures
    content: bytes = b""  # of a picture: without what the camera wrote into it
    kind: str = ""
