"""A journal: one file a generation, which begins with a snapshot and goes on with what was done since.

A frame is `LLLLLLLL CCCCCCCC SSSSSSSSSS <json>\\n`: length of the json (hex), CRC32C (hex), sequence (decimal). The CRC
is seeded with that of the frame before, and covers sequence and json. JSON holds no raw line end, so that a text
that looks like a frame can't be taken for one.

What holds (design of the store, section 2.2): a frame is acknowledged after it is synced; the next is written only
then, so at most one can be in doubt; after a failed sync nothing is ever acknowledged again; a generation has its
name only once its snapshot is synced; opening ends with a freshly written generation.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import google_crc32c

from workspace.errors import Unavailable
from workspace.store.generation import Generation, frame, write_all
from workspace.store.port import StoreRefused
from workspace.store.system import System

FORMAT = 1
_HEADER = re.compile(rb"([0-9a-f]{8}) ([0-9a-f]{8}) (\d{10}) ")
_HEADER_LENGTH = 29
_GENERATION = re.compile(r"store-(\d{10})\.rj")
_MARKER = "initialised"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_ROTATE_AT_LEAST = 4 * 1024 * 1024
_LOOK_FOR_ROOM = 5.0  # seconds between two looks at a disk that was full
_CLOSED = "closed"
_json = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


@dataclass
class Contents:
    """What a generation holds: the snapshot, the operations since, and where reading ended."""

    snapshot: dict[str, Any]
    frames: list[Any] = field(default_factory=list)
    seq: int = 0
    chain: int = 0
    end: int = 0
    torn: bytes = b""
    clean: bool = False


def encode(payload: Any) -> bytes:
    """JSON on one line. Raises ValueError for what JSON can't hold (NaN) and TypeError for what is not JSON."""
    return _json.encode(payload).encode("ascii")


def _parse(buffer: bytes, at: int, chain: int, seq: int) -> tuple[Any, int, int] | None:
    """The frame at this place as (payload, crc, end), or None when there is none that is whole and in turn."""
    header = _HEADER.match(buffer, at)
    if header is None or int(header[3]) != seq:
        return None
    end = at + _HEADER_LENGTH + int(header[1], 16)
    if buffer[end : end + 1] != b"\n":
        return None
    crc = google_crc32c.extend(chain, buffer[at + 18 : end])
    if crc != int(header[2], 16):
        return None
    return json.loads(buffer[at + _HEADER_LENGTH : end]), crc, end + 1


def _next_valid(buffer: bytes, at: int) -> int | None:
    """Where, after a line end past `at`, something stands that has the structure of a frame."""
    at = buffer.find(b"\n", at) + 1
    while at > 0:
        header = _HEADER.match(buffer, at)
        if header is not None:
            end = at + _HEADER_LENGTH + int(header[1], 16)
            if buffer[end : end + 1] == b"\n":
                return at
        at = buffer.find(b"\n", at) + 1
    return None


def read(path: Path) -> Contents:
    """Read a generation. Raises StoreRefused when it is damaged anywhere but at its torn end, or is newer than us."""
    buffer = path.read_bytes()
    first = int(_generation(path))
    snapshot = _parse(buffer, 0, 0, first)
    if snapshot is None:
        raise StoreRefused(f"{path}: the snapshot at byte 0 is damaged; run `workspace doctor` or restore a backup")
    payload, chain, end = snapshot
    if payload.get("fmt", 0) > FORMAT:
        raise StoreRefused(f"{path}: written in format {payload['fmt']}, this program knows {FORMAT}; upgrade it first")
    contents = Contents(snapshot=payload, seq=first, chain=chain, end=end)
    while contents.end < len(buffer):
        parsed = _parse(buffer, contents.end, contents.chain, contents.seq + 1)
        if parsed is None:
            _accept_torn_end(path, buffer, contents)
            break
        payload, contents.chain, contents.end = parsed
        contents.seq += 1
        contents.clean = payload == _CLOSED
        if not contents.clean:
            contents.frames.append(payload)
    return contents


