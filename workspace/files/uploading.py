"""Files that people send from a browser: they are kept at once, and read one after the other by a thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from workspace import access
from workspace.access import Action, Actor, Audience
from workspace.accounts.model import Person
from workspace.clean import clean_line
from workspace.documents import service as documents
from workspace.documents.model import KINDS, LONGEST_TAG, Document, split_tags
from workspace.errors import Invalid, Message, NotFound, Unavailable, _
from workspace.extraction import kinds
from workspace.extraction.model import Refused, Unreadable
from workspace.files import service
from workspace.files.model import (
    KNOWN,
    LARGEST_TOGETHER,
    MOST_FILES,
    READ,
    REFUSED,
    STORED,
    WAITING,
    Item,
    Upload,
)
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.store.port import View

logger = logging.getLogger(__name__)

OTHER = "other"  # why a file was refused, when it is none of the file's own reasons
RECENT = 5  # uploads shown beside the form
PAUSE = 0.5  # seconds between two looks for files that wait

Progress = Callable[[str, int, int], None]  # an upload's id, and how far its file that is read has come: page, of


class Sent(NamedTuple):
    """A file as it came from a form."""

    name: str
    content: bytes


def receive(
    workspace: Workspace,
    actor: Actor,
    files: list[Sent],
    *,
    attached_to: str = "",
    once: Once | None = None,
    **about: Any,
) -> Upload:
    """Keep files to be read, and answer with the upload. What is refused at first sight is said at once.

    When every file is refused nothing is kept, and the upload answered has no id. Raises Invalid, Forbidden, NotFound.
    """
    access.require(actor, Action.IMPORT)
    store = workspace.region(actor.region)
    target = documents.get(workspace, actor, attached_to) if attached_to else None
    upload = Upload(
        id=workspace.new_id(),
        by=actor.by,
        name=actor.name,
        at=workspace.now(),
        **(_like(target) if target is not None else _checked(store.view(), about)),
    )
    _check_amount(files)
    items = tuple(_received(name, content) for name, content in files)
    if all(item.state == REFUSED for item in items):
        return upload.changed(id="", items=items, open=False)
    for item, (_name, content) in zip(items, files, strict=True):
        if item.state == WAITING:
            store.blobs.put(content)
    with store.transaction() as tx:
        earlier = came_of(tx, actor, once, Upload)
        if earlier is not None:
            return earlier
        kept = tx.put(upload.changed(items=items))
        tx.log("uploads.received", kept, at=kept.at, by=actor.by, files=len(items))
        remember(tx, actor, once, kept, kept.at)
        return kept


def _check_amount(files: list[Sent]) -> None:
    if not files:
        raise Invalid({"files": _("Velg minst én fil.")})
    if len(files) > MOST_FILES:
        raise Invalid({"files": _("Send høyst %(count)s filer om gangen.", count=MOST_FILES)})
    if sum(len(content) for _name, content in files) > LARGEST_TOGETHER:
        raise Invalid({"files": _("Filene er for store til sammen. Send høyst 100 MB om gangen.")})


def _received(name: str, content: bytes) -> Item:
    """A file looked at: refused, or waiting to be read."""
    item = Item(name=service.clean_name(name), size=len(content))
    try:
        kinds.kind_of(item.name, content)
    except Refused as refused:
        return msgspec.structs.replace(item, state=REFUSED, reason=refused.reason)
    except Unreadable:
        pass  # it is kept, and says so
    return msgspec.structs.replace(item, digest=service.digest_of(content))


def _like(document: Document) -> dict[str, Any]:
    """An attachment is about what its document is about, and for the same people."""
    return {
        "kind": document.kind,
        "audience": document.audience,
        "municipalities": document.municipalities,
        "value_chain": document.value_chain,
        "attached_to": document.id,
    }


def _checked(view: View, about: dict[str, Any]) -> dict[str, Any]:
    """What the form says about all files. Raises Invalid."""
    errors: dict[str, Message] = {}
    if about.get("kind") not in KINDS:
        errors["kind"] = _("Velg hva slags dokument dette er.")
    if len(about.get("value_chain", "")) > LONGEST_TAG:
        errors["value_chain"] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_TAG)
    if any(view.get(Municipality, number) is None for number in about.get("municipalities", ())):
        errors["municipalities"] = _("Velg blant kommunene i regionen.")
    if not about.pop("checked", False):
        errors["checked"] = _("Bekreft at filene kan deles i regionen.")
    if errors:
        raise Invalid(errors)
    return about | {
        "audience": Audience(about.get("audience") or Audience.REGION),
        "tags": split_tags(about.get("tags", "")),
        "value_chain": clean_line(about.get("value_chain", "")),
    }


def get(workspace: Workspace, actor: Actor, upload_id: str) -> Upload:
    """An upload. Raises NotFound, Forbidden."""
    access.require(actor, Action.IMPORT)
    found = workspace.region(actor.region).view().get(Upload, upload_id)
    if found is None:
        raise NotFound()
    return found


def recent(workspace: Workspace, actor: Actor) -> list[Upload]:
    """The newest uploads of the region."""
    access.require(actor, Action.IMPORT)
    return workspace.region(actor.region).view().find(Upload, order="at", descending=True, limit=RECENT)


def stop(workspace: Workspace, actor: Actor, upload_id: str) -> Upload:
    """Read no more of an upload's files. Those that are read stay."""
    access.require(actor, Action.IMPORT)
    with workspace.region(actor.region).transaction() as tx:
        upload = tx.get(Upload, upload_id)
        if upload is None:
            raise NotFound()
        if not upload.open:
            return upload
        kept = tx.put(upload.stopped())
        tx.log("uploads.stopped", kept, at=workspace.now(), by=actor.by)
        return kept


