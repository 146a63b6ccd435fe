"""What people do with their accounts: sign in and out, use a one-time link, choose a password."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from workspace.access import Actor
from workspace.accounts import limits, passwords
from workspace.accounts.model import Link, LinkRequest, Person, Session
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, _
from workspace.once import Once, came_of, remember, was_sent
from workspace.parts import Workspace
from workspace.store.port import Transaction

IDLE = timedelta(minutes=60)  # ASVS 7.3.1
LONGEST = timedelta(hours=12)  # ASVS 7.3.2
SEEN_EVERY = timedelta(minutes=10)
INVITATION_LASTS = timedelta(days=14)
SIGN_IN_LINK_LASTS = timedelta(hours=1)
REQUEST_LASTS = timedelta(days=2)
LOCALES = ("nb", "nn", "en")
LONGEST_NAME = 100
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


def make_email_link(workspace: Workspace, actor: Actor, email: str, password: str, address: str) -> MadeLink | None:
    """A one-time link for a new address of the actor's, to be sent to it; None where somebody else has it.

    Whoever has a password says it once more, so that a browser left open is no way to take an account over. Raises
    Invalid, TooManyAttempts.
    """
    email = normal_email(email)
    who = person(workspace, actor.person or "")
    if email == who.email:
        raise Invalid({"email": _("Dette er adressen du har nå.")})
    limits.count(workspace, f"email {who.id}", address)
    if who.password and not passwords.matches(who.password, password):
        raise Invalid({"email_password": _("Passordet stemmer ikke.")})
    if person_by_email(workspace, email) is not None:
        return None
    with workspace.house.transaction() as tx:
        return _keep_link(workspace, tx, actor, "email", email, None, {"person": who.id})


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
    email = normal_email(email)
    with workspace.house.transaction() as tx:
        earlier = came_of(tx, actor, once, Link)
        if earlier is not None and earlier.used is not None:
            raise NotFound()
        return _keep_link(workspace, tx, actor, purpose, email, once, about).token


class MadeLink(NamedTuple):
    """A link and its token, which is kept nowhere; "" where it is left as it was."""

    link: Link
    token: str


def _keep_link(
    workspace: Workspace, tx: Transaction, actor: Actor, purpose: str, email: str, once: Once | None,
    about: Mapping[str, str],
) -> MadeLink:  # fmt: skip
    token = secrets.token_urlsafe(32)
    now = workspace.now()
    lasts = INVITATION_LASTS if purpose == "invitation" else SIGN_IN_LINK_LASTS  # also of one to a new address
    link = Link(id=digest(token), purpose=purpose, email=email, by=actor.by, created=now, expires=now + lasts)
    link = link.changed(**about)
    for old in tx.find(Link, {"email": email}):
        if old.purpose == purpose and old.region == link.region and old.used is None:
            tx.remove(old)
    kept = tx.put(link)
    tx.log(f"links.{purpose}_made", kept, at=now, by=actor.by)
    remember(tx, actor, once, kept, now)
    request = tx.get(LinkRequest, digest(email))
    if request is not None:
        tx.remove(request)
    return MadeLink(kept, token)


def make_invitations(
    workspace: Workspace, actor: Actor, region: str, invited: Sequence[Mapping[str, str]], *, once: Once | None = None
) -> list[MadeLink]:
    """Invitations to several, all or none: each of `invited` names what `make_link` is given about one.

    Whoever has an invitation that waits is left out. Asked for again by the same request, those that were mailed stay
    as they are, the others get a new token, and those used or taken back meanwhile are left out.
    """
    made: list[MadeLink] = []
    with workspace.house.transaction() as tx:
        for given in invited:
            about = dict(given)
            email = normal_email(about.pop("email"))
            theirs = _once_for(once, email)
            if was_sent(tx, actor, theirs):
                again = _made_again(workspace, tx, actor, theirs)
                made += [again] if again is not None else []
            elif not any(_waits(link, region, workspace.now()) for link in tx.find(Link, {"email": email})):
                made.append(_keep_link(workspace, tx, actor, "invitation", email, theirs, about | {"region": region}))
    return made


def renew_invitations(
    workspace: Workspace, actor: Actor, region: str, ids: Sequence[str], *, once: Once | None = None
) -> list[MadeLink]:
    """New links for invitations that wait for an answer, all or none; the old links stop working. Can be repeated.

    Who may is asked by the caller. Raises NotFound for one that has been used or taken back.
    """
    made: list[MadeLink] = []
    with workspace.house.transaction() as tx:
        for id in ids:
            link = tx.get(Link, id)
            # by its id, which is another when it has been renewed, and by whose it is, for those who ask for all
            known_by = [_once_for(once, id), *([_once_for(once, link.email)] if link is not None else [])]
            before = next((theirs for theirs in known_by if was_sent(tx, actor, theirs)), None)
            if before is not None:
                again = _made_again(workspace, tx, actor, before)
                made += [again] if again is not None else []
                continue
            if link is None or link.region != region or link.purpose != "invitation" or link.used is not None:
                raise NotFound()
            made.append(_renewed(workspace, tx, actor, link, known_by[-1]))
            remember(tx, actor, known_by[0], made[-1].link, workspace.now())
    return made


def _once_for(once: Once | None, what: str) -> Once | None:
    """What the part of a request that is about one address or link is known by."""
    return Once(f"{once.key} {what}", once.digest) if once is not None else None


def _made_again(workspace: Workspace, tx: Transaction, actor: Actor, once: Once | None) -> MadeLink | None:
    try:
        link = came_of(tx, actor, once, Link)
    except NotFound:
        return None  # taken back
    if link is None or link.used is not None:
        return None
    return MadeLink(link, "") if link.mailed is not None else _renewed(workspace, tx, actor, link, once)


def _renewed(workspace: Workspace, tx: Transaction, actor: Actor, link: Link, once: Once | None) -> MadeLink:
    """The same invitation with another token."""
    about = {name: getattr(link, name) for name in _OF_INVITATIONS}
    return _keep_link(workspace, tx, actor, "invitation", link.email, once, about)


# Not `person`: a link that opens an account is for the one who got it first, and is never handed out once more.
_OF_INVITATIONS = ("region", "role", "municipality", "group", "organisation", "title", "home", "name", "greeting")


def _waits(link: Link, region: str, now: datetime) -> bool:
    is_invitation = link.purpose == "invitation" and link.region == region
    return is_invitation and link.used is None and link.expires > now


def invitations_waiting_for(workspace: Workspace, region: str, email: str) -> bool:
    """Whether somebody with this address has an invitation to the region that can still be used."""
    found = workspace.house.view().find(Link, {"email": email})
    return any(_waits(link, region, workspace.now()) for link in found)


def note_mailed(workspace: Workspace, actor: Actor, ids: Sequence[str]) -> None:
    """Keep of links that the mail server has taken the letters with them."""
    with workspace.house.transaction() as tx:
        for link in (tx.get(Link, id) for id in ids):
            if link is not None and link.mailed is None:
                kept = tx.put(link.changed(mailed=workspace.now()))
                tx.log("links.mailed", kept, at=workspace.now(), by=actor.by)


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


def note_request(workspace: Workspace, email: str, *, looked: bool) -> None:
    """Keep that this address asks for a link which could not be sent: who leads the process sees it then."""
    with workspace.house.transaction() as tx:
        earlier = tx.get(LinkRequest, digest(email))
        version, asked = (earlier.version, earlier.asked) if earlier else (0, workspace.now())
        tx.put(LinkRequest(id=digest(email), version=version, asked=asked, looked=looked))


def requests_to_send(workspace: Workspace) -> list[LinkRequest]:
    """What was asked for by the sign-in page and is not looked at yet, oldest first."""
    found = workspace.house.view().find(LinkRequest, order="asked")
    return [one for one in found if not one.looked and workspace.now() - one.asked <= REQUEST_LASTS]


def note_nobody(workspace: Workspace, request_id: str) -> None:
    """Keep of a request that there is nobody with its address, so that it is not looked for again."""
    with workspace.house.transaction() as tx:
        request = tx.get(LinkRequest, request_id)
        if request is not None and not request.looked:
            tx.put(request.changed(looked=True))


def people_by_digest(workspace: Workspace) -> dict[str, Person]:
    """Everybody who may sign in, by the hash of their address."""
    return {digest(one.email): one for one in workspace.house.view().find(Person) if not one.disabled}


def digest(token: str) -> str:
    """What is kept of a secret: its SHA-256 (64 hex digits)."""
    return hashlib.sha256(token.encode()).hexdigest()
