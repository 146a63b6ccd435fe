"""What people do with their accounts: sign in and out, use a one-time link, choose a password."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from workspace.access import Actor
from workspace.accounts import limits, passwords
from workspace.accounts.model import Link, Person, Session
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, _
from workspace.parts import Workspace

IDLE = timedelta(minutes=60)  # ASVS 7.3.1
LONGEST = timedelta(hours=12)  # ASVS 7.3.2
SEEN_EVERY = timedelta(minutes=10)
LOCALES = ("nb", "nn", "en")
LONGEST_NAME = 100
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]+\.[^\s@<>\"]{2,}")


def normal_email(email: str) -> str:
    """The form of an address that is kept and compared: NFC, lower case. Raises Invalid for what is none."""
    email = _typed_email(email)
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid({"email": _("Skriv en e-postadresse, for eksempel kari@havnsund.kommune.no.")})
    return email


def _typed_email(email: str) -> str:
    return unicodedata.normalize("NFC", email).strip().casefold()


def person(workspace: Workspace, person_id: str) -> Person:
    """The person. Raises NotFound."""
    found = workspace.house.view().get(Person, person_id)
    if found is None:
        raise NotFound()
    return found


def person_by_email(workspace: Workspace, email: str) -> Person | None:
    """The person with this address, or None."""
    return workspace.house.view().first(Person, {"email": _typed_email(email)})


def add_person(workspace: Workspace, name: str, email: str, *, operator: bool = False) -> Person:
    """The person with this address, made when there is none. Can be repeated safely."""
    email = normal_email(email)
    with workspace.house.transaction() as tx:
        found = tx.first(Person, {"email": email})
        if found is not None:
            return found
        new = Person(id=workspace.new_id(), name=name or email, email=email, operator=operator, created=workspace.now())
        kept = tx.put(new)
        tx.log("people.added", kept, at=workspace.now(), by=kept.id)
        return kept


# -- Sessions --


def sign_in(workspace: Workspace, email: str, password: str, address: str, *, device: str = "") -> str:
    """Start a session and answer the token for its cookie.

    Raises Invalid, the same and after as much work for an unknown person and a wrong password, and TooManyAttempts.
    """
    email = _typed_email(email)
    limits.count(workspace, email, address)
    found = person_by_email(workspace, email)
    if not passwords.matches(found.password if found else "", password) or found is None or found.disabled:
        raise Invalid({"password": _("E-post og passord passer ikke sammen. Prøv igjen, eller be om en lenke.")})
    limits.take_back(workspace, email, address)
    return start_session(workspace, found.id, device=device)


def start_session(workspace: Workspace, person_id: str, *, device: str = "", demo: bool = False) -> str:
    """A new session for the person; the answer is the token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    now = workspace.now()
    session = Session(id=digest(token), person=person_id, created=now, seen=now, device=device, demo=demo)
    with workspace.house.transaction() as tx:
        for old in tx.find(Session, {"person": person_id}):
            if not _lasts(old, now):
                tx.remove(old)
        tx.put(session)
    return token


def _lasts(session: Session, now: datetime) -> bool:
    return now - session.seen <= IDLE and now - session.created <= LONGEST


def signed_in_person(workspace: Workspace, token: str) -> tuple[Person, Session] | None:
    """Who holds the session with this token, or None when it has ended. Writes at most every ten minutes."""
    view = workspace.house.view()
    session = view.get(Session, digest(token))
    now = workspace.now()
    if session is None or not _lasts(session, now):
        return None
    found = view.get(Person, session.person)
    if found is None or found.disabled:
        return None
    if now - session.seen >= SEEN_EVERY:
        _touch(workspace, session.id)
    return found, session


def _touch(workspace: Workspace, session_id: str) -> None:
    try:
        with workspace.house.transaction() as tx:
            session = tx.get(Session, session_id)
            if session is not None:
                tx.put(session.changed(seen=workspace.now()))
    except Unavailable:
        return  # a full disk must not keep people from reading


def sessions_of(workspace: Workspace, person_id: str) -> list[Session]:
    """The person's sessions that can still be used, newest first."""
    found = workspace.house.view().find(Session, {"person": person_id})
    lasting = (session for session in found if _lasts(session, workspace.now()))
    return sorted(lasting, key=lambda session: session.created, reverse=True)


def end_session(workspace: Workspace, person_id: str, session_id: str) -> None:
    """End one of the person's sessions. Nothing happens when it has ended already."""
    with workspace.house.transaction() as tx:
        session = tx.get(Session, session_id)
        if session is not None and session.person == person_id:
            tx.remove(session)


