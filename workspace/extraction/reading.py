"""Reading a file in a process of its own (worker.py), which can be stopped and can't take the server with it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

import msgspec

from workspace.errors import Unavailable
from workspace.extraction import kinds, model
from workspace.extraction.model import Extract, Leaf, Refused, Unreadable
from workspace.extraction.worker import Line

PATIENCE = 90.0  # seconds on the wall to read a file
DRAWING_PATIENCE = 15.0  # seconds to draw a page, and to wait for a turn to do so: somebody looks at an empty frame
MOST_AT_ONCE = 2  # files read, and as many pages drawn

Progress = Callable[[int, int], None]  # pages read, pages in all

_reading = threading.BoundedSemaphore(MOST_AT_ONCE)
_drawing = threading.BoundedSemaphore(MOST_AT_ONCE)


def read(name: str, content: bytes, progress: Progress = lambda page, of: None) -> Extract:
    """The text of a file. What can't be read says so in its `state`. Raises Refused for what is not taken."""
    try:
        kind = kinds.kind_of(name, content)
    except Unreadable as unreadable:
        return Extract(state=unreadable.state, kind=kinds.ending(name))
    return msgspec.structs.replace(_read(kind, content, progress), kind=kind)


def page_picture(content: bytes, number: int, words: Sequence[str] = ()) -> bytes:
    """A page of a PDF (from 1) as a WebP, with some words marked.

    Raises Unreadable when it can't be drawn, Unavailable when too many are being drawn just now.
    """
    if not _drawing.acquire(timeout=DRAWING_PATIENCE):
        raise Unavailable()
    try:
        for line in _lines(["page", str(number), *words], content, DRAWING_PATIENCE):
            if line.extract is not None:
                return line.extract.content
    finally:
        _drawing.release()
    raise Unreadable(model.DAMAGED)


def _read(kind: str, content: bytes, progress: Progress) -> Extract:
    with _reading:
        return _gathered(_lines([kind], content, PATIENCE), progress)


def _gathered(lines: Iterator[Line], progress: Progress) -> Extract:
    leaves: list[Leaf] = []
    of = 0
    for line in lines:
        of = line.of or of
        if line.leaf is not None:
            leaves.append(line.leaf)
            progress(len(leaves), of)
        if line.refused:
            raise Refused(line.refused)
        if line.unreadable:
            return _with_what_was_read(Extract(state=line.unreadable), leaves, of)
        if line.extract is not None:
            whole = line.extract
            return msgspec.structs.replace(whole, leaves=tuple(leaves)) if leaves else whole
    return _with_what_was_read(Extract(state=model.LIMITS), leaves, of)  # it was stopped, or stopped itself


def _with_what_was_read(extract: Extract, leaves: list[Leaf], of: int) -> Extract:
    """What came before it went wrong is worth having."""
    if not any(leaf.text for leaf in leaves):
        return extract
    return Extract(state=model.PARTIAL, unit="page", leaves=tuple(leaves), of=of)


def _lines(arguments: list[str], content: bytes, patience: float) -> Iterator[Line]:
    """What the worker says, until it ends or its time (seconds) is up."""
    command = [sys.executable, "-I", "-m", "workspace.extraction.worker", *arguments]
    process = subprocess.Popen(  # noqa: S603  our own module; the file comes on standard input
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=True
    )
    timer = threading.Timer(patience, process.kill)
    timer.start()
    try:
        yield from _spoken(process, content)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _spoken(process: subprocess.Popen[bytes], content: bytes) -> Iterator[Line]:
    if process.stdin is None or process.stdout is None:
        return
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(content)
        process.stdin.close()
    for line in process.stdout:
        try:
            yield msgspec.json.decode(line, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # cut off in the midst of a line
