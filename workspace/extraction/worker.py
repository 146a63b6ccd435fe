"""The process in which one file is read. It has limits on time and memory, opens no files, and then it ends.

Called as `python -I -m workspace.extraction.worker KIND` or `... page NUMBER [WORD ...]`, with the file on standard
input. It answers with lines of JSON: each page as it is read, so that what was read before a limit is not lost, and an
outcome.
"""

from __future__ import annotations

import os
import resource
import sys
from importlib import import_module
from typing import Any

import msgspec

from workspace.extraction import model
from workspace.extraction.model import Extract, Leaf, Refused, Unreadable

SECONDS = 60  # of CPU
MEMORY = 1_500 * 1024 * 1024  # bytes of address space


READERS = {
    "md": ("plain", "read_text"), "txt": ("plain", "read_text"), "rtf": ("plain", "read_rtf"),
    "html": ("web_page", "read"), "docx": ("word", "read_docx"), "odt": ("word", "read_odt"),
    "xlsx": ("sheets", "read_xlsx"), "ods": ("sheets", "read_ods"), "csv": ("sheets", "read_csv"),
    "png": ("pictures", "read_png"), "jpeg": ("pictures", "read_jpeg"),
}  # fmt: skip


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the worker says: how many pages there are, one page, or how it went."""

    of: int = 0
    leaf: Leaf | None = None
    extract: Extract | None = None
    refused: str = ""
    unreadable: str = ""


def say(line: Line) -> None:
    """Send a line to who asked."""
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def limit() -> None:
    """Take from this process what it does not need."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def read(kind: str, content: bytes) -> Extract:
    """Read a file of this kind. A PDF's pages are sent one by one."""
    if kind == "pdf":
        return _read_pdf(content)
    module, function = READERS[kind]
    extract: Extract = getattr(_module(module), function)(content)
    return extract


def _module(name: str) -> Any:
    """Only what a kind needs is loaded: a process that begins quickly is half of a quick import."""
    return import_module(f"workspace.extraction.{name}")


def _read_pdf(content: bytes) -> Extract:
    book = _module("pdf").Book(content)
    say(Line(of=book.pages))
    bare = count = with_text = 0
    for leaf, is_bare in book.leaves():
        say(Line(leaf=leaf))
        count += 1
        bare += is_bare
        with_text += bool(leaf.text)
    state = model.READ if with_text and not bare and count == book.pages else model.PARTIAL
    if not with_text:
        state = model.SCANNED if bare else model.EMPTY
    return Extract(state=state, unit="page", of=book.pages, bare=bare)


def main() -> None:
    """Read one file and end."""
    kind = sys.argv[1]
    content = sys.stdin.buffer.read()
    limit()
    try:
        if kind == "page":
            say(Line(extract=Extract(content=_module("pdf").Book(content).picture(int(sys.argv[2]), sys.argv[3:]))))
        else:
            say(Line(extract=read(kind, content)))
    except Refused as refused:
        say(Line(refused=refused.reason))
    except Unreadable as unreadable:
        say(Line(unreadable=unreadable.state))
    except MemoryError:
        say(Line(unreadable=model.LIMITS))
    except Exception:
        # Libraries meet what they did not expect in many ways; whichever it was, the file is damaged.
        say(Line(unreadable=model.DAMAGED))


if __name__ == "__main__":
    main()
