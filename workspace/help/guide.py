"""The guide for users: Markdown files in `docs/veileder/`, one for each kind of user, with pictures.

The files are read anew when they have changed. They are rendered as every text of a person is, so no address, script or
picture comes through but those made here: a link to another page of the guide, and a paragraph that is a picture.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from workspace import config, markup
from workspace.errors import NotFound, _
from workspace.markup import Block

# In the order of the list of contents. `index` is the first page; only what is named here is a page.
PAGES = ("index", "deltaker", "svarer-for-kommune", "prosessleder", "medarbeider", "administrator")
_PICTURE_NAME = re.compile(r"[a-z0-9-]{1,60}\.webp")
_PICTURE = re.compile(r"!\[([^\]]+)\]\(bilder/([a-z0-9-]+\.webp)\)")
_LINK = re.compile(r'<a href="([a-z-]+)\.md(#[a-z0-9-]+)?"[^>]*>')


class Picture(NamedTuple):
    """A picture in the guide."""

    name: str  # of its file
    text: str  # what it shows, for those who can't see it
    width: int
    height: int


class Part(NamedTuple):
    """One block of a page: a picture, else safe html."""

    block: Block
    picture: Picture | None
    html: str


class Page(NamedTuple):
    """One page of the guide."""

    name: str
    title: str
    parts: tuple[Part, ...]

    @property
    def headings(self) -> list[Block]:
        """What stands in the contents of the page."""
        return [part.block for part in self.parts if part.block.level == 2]


def folder() -> Path:
    """Where the guide lies. An installation without it has no such folder."""
    return config.folder("docs/veileder")


def contents() -> list[Page]:
    """The pages there are, in their order; none where the guide was left out."""
    paths = [folder() / f"{name}.md" for name in PAGES]
    return [_page(path, path.stat().st_mtime_ns) for path in paths if path.is_file()]


def page(name: str) -> Page:
    """A page after the first, by its name. Raises NotFound for any other name than theirs."""
    for found in contents()[1:]:
        if found.name == name:
            return found
    raise NotFound(_("Veilederen har ingen slik side."))


def picture_path(name: str) -> Path:
    """The file of a picture. Raises NotFound for what is none, and for a name that leads elsewhere."""
    path = folder() / "bilder" / name
    if not _PICTURE_NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("Bildet finnes ikke."))
    return path


@lru_cache(maxsize=32)
def _page(path: Path, _changed: int) -> Page:
    """A page as it was made of its file. When that changes, its time is another one, and so is what is kept."""
    heading, _line, text = path.read_text(encoding="utf-8").partition("\n")
    return Page(
        path.stem, heading.removeprefix("# ").strip(), tuple(_part(block) for block in markup.render(text).blocks)
    )


def _part(block: Block) -> Part:
    shown = _PICTURE.fullmatch(block.text)
    if shown and (folder() / "bilder" / shown[2]).is_file():
        return Part(block, Picture(shown[2], shown[1], *size_of(picture_path(shown[2]))), "")
    return Part(block, None, _LINK.sub(_as_page, block.html))


def _as_page(link: re.Match[str]) -> str:
    """A link to a file of the guide as the address of its page, seen from the page it stands on."""
    name = "./" if link[1] == "index" else link[1]
    return f'<a href="{name}{link[2] or ""}">'


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a lossless WebP: 14 bits each, less one, after its signature."""
    with path.open("rb") as file:
        start = file.read(25)
    if start[12:16] != b"VP8L" or start[20] != 0x2F:
        raise ValueError(f"{path.name} is no lossless WebP")
    bits = struct.unpack("<I", start[21:25])[0]
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
