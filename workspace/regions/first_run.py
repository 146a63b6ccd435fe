"""The first region of a house, made in the browser by whoever has the one-time code of the operator's terminal.

The code stands for the operator: it is made anew at each start of a server that finds no region, kept only as a
digest, good for a day, and worth nothing once there is a region. What is typed is not in the log before the region is
made: until then the house is as good as empty, so that a backup can be restored into it.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from datetime import timedelta

from workspace import access
from workspace.access import Role
from workspace.accounts import limits, passwords
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.errors import Invalid, NotFound, _
from workspace.parts import Workspace
from workspace.regions import service
from workspace.regions.model import FirstRun, Region
from workspace.regions.norway import municipalities as norway
from workspace.store.port import View

LASTS = timedelta(hours=24)
LONGEST = {"name": 100, "responsible": 150, "plan": 200, "slug": 63}
_ID = "first"
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none can be read as another
_READ_AS = str.maketrans("OIL", "011", "-– ")


def is_open(workspace: Workspace) -> bool:
    """Whether the first region can be made in the browser: there is none, or its making was cut off."""
    return _is_open(workspace.house.view())


def _is_open(view: View) -> bool:
    regions, first = view.find(Region), view.get(FirstRun, _ID)
    begun = first.slug if first is not None and first.person else ""
    return all(region.id == begun for region in regions)


def make_code(workspace: Workspace) -> str:
    """A new code, "" where there is a region. The one before it is worth nothing; what was typed is kept."""
    code = "".join(secrets.choice(_SIGNS) for _sign in range(12))
    with workspace.house.transaction() as tx:
        if not _is_open(tx):
            return ""
        expires = workspace.now() + LASTS
        stored = tx.get(FirstRun, _ID) or FirstRun(id=_ID, code="", expires=expires)
        tx.put(stored.changed(code=accounts.digest(code), expires=expires))
    return "-".join((code[:4], code[4:8], code[8:]))


def enter(workspace: Workspace, code: str, address: str) -> str:
    """Take the code as it was typed; the answer is the key to the steps after it.

    Raises NotFound when there is a region, Invalid, TooManyAttempts as signing in does.
    """
    if not is_open(workspace):
        raise NotFound()
    limits.count(workspace, "first run", address)
    first = workspace.house.view().get(FirstRun, _ID)
    key = accounts.digest(code.upper().translate(_READ_AS))
    if first is None or not hmac.compare_digest(first.code, key):
        raise Invalid({"code": _("Koden stemmer ikke. Bruk den som ble skrevet ut da Regionrom sist ble startet.")})
    if first.expires <= workspace.now():
        raise Invalid({"code": _("Koden er for gammel. Start Regionrom på nytt for å få en ny.")})
    limits.take_back(workspace, "first run", address)
    return key


def begun(workspace: Workspace, key: str) -> FirstRun | None:
    """The region as far as it is described, for whoever has the key; None for another key. NotFound as `enter`."""
    if not is_open(workspace):
        raise NotFound()
    return _of(workspace.house.view(), workspace, key)


def _of(view: View, workspace: Workspace, key: str) -> FirstRun | None:
    first = view.get(FirstRun, _ID)
    is_it = first is not None and hmac.compare_digest(first.code, key) and first.expires > workspace.now()
    return first if is_it else None


def describe(
    workspace: Workspace, key: str, name: str, responsible: str, plan: str, slug: str, municipalities: tuple[str, ...]
) -> FirstRun:
    """Keep what was typed of the region, whether it will do or not. Raises NotFound."""
    typed = {"name": name, "responsible": responsible, "plan": plan, "slug": slug.lower()}
    cut = {field: text[: LONGEST[field]] for field, text in typed.items()}
    known = tuple(number for number in dict.fromkeys(municipalities) if number in norway())
    with workspace.house.transaction() as tx:
        first = _of(tx, workspace, key)
        if first is None or not _is_open(tx):
            raise NotFound()
        if first.person:
            return first  # its making was cut off: it can only be gone on with
        wanted = first.changed(municipalities=known, **cut)
        return first if wanted == first else tx.put(wanted)


def check(first: FirstRun) -> None:
    """Raise Invalid for a region that can't be made as it is described."""
    errors = {}
    if not first.name:
        errors["name"] = _("Skriv navnet på regionen.")
    if not first.responsible:
        errors["responsible"] = _("Skriv hvilket organ som er ansvarlig.")
    if not first.municipalities:
        errors["municipality"] = _("Velg minst én kommune. Søk, og sett kryss ved den.")
    try:
        service.check_slug(first.slug or suggested_slug(first.name))
    except Invalid as refused:
        errors |= refused.errors
    if errors:
        raise Invalid(errors)


