"""What people do with their accounts: sign in and out, use a one-time link, choose a password."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import timedelta

from workspace.accounts import passwords
from workspace.accounts.limits import SignInLimits
from workspace.accounts.model import Link, Person, Session
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.parts import Workspace

IDLE = timedelta(minutes=60)  # ASVS 7.3.1
LONGEST = timedelta(hours=12)  # ASVS 7.3.2
SEEN_EVERY = timedelta(minutes=10)
INVITATION_LASTS = timedelta(days=14)
SIGN_IN_LINK_LASTS = timedelta(hours=1)
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]+\.[^\s@<>\"]{2,}")


def normal_email(email: str) -> str:
    """The form of an address that is kept and compared: NFC, lower case. Raises Invalid for what is none."""
    email = unicodedata.normalize("NFC", email).strip().casefold()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid({"email": _("Skriv en e-postadresse, for eksempel kari@havnsund.kommune.no.")})
    return email


def person(workspace: Workspace, person_id: str) -> Person:
    """The person. Raises NotFound."""
    found = workspace.house.view().get(Person, person_id)
    if found is None:
        raise NotFound()
    return found


def person_by_email(workspace: Workspace, email: str) -> Person | None:
    """The person with this address, or None."""
    return workspace.house.view().first(Person, {"email": email})


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


def sign_in(workspace: Workspace, limits: SignInLimits, email: str, password: str, address: str) -> str:
    """Start a session and answer the token for its cookie.

    Raises Invalid, the same for an unknown person and a wrong password, and TooManyAttempts.
    """
    email = unicodedata.normalize("NFC", email).strip().casefold()
    limits.count(email, address, workspace.now())
    found = person_by_email(workspace, email)
    if not passwords.matches(found.password if found else "", password) or found is None or found.disabled:
        raise Invalid({"password": _("E-postadressen og passordet hører ikke sammen. Prøv igjen.")})
    return start_session(workspace, found.id)


def start_session(workspace: Workspace, person_id: str, *, demo: bool = False) -> str:
    """A new session for the person; the answer is the token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    now = workspace.now()
    with workspace.house.transaction() as tx:
        for old in tx.find(Session, {"person": person_id}):
            if now - old.seen > LONGEST:
                tx.remove(old)
        tx.put(Session(id=_digest(token), person=person_id, created=now, seen=now, demo=demo))
    return token


def signed_in_person(workspace: Workspace, token: str) -> tuple[Person, Session] | None:
    """Who holds the session with this token, or None when it has ended. Writes at most every ten minutes."""
    view = workspace.house.view()
    session = view.get(Session, _digest(token))
    now = workspace.now()
    if session is None or now - session.seen > IDLE or now - session.created > LONGEST:
        return None
    found = view.get(Person, session.person)
    if found is None or found.disabled:
        return None
    if now - session.seen >= SEEN_EVERY:
        _touch(workspace, session.id)
    return found, session


def _touch(workspace: Workspace, session_id: str) -> None:
    with workspace.house.transaction() as tx:
        session = tx.get(Session, session_id)
        if session is not None:
            tx.put(session.changed(seen=workspace.now()))


def sessions_of(workspace: Workspace, person_id: str) -> list[Session]:
    """The person's sessions that can still be used, newest first."""
    now = workspace.now()
    found = workspace.house.view().find(Session, {"person": person_id})
    return sorted((session for session in found if now - session.seen <= IDLE), key=lambda s: s.created, reverse=True)


def end_session(workspace: Workspace, person_id: str, session_id: str) -> None:
    """End one of the person's sessions. Nothing happens when it has ended already."""
    with workspace.house.transaction() as tx:
        session = tx.get(Session, session_id)
        if session is not None and session.person == person_id:
            tx.remove(session)


def sign_out(workspace: Workspace, token: str) -> None:
    """End the session with this token."""
    with workspace.house.transaction() as tx:
        session = tx.get(Session, _digest(token))
        if session is not None:
            tx.remove(session)


def sign_out_everywhere(workspace: Workspace, person_id: str, *, but: str = "") -> None:
    """End all the person's sessions, except the one with the token `but`."""
    with workspace.house.transaction() as tx:
        for session in tx.find(Session, {"person": person_id}):
            if not but or session.id != _digest(but):
                tx.remove(session)


def is_session_of(token: str, session: Session) -> bool:
    """Whether the session is the one this token belongs to."""
    return session.id == _digest(token)


# -- Passwords and settings --


def choose_password(workspace: Workspace, person_id: str, password: str, *, token: str = "") -> None:
    """Keep a new password and end the person's other sessions. Raises Invalid when it is not good enough."""
    who = person(workspace, person_id)
    passwords.check(password, (who.name.replace(" ", ""), who.email.partition("@")[0]))
    kept = passwords.hashed(password)
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is not None:
            tx.log("people.password_chosen", tx.put(current.changed(password=kept)), at=workspace.now(), by=person_id)
    sign_out_everywhere(workspace, person_id, but=token)


def change_password(workspace: Workspace, person_id: str, current: str, new: str, *, token: str) -> None:
    """Change the password of somebody who knows the old one. Raises Invalid."""
    who = person(workspace, person_id)
    if who.password and not passwords.matches(who.password, current):
        raise Invalid({"password": _("Det nåværende passordet stemmer ikke.")})
    choose_password(workspace, person_id, new, token=token)


def choose_locale(workspace: Workspace, person_id: str, locale: str) -> None:
    """Remember the language of the person's screens."""
    with workspace.house.transaction() as tx:
        current = tx.get(Person, person_id)
        if current is not None and current.locale != locale:
            tx.put(current.changed(locale=locale))


# -- One-time links --


def make_link(workspace: Workspace, purpose: str, email: str, **about: str) -> str:
    """A one-time link; the answer is its token, of which only the hash is kept. Earlier unused ones of its kind end.

    `about` may name region, role, municipality and group, for an invitation.
    """
    token = secrets.token_urlsafe(32)
    now = workspace.now()
    lasts = INVITATION_LASTS if purpose == "invitation" else SIGN_IN_LINK_LASTS
    email = normal_email(email)
    link = Link(id=_digest(token), purpose=purpose, email=email, created=now, expires=now + lasts, **about)
    with workspace.house.transaction() as tx:
        for old in tx.find(Link, {"email": email}):
            if old.purpose == purpose and old.region == link.region and old.used is None:
                tx.remove(old)
        tx.put(link)
    return token


def link_behind(workspace: Workspace, token: str, purpose: str) -> Link:
    """The link with this token, while it can be used. Raises NotFound."""
    link = workspace.house.view().get(Link, _digest(token))
    if link is None or link.purpose != purpose or link.used is not None or link.expires <= workspace.now():
        raise NotFound(_("Lenken er brukt eller for gammel. Be prosesslederen om en ny."))
    return link


def use_link(workspace: Workspace, link: Link) -> None:
    """Use the link up. Raises Conflict when somebody else was first."""
    with workspace.house.transaction() as tx:
        stored = tx.get(Link, link.id)
        if stored is None or stored.used is not None:
            raise Conflict(_("Lenken er alt brukt. Be prosesslederen om en ny."))
        tx.put(stored.changed(used=workspace.now()))


def sign_in_by_link(workspace: Workspace, token: str) -> str:
    """Use a sign-in link up and start a session; the answer is the session's token. Raises NotFound."""
    link = link_behind(workspace, token, "sign-in")
    found = person_by_email(workspace, link.email)
    if found is None or found.disabled:
        raise NotFound()
    use_link(workspace, link)
    return start_session(workspace, found.id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