def _accept_torn_end(path: Path, buffer: bytes, contents: Contents) -> None:
    """A bad frame is only taken for a torn one when nothing valid follows and the store was not closed before it."""
    follows = _next_valid(buffer, contents.end)
    if follows is not None or contents.clean:
        where = f"; a whole frame follows at byte {follows}" if follows is not None else " after a clean stop"
        raise StoreRefused(
            f"{path}: damaged at byte {contents.end} (expected frame {contents.seq + 1}){where}; "
            "run `workspace doctor` or restore a backup"
        )
    contents.torn = buffer[contents.end :]


def _generation(path: Path) -> str:
    match = _GENERATION.fullmatch(path.name)
    return match[1] if match else "0"


def newest(folder: Path) -> Path | None:
    """The newest generation in the folder, or None for a folder where nothing was ever kept.

    Raises StoreRefused when the files are gone from a store that was there: it never silently starts empty.
    """
    found = sorted(path for path in folder.glob("store-*.rj") if _GENERATION.fullmatch(path.name))
    if found:
        return found[-1]
    if (folder / _MARKER).exists():
        raise StoreRefused(f"{folder}: the store's files are gone; restore a backup")
    return None


class Journal:
    """The open journal of a store, for the one process that owns it.

    One thread at a time appends (the one that leads, see commit.py). A new generation is written beside the old one
    by a thread of its own, so that neither readers nor writers wait for it: what is appended meanwhile goes to the old
    file, and into the new one before that takes its place.
    """

    def __init__(self, folder: Path, system: System, snapshot: Callable[[], Iterable[bytes]]) -> None:
        self.folder = folder
        self.system = system
        self._snapshot = snapshot  # the whole state, in pieces of JSON
        self._lock = threading.Lock()  # held while a frame is appended, and while a generation takes its place
        self._descriptor: int | None = None
        self.seq = 0
        self._chain = 0
        self._size = 0
        self._base = 0
        self._since: list[bytes] | None = None  # what was appended since a generation was begun
        self._turning: threading.Thread | None = None
        self._next_look = 0.0
        self.failed: str | None = None  # why nothing is taken any more
        self.full = False  # the disk was full at start: reading only, until there is room

    def start(self, contents: Contents | None) -> None:
        """Begin a fresh generation after what was read; drop what a crash left behind."""
        for leftover in self.folder.glob("*.tmp"):
            self.system.unlink(leftover)
        if contents is not None:
            self.seq, self._chain = contents.seq, contents.chain
            if contents.torn:
                with contextlib.suppress(OSError):
                    (self.folder / f"torn-{time.time_ns()}.bin").write_bytes(contents.torn)
        try:
            self.rotate()
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self.full, self._next_look = True, time.monotonic() + _LOOK_FOR_ROOM

    def takes_writes(self) -> bool:
        """Whether frames are taken now. After a disk that was full at start, this looks for room now and then."""
        if self.full and self.failed is None and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_FOR_ROOM
            with contextlib.suppress(OSError):
                self.rotate()
                self.full = False
        return self.failed is None and not self.full

    def append(self, body: bytes) -> None:
        """Make one frame durable. Raises Unavailable when it could not be; then it is not there."""
        if not self.takes_writes() or self._descriptor is None:
            raise Unavailable()
        with self._lock:
            self._append(self._descriptor, body)
            if self._since is not None:
                self._since.append(body)

    def _append(self, descriptor: int, body: bytes) -> None:
        content, crc = frame(self.seq + 1, body, self._chain)
        try:
            self._write(descriptor, content)
            self.system.fdatasync(descriptor)
        except OSError as error:
            # The kernel may have dropped the pages and call the next sync a success: never try again.
            self.failed = f"sync failed: {error}"
            raise Unavailable() from error
        except Unavailable:
            raise
        except BaseException:
            self.failed = "interrupted amid a write"  # how much of the frame is there, nobody knows
            raise
        self.seq, self._chain, self._size = self.seq + 1, crc, self._size + len(content)

    def _write(self, descriptor: int, content: bytes) -> None:
        try:
            write_all(self.system, descriptor, content)
        except OSError as error:
            self._cut_back(descriptor, error)
            raise Unavailable() from error

    def _cut_back(self, descriptor: int, error: OSError) -> None:
        """After a failed write, take away what got through. With a full disk we go on when there is room again."""
        try:
            self.system.truncate(descriptor, self._size)
        except OSError as second:
            self.failed = f"write failed: {error}; cutting back failed: {second}"
            return
        if error.errno not in _FULL:
            self.failed = f"write failed: {error}"

    def rotate_when_due(self) -> None:
        """Begin a new generation once the journal has outgrown its snapshot, without anybody waiting for it.

        Called by the thread that appends, while the state is that of the last frame. A failure only puts it off.
        """
        is_due = self._size - self._base > max(_ROTATE_AT_LEAST, self._base)
        if is_due and self._since is None and self.failed is None:
            self._turning = threading.Thread(target=self._turn, args=(self._begun(),), name="generation", daemon=True)
            self._turning.start()

    def rotate(self) -> None:
        """Write the whole state to a new file, and go on there. Raises OSError; the old file then stands."""
        self.settle()
        self._complete(self._begun())

    def turn(self) -> Callable[[], None]:
        """Begin a generation while nothing is appended; the answer completes it, while others may append again.

        Raises Unavailable when the journal takes nothing any more.
        """
        if not self.takes_writes():
            raise Unavailable()
        self.settle()
        return partial(self._complete, self._begun())

    def settle(self) -> None:
        """Wait for a generation that is being written."""
        if self._turning is not None:
            self._turning.join()

    def _begun(self) -> Generation:
        self._since = []
        return Generation(self.folder, self.system, self.seq + 1, self._snapshot())

    def _turn(self, generation: Generation) -> None:
        with contextlib.suppress(OSError):
            self._complete(generation)

    def _complete(self, generation: Generation) -> None:
        """Write the generation, with what was appended meanwhile, and go on in it. Raises OSError."""
        try:
            generation.write()
            with self._lock:
                meanwhile, self._since = self._since or [], []
            generation.extend(meanwhile)
            with self._lock:
                generation.extend(self._since or [])
                generation.take_name()
                old, self._since = self._descriptor, None
                self._descriptor, self.seq, self._chain = generation.descriptor, generation.seq, generation.chain
                self._size, self._base = generation.size, generation.base
                self._make_name_durable()
        except OSError:
            if self._descriptor != generation.descriptor:
                self._since, self._base = None, self._size
                self.failed = generation.give_up() or self.failed
            raise
        if old is not None:
            self.system.close(old)
        self._drop_older(generation.path)

    def _make_name_durable(self) -> None:
        """Before anything is acknowledged in the new file: a name that a power cut takes back would lose it."""
        try:
            if not (self.folder / _MARKER).exists():
                self.system.close(self.system.create(self.folder / _MARKER))
            self.system.sync_folder(self.folder)
        except OSError as error:
            self.failed = f"sync of the folder failed: {error}"
            raise

    def _drop_older(self, path: Path) -> None:
        """Keep this generation and the one before."""
        generations = sorted(found for found in self.folder.glob("store-*.rj") if found != path)
        for older in generations[:-1]:
            with contextlib.suppress(OSError):
                self.system.unlink(older)

    def close(self) -> None:
        """Say that this was a clean stop, and let go of the file."""
        self.settle()
        if self._descriptor is None:
            return
        with contextlib.suppress(Unavailable):
            self.append(encode(_CLOSED))
        self.system.close(self._descriptor)
        self._descriptor = None


def on_network_disk(folder: Path) -> bool:
    """Whether the folder lies on a file system whose locks can't be trusted (NFS, SMB)."""
    try:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return False
    best, kind = "", ""
    where = os.path.realpath(folder)
    for line in mounts:
        _device, mount, type_, *_rest = line.split()
        if (where == mount or where.startswith(mount.rstrip("/") + "/")) and len(mount) > len(best):
            best, kind = mount, type_
    return kind.startswith("nfs") or kind in {"cifs", "smb3", "smbfs"}