# -- Reading them --


def work_off(workspace: Workspace, slug: str, progress: Progress = lambda upload, page, of: None) -> int:
    """Read the next file that waits in a region, and answer how many were read: 1, or 0 when none waits."""
    store = workspace.region(slug)
    upload = store.view().first(Upload, {"open": True}, order="at")
    if upload is None:
        return 0
    at = upload.next()
    item = _read(workspace, slug, upload, upload.items[at], partial(progress, upload.id))
    with store.transaction() as tx:
        stored = tx.get(Upload, upload.id)
        if stored is not None and stored.items[at].state == WAITING:
            tx.put(stored.settled(at, item))
    return 1


def _read(workspace: Workspace, slug: str, upload: Upload, item: Item, progress: service.Progress) -> Item:
    """One file brought in, on behalf of who sent it."""
    try:
        actor = _sender(workspace, upload.by, slug)
        content = workspace.region(slug).blobs.get(item.digest)
        taken = service.take(
            workspace,
            actor,
            item.name,
            content,
            progress=progress,
            kind=upload.kind,
            audience=upload.audience,
            municipalities=upload.municipalities,
            value_chain=upload.value_chain,
            tags=upload.tags,
            attached_to=upload.attached_to,
        )
    except Refused as refused:
        return msgspec.structs.replace(item, state=REFUSED, reason=refused.reason)
    except Unavailable:
        raise  # it waits until the store takes writes again
    except Exception as error:
        # Whatever it is, it is about this file: the others must not wait for it.
        logger.error("not brought in: %s", type(error).__name__)
        return msgspec.structs.replace(item, state=REFUSED, reason=OTHER)
    state = KNOWN if taken.outcome in {"known", "unchanged"} else STORED if taken.outcome == "stored" else READ
    file = taken.document.file
    reason = file.state if file is not None else ""
    return msgspec.structs.replace(item, state=state, reason=reason, document=taken.document.id)


def _sender(workspace: Workspace, person_id: str, slug: str) -> Actor:
    """Who sent it, as they stand in the region now. Raises NotFound when they are gone."""
    person = workspace.house.view().get(Person, person_id)
    if person is None:
        raise NotFound()
    return regions.actor_in(workspace, person, slug)


class FileReader:
    """A thread that reads files as they are sent, one at a time, in all regions."""

    def __init__(self, workspace: Workspace, *, is_ours: Callable[[], bool] = lambda: True) -> None:
        self._workspace = workspace
        self._is_ours = is_ours  # whether this process is the one that does it now
        self._stopping = threading.Event()
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="file-reader", daemon=True)
        self.progress: tuple[str, int, int] = ("", 0, 0)  # the upload, and how far its file being read has come

    def start(self) -> None:
        """Begin, with what was left waiting when we stopped."""
        self._thread.start()

    def wake(self) -> None:
        """Look for files now."""
        self._awake.set()

    def stop(self) -> None:
        """Stop after the file that is being read."""
        self._stopping.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            done = 0
            for slug in self._slugs():
                done += 0 if self._stopping.is_set() else self._next(slug)
            if not done:
                self._awake.wait(PAUSE)
                self._awake.clear()

    def _slugs(self) -> list[str]:
        try:
            return self._workspace.stores.slugs() if self._is_ours() else []
        except Unavailable:
            return []  # the database does not answer; it is asked again

    def _next(self, slug: str) -> int:
        def progress(upload: str, page: int, of: int) -> None:
            self.progress = (upload, page, of)

        try:
            return work_off(self._workspace, slug, progress)
        except Exception as error:
            # The store takes no writes now, or something we did not think of: the file waits, and others with it.
            logger.error("files of %s are not read: %s", slug, type(error).__name__)
            time.sleep(PAUSE)
            return 0
        finally:
            self.progress = ("", 0, 0)
