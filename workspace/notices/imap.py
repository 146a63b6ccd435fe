"""Looking into the folder that answers come to. The only place that knows IMAP.

A message is marked as seen only once it is dealt with, durably: after a crash it is looked at again, and is known by
its id then.
"""

from __future__ import annotations

import imaplib
import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from workspace.errors import Unavailable
from workspace.notices import receiving
from workspace.parts import Workspace

logger = logging.getLogger(__name__)

TIMEOUT = 20.0  # seconds for each word of the conversation
A_WHILE = 30.0  # seconds that one look may take: other chores wait meanwhile
MOST = 200  # messages in one look


def look(workspace: Workspace) -> int:
    """Take in what has come, and answer how many messages were dealt with. One that can't be read is passed over."""
    if not workspace.config.imap_url:
        return 0
    try:
        with _folder(workspace.config.imap_url) as folder:
            return _look(workspace, folder)
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        logger.warning("the folder for mail can't be read: %s", type(error).__name__)
        return 0


def _look(workspace: Workspace, folder: imaplib.IMAP4) -> int:
    until, done = time.monotonic() + A_WHILE, 0
    _kind, found = folder.uid("SEARCH", "UNSEEN", "UNFLAGGED")
    for uid in (found[0] or b"").split()[:MOST]:
        if time.monotonic() > until:
            break
        try:
            outcome = _dealt_with(workspace, folder, uid.decode())
        except (OSError, imaplib.IMAP4.abort):
            raise
        except Exception as error:
            logger.error("a message could not be taken in: %s", type(error).__name__)
            if not isinstance(error, Unavailable):  # for a person to look at, and not each minute anew
                folder.uid("STORE", uid.decode(), "+FLAGS", "(\\Flagged)")
            continue
        if outcome is not None:
            left = outcome.what == receiving.NOT_TAKEN  # for whoever runs it to find
            folder.uid("STORE", uid.decode(), "+FLAGS", "(\\Seen \\Flagged)" if left else "(\\Seen)")
            done += 1
    return done


def _dealt_with(workspace: Workspace, folder: imaplib.IMAP4, uid: str) -> receiving.Outcome | None:
    size = _size(folder, uid)
    if size > receiving.LONGEST_MAIL:
        head = _part(folder, uid, "BODY.PEEK[HEADER]")
        return receiving.too_large(workspace, head) if head is not None else None
    content = _part(folder, uid, "BODY.PEEK[]")
    return receiving.receive(workspace, content) if content is not None else None


def _size(folder: imaplib.IMAP4, uid: str) -> int:
    _kind, found = folder.uid("FETCH", uid, "(RFC822.SIZE)")
    text = b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in found if part)
    _before, _name, after = text.partition(b"RFC822.SIZE ")
    digits = after.split(b")")[0].split()[0] if after else b"0"
    return int(digits)


def _part(folder: imaplib.IMAP4, uid: str, what: str) -> bytes | None:
    _kind, found = folder.uid("FETCH", uid, f"({what})")
    return next((part[1] for part in found if isinstance(part, tuple)), None)


@contextmanager
def _folder(url: str) -> Iterator[imaplib.IMAP4]:
    """The folder of the address, open. imap:// only on this machine: a password goes nowhere in the open."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_here = host in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme not in {"imap", "imaps"} or not host or (parts.scheme == "imap" and not is_here):
        raise ValueError("imap_url must be imaps://user:password@host/folder")
    server: imaplib.IMAP4
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        server = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        kind, _found = server.select(f'"{unquote(parts.path.strip("/")) or "INBOX"}"')
        if kind != "OK":
            raise ValueError("there is no such folder")
        yield server
    finally:
        try:
            server.logout()
        except (OSError, imaplib.IMAP4.error):
            with suppress(OSError):
                server.shutdown()
