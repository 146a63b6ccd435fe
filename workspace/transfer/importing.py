"""Putting a region back from its zip, to the same state: its store is the same to the byte.

The people it names are the same everywhere. One whom the house knows by id is that person; one whose address is known
under another id is the person with that address here, who gets the membership and answers for what the other did. What
somebody wrote keeps the name it was written under.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from workspace.access import operator
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.errors import Invalid
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality, Region
from workspace.regions.service import check_slug
from workspace.store.port import Event, Store, StoreRefused, Transaction, View
from workspace.transfer import copying
from workspace.transfer.dumping import Advance, Contents, Document, Kept, Summary, nothing, summarize
from workspace.transfer.region_file import Somebody
from workspace.transfer.unpacking import Package


class People(NamedTuple):
    """Who comes with a region: those who are known, those to be made, and those known under another id (old to new)."""

    known: list[Somebody]
    new: list[Somebody]
    remapped: dict[str, str]


class Imported(NamedTuple):
    """What became of an import."""

    region: Region
    summary: Summary
    same: bool  # as in the zip to the byte, but for who is another person here
    people: People


def bring_in(workspace: Workspace, package: Package, slug: str, advance: Advance = nothing) -> Imported:
    """Make the region of a checked zip under this slug. The house learns of it last, so it is whole when it is seen.

    An import that was cut off can be run again. Raises StoreRefused when there is such a region already, or when two
    of its people would be one here; Invalid for what can't be a slug.
    """
    check_slug(slug)
    if workspace.house.view().get(Region, slug) is not None:
        raise StoreRefused(f"there is a region {slug} already; import it under another name with --as SLUG")
    people = _who_comes(workspace.house.view(), package)
    contents = Remapped(package, people.remapped)
    wanted = summarize(contents)
    store, already = _store(workspace, slug, contents)
    copying.fill(contents, store, already, advance=advance)
    found = summarize(Kept(store))
    region = package.about.region.changed(id=slug, version=0)
    with workspace.house.transaction() as tx:
        if _who_comes(tx, package) != people:
            raise StoreRefused("somebody in the region got an account meanwhile; run it again")
        for one in people.new:
            _make(workspace, tx, one)
        kept = tx.put(region)
        tx.log(
            "regions.imported", kept, at=workspace.now(), by=operator().by,
            sha256=package.about.sha256, remapped=people.remapped,
        )  # fmt: skip
    return Imported(kept, found, found == wanted, people)


def _store(workspace: Workspace, slug: str, contents: Contents) -> tuple[Store, set[copying.Key]]:
    """A new store for the region, or the one that an import was cut off in."""
    if slug not in workspace.stores.slugs():
        return workspace.stores.create(slug), set()
    store = workspace.region(slug)
    return store, copying.part_already_there(f"region {slug}", contents, store)


def _who_comes(house: View, package: Package) -> People:
    people = People([], [], {})
    for one in package.people:
        same = house.get(Person, one.id)
        namesake = house.first(Person, {"email": _email(one, package)})
        if same is not None:
            people.known.append(one)
        elif namesake is not None:
            people.remapped[one.id] = namesake.id
        else:
            people.new.append(one)
    taken = {one.id for one in package.people}
    for old, new in people.remapped.items():
        if new in taken or list(people.remapped.values()).count(new) > 1:
            raise StoreRefused(f"{package.path}: two of its people are one here ({new}, by the address of {old})")
    addresses = [one.email for one in people.new]
    if len(set(addresses)) < len(addresses):
        raise StoreRefused(f"{package.path}: two of its people have the same address")
    return people


def _email(one: Somebody, package: Package) -> str:
    try:
        if one.email == accounts.normal_email(one.email):
            return one.email
    except Invalid:
        pass
    raise StoreRefused(f"{package.path}: the person {one.id} has no address that can be used")


def _make(workspace: Workspace, tx: Transaction, one: Somebody) -> None:
    """An account without a password: whoever has it asks for a link, or is sent one."""
    locale = one.locale if one.locale in accounts.LOCALES else ""
    new = Person(id=one.id, name=one.name, email=one.email, locale=locale, created=workspace.now())
    tx.log("people.added", tx.put(new), at=workspace.now(), by=operator().by)


class Remapped:
    """The contents of a region in which some people have the ids they are known by here."""

    def __init__(self, contents: Contents, remapped: Mapping[str, str]) -> None:
        self._contents = contents
        self._remapped = remapped

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All documents with their tables, in the order of table and id."""
        members: list[Document] = []
        for table, document in self._contents.documents():
            if table == Membership.table:
                members.append(self._changed(document, "id"))
                continue
            yield from self._in_order(members)
            yield table, self._voices(document) if table == Municipality.table else document
        yield from self._in_order(members)

    def events(self, after: int = 0) -> Iterator[Event]:
        """The log, as it is."""
        return self._contents.events(after)

    def digests(self) -> Iterator[str]:
        """The digests of the blobs."""
        return self._contents.digests()

    def blob(self, digest: str) -> bytes:
        """The bytes of a blob."""
        return self._contents.blob(digest)

    def _in_order(self, members: list[Document]) -> Iterator[tuple[str, Document]]:
        """The memberships, once all have been gathered: new ids have other places among them."""
        for document in sorted(members, key=lambda member: str(member["id"])):
            yield Membership.table, document
        members.clear()

    def _changed(self, document: Document, field: str) -> dict[str, Any]:
        return {**document, field: self._remapped.get(document[field], document[field])}

    def _voices(self, document: Document) -> Document:
        deputies = [self._remapped.get(id, id) for id in document["deputies"]]
        return {**self._changed(document, "voting_member"), "deputies": deputies}