def suggested_slug(name: str) -> str:
    """The short name of a region with this name: «Skarfjordregionen» is skarfjord. "" where nothing is left of it."""
    letters = name.casefold().translate({ord("æ"): "ae", ord("ø"): "o", ord("å"): "a", ord("đ"): "d"})
    letters = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    shorter = re.sub(r"-?regionen?$", "", slug)
    return (shorter if len(shorter) >= 3 else slug)[: LONGEST["slug"]].strip("-")


def finish(
    workspace: Workspace, key: str, name: str, email: str, password: str, *, device: str = ""
) -> tuple[Region, str]:
    """Make the region and its first administrator; the answer is the region and the token of a new session.

    The account is made first and the code used up last, so that what was cut off can be repeated.
    Raises NotFound, Invalid.
    """
    first = begun(workspace, key)
    if first is None:
        raise NotFound()
    check(first)
    if not name or len(name) > 100:
        raise Invalid({"name": _("Skriv navnet ditt, høyst 100 tegn.")})
    email = accounts.normal_email(email)
    places = tuple(norway()[number].name for number in first.municipalities)
    words = (first.name, first.slug, first.responsible, *places)
    if password:
        passwords.check(password, (*accounts.own_words(name, email), *words))
    person = _administrator(workspace, key, name, email)
    if password:
        accounts.choose_password(workspace, person.id, password, words=words)
    region = _region(workspace, first)
    service.keep_member(workspace, region.id, person.id, person, Role.ADMINISTRATOR)
    with workspace.house.transaction() as tx:
        stored = tx.get(FirstRun, _ID)
        if stored is not None:
            tx.log("first_runs.finished", stored, at=workspace.now(), by=person.id)
            tx.remove(stored)
    return region, accounts.start_session(workspace, person.id, device=device)


def _administrator(workspace: Workspace, key: str, name: str, email: str) -> Person:
    """The account, which the record remembers: nobody comes by somebody else's account with a code."""
    with workspace.house.transaction() as tx:
        first = _of(tx, workspace, key)
        if first is None or not _is_open(tx):
            raise NotFound()
        found = tx.first(Person, {"email": email})
        if found is not None and found.id != first.person:
            raise Invalid({"email": _("Adressen har en konto fra før. Bruk en annen.")})
        if found is not None:
            return found
        person = tx.put(Person(id=workspace.new_id(), name=name, email=email, created=workspace.now()))
        tx.log("people.added", person, at=workspace.now(), by=person.id)
        tx.put(first.changed(person=person.id, slug=first.slug or suggested_slug(first.name)))
        return person


def _region(workspace: Workspace, first: FirstRun) -> Region:
    slug = first.slug or suggested_slug(first.name)
    made = workspace.house.view().get(Region, slug)
    if made is not None and slug in workspace.stores.slugs():  # the making that was cut off came so far
        return service.change_region(workspace, access.operator(), slug, municipalities=first.municipalities)
    numbers = dict.fromkeys(first.municipalities, "")
    operator, plan, body = access.operator(), first.plan, first.responsible
    return service.create_region(workspace, operator, slug, first.name, numbers, plan=plan, responsible=body)
