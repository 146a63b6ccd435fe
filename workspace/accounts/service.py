"""What people do with their accounts: sign in and out, use a one-time link, choose a password."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from workspace.access import Actor
from workspace.accounts import limits, passwords
from workspace.accounts.model import Link, LinkRequest, Person, Session
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace

IDLE = timedelta(minutes=60)  # ASVS 7.3.1
LONGEST = timedelta(hours=12)  # ASVS 7.3.2
SEEN_EVERY = timedelta(minutes=10)
INVITATION_LASTS = timedelta(days=14)
SIGN_IN_LINK_LASTS = timedelta(hours=1)
REQUEST_LASTS = timedelta(days=2)
LOCALES = ("nb", "nn", "en")
LINK_IS_SPENT = _(
    "Lenken virker ikke lenger. Den er brukt, trukket tilbake eller for gammel. Be prosesslederen om en ny."
)
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


def add_invited(workspace: Workspace, link: Link, name: str) -> Person:
    """The account that this invitation makes, and the link that remembers it. Can be repeated safely.

    Raises Conflict when the address got an account in another way meanwhile.
    """
    with workspace.house.transaction() as tx:
        stored, found = tx.get(Link, link.id), tx.first(Person, {"email": link.email})
        if stored is None or (found is not None and found.id != stored.person):
            raise Conflict(LINK_IS_SPENT)
        if found is not None:
            return found
        new = Person(id=workspace.new_id(), name=name, email=link.email, created=workspace.now())
        kept = tx.put(new)
        tx.put(stored.changed(person=kept.id))
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


# -- One-time links --


def make_link(
    workspace: Workspace, actor: Actor, purpose: str, email: str, *, once: Once | None = None, **about: str
) -> str:
    """A one-time link; the answer is its token, of which only the hash is kept. Earlier unused ones of its kind end.

    Asked for again by the same request (`once`), the link gets a new token, because the old one is kept nowhere.
    Raises NotFound when it has been used or taken back meanwhile.

    `purpose` is "invitation" or "sign-in". `about` may name region, role, municipality, group, organisation and title,
    for an invitation. Who may make it is asked by the caller. Raises Invalid for an address that is none.
    """
    token = secrets.token_urlsafe(32)
    now = workspace.now()
    lasts = INVITATION_LASTS if purpose == "invitation" else SIGN_IN_LINK_LASTS
    email = normal_email(email)
    link = Link(id=digest(token), purpose=purpose, email=email, by=actor.by, created=now, expires=now + lasts)
    link = link.changed(**about)
    with workspace.house.transaction() as tx:
        earlier = came_of(tx, actor, once, Link)
        if earlier is not None and earlier.used is not None:
            raise NotFound()
        for old in tx.find(Link, {"email": email}):
            if old.purpose == purpose and old.region == link.region and old.used is None:
                tx.remove(old)
        kept = tx.put(link)
        tx.log(f"links.{purpose}_made", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        request = tx.get(LinkRequest, digest(email))
        if request is not None:
            tx.remove(request)
    return token


def link_behind(workspace: Workspace, token: str, purpose: str) -> Link:
    """The link with this token, while it can be used. Raises NotFound."""
    link = workspace.house.view().get(Link, digest(token))
    if link is None or link.purpose != purpose or link.used is not None or link.expires <= workspace.now():
        raise NotFound(LINK_IS_SPENT)
    return link


def use_link(workspace: Workspace, link: Link) -> None:
    """Use the link up for the account `link.person`. Raises Conflict when somebody else was first."""
    with workspace.house.transaction() as tx:
        stored = tx.get(Link, link.id)
        if stored is None or stored.used is not None:
            raise Conflict(LINK_IS_SPENT)
        used = tx.put(stored.changed(used=workspace.now(), person=link.person))
        tx.log("links.used", used, at=workspace.now(), by=link.person)


def sign_in_by_link(workspace: Workspace, token: str, *, device: str = "") -> str:
    """Use a sign-in link up and start a session; the answer is the session's token. Raises NotFound, Conflict."""
    link = link_behind(workspace, token, "sign-in")
    found = person_by_email(workspace, link.email)
    if found is None or found.disabled:
        raise NotFound(LINK_IS_SPENT)
    use_link(workspace, link.changed(person=found.id))
    return start_session(workspace, found.id, device=device)


def open_invitations(workspace: Workspace, region: str) -> list[Link]:
    """The region's invitations that wait for an answer, oldest first. Who may see them is asked by the caller."""
    found = workspace.house.view().find(Link, {"region": region}, order="created")
    return [link for link in found if link.purpose == "invitation" and link.used is None]


def withdraw_invitation(workspace: Workspace, actor: Actor, region: str, link_id: str) -> None:
    """Take back an invitation that waits for an answer. Who may is asked by the caller. Raises NotFound."""
    with workspace.house.transaction() as tx:
        link = tx.get(Link, link_id)
        if link is None or link.region != region or link.used is not None:
            raise NotFound()
        tx.log("links.withdrawn", link, at=workspace.now(), by=actor.by)
        tx.remove(link)


def ask_for_link(workspace: Workspace, email: str, address: str) -> None:
    """Note that somebody asks for a sign-in link; who leads the process sees it and makes one.

    Does the same for an address nobody has, and keeps no address. Raises Invalid, TooManyAttempts.
    """
    email = normal_email(email)
    now = workspace.now()
    limits.count(workspace, f"link {email}", address)
    with workspace.house.transaction() as tx:
        for old in tx.find(LinkRequest, order="asked"):
            if now - old.asked <= REQUEST_LASTS:
                break
            tx.remove(old)
        earlier = tx.get(LinkRequest, digest(email))
        tx.put(LinkRequest(id=digest(email), version=earlier.version if earlier else 0, asked=now))


def asked_for_link(workspace: Workspace, email: str) -> datetime | None:
    """When a sign-in link was asked for with this address, None when it was not or one has been made since."""
    request = workspace.house.view().get(LinkRequest, digest(email))
    return request.asked if request and workspace.now() - request.asked <= REQUEST_LASTS else None


def digest(token: str) -> str:
    """What is kept of a secret: its SHA-256 (64 hex digits)."""
    return hashlib.sha256(token.encode()).hexdigest()