def sign_out(workspace: Workspace, token: str) -> None:
    """End the session with this token."""
    with workspace.house.transaction() as tx:
        session = tx.get(Session, digest(token))
        if session is not None:
            tx.remove(session)


def sign_out_everywhere(workspace: Workspace, person_id: str, *, but: str = "") -> None:
    """End all the person's sessions, except the one with the token `but`."""
    with workspace.house.transaction() as tx:
        for session in tx.find(Session, {"person": person_id}):
            if not but or session.id != digest(but):
                tx.remove(session)


def disable(workspace: Workspace, actor: Actor, person_id: str) -> None:
    """Close somebody's account: sessions and links end at once (ASVS 7.4.2). For the operator. Raises Forbidden."""
    if not actor.operator:
        raise Forbidden()
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is None:
            raise NotFound()
        if not current.disabled:
            tx.log("people.disabled", tx.put(current.changed(disabled=True)), at=workspace.now(), by=actor.by)
        for session in tx.find(Session, {"person": person_id}):
            tx.remove(session)
        for link in tx.find(Link, {"email": current.email}):
            tx.remove(link)


# -- Passwords and settings --


def choose_password(
    workspace: Workspace, person_id: str, password: str, *, words: tuple[str, ...] = (), token: str = ""
) -> None:
    """Keep a new password and end the person's other sessions, all but the one with `token`.

    `words` are names of the place. Raises Invalid when it is not good enough.
    """
    who = person(workspace, person_id)
    passwords.check(password, (*own_words(who.name, who.email), *words))
    kept = passwords.hashed(password)
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is None:
            raise NotFound()
        tx.log("people.password_chosen", tx.put(current.changed(password=kept)), at=workspace.now(), by=person_id)
        for session in tx.find(Session, {"person": person_id}):
            if not token or session.id != digest(token):
                tx.remove(session)


def own_words(name: str, email: str) -> tuple[str, ...]:
    """Words of the person that a password may not be made of."""
    return (name, name.replace(" ", ""), *re.split(r"[@.]", email))


def change_password(
    workspace: Workspace,
    person_id: str,
    current: str,
    new: str,
    *,
    address: str,
    token: str,
    words: tuple[str, ...] = (),
) -> None:
    """Change the password of somebody who knows the old one, or has none. Raises Invalid, TooManyAttempts."""
    who = person(workspace, person_id)
    if who.password:
        limits.count(workspace, who.email, address)
        if not passwords.matches(who.password, current):
            raise Invalid({"password": _("Det nåværende passordet stemmer ikke.")})
        limits.take_back(workspace, who.email, address)
    choose_password(workspace, person_id, new, words=words, token=token)


def choose_locale(workspace: Workspace, person_id: str, locale: str) -> None:
    """Remember the language of the person's screens: nb, nn or en. Raises Invalid."""
    if locale not in LOCALES:
        raise Invalid({"locale": _("Velg et av språkene i listen.")})
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is not None and current.locale != locale:
            tx.put(current.changed(locale=locale))


def choose_shortcuts(workspace: Workspace, person_id: str, on: bool) -> None:
    """Remember whether keys of one letter do something on the person's screens."""
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is not None and current.shortcuts != on:
            tx.put(current.changed(shortcuts=on))


def rename(workspace: Workspace, person_id: str, name: str) -> Person:
    """What the person wants to be called. The regions have it in their memberships too. Raises NotFound, Invalid."""
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": _("Skriv navnet ditt, høyst 100 tegn.")})
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is None:
            raise NotFound()
        if current.name == name:
            return current
        kept = tx.put(current.changed(name=name))
        tx.log("people.renamed", kept, at=workspace.now(), by=person_id)
        return kept


# -- The address somebody signs in with --


def change_email(workspace: Workspace, actor: Actor, person_id: str, email: str) -> Person:
    """Give somebody another address to sign in with; links to the old one end. Can be repeated safely.

    Who may is asked by the caller. Raises NotFound, Invalid for an address that is none, Conflict for somebody else's.
    """
    email = normal_email(email)
    with workspace.house.transaction() as tx:
        current, other = tx.get(Person, person_id), tx.first(Person, {"email": email})
        if current is None:
            raise NotFound()
        if other is not None and other.id != person_id:
            raise Conflict(_("Adressen har en konto fra før."))
        if current.email == email:
            return current
        for link in tx.find(Link, {"email": current.email}):
            if link.purpose == "sign-in" and link.used is None:
                tx.remove(link)
        kept = tx.put(current.changed(email=email))
        tx.log("people.email_changed", kept, at=workspace.now(), by=actor.by)
        return kept


def digest(token: str) -> str:
    """What is kept of a secret: its SHA-256 (64 hex digits)."""
    return hashlib.sha256(token.encode()).hexdigest()
