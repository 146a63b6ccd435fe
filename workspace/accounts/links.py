"""One-time links: to an invitation, to sign in, to a new address; and who has asked for one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from workspace.access import Actor
from workspace.accounts import limits, passwords
from workspace.accounts.model import Link, LinkRequest, Person
from workspace.accounts.service import digest, normal_email, person, person_by_email, start_session
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.once import Once, came_of, remember, was_sent
from workspace.parts import Workspace
from workspace.store.port import Transaction

INVITATION_LASTS = timedelta(days=14)
SIGN_IN_LINK_LASTS = timedelta(hours=1)
REQUEST_LASTS = timedelta(days=2)
LINK_IS_SPENT = _(
    "Lenken virker ikke lenger. Den er brukt, trukket tilbake eller for gammel. Be prosesslederen om en ny."
)
# Not `person`: a link that opens an account is for the one who got it first, and is never handed out once more.
_OF_INVITATIONS = ("region", "role", "municipality", "group", "organisation", "title", "home", "name", "greeting")


class MadeLink(NamedTuple):
    """A link and its token, which is kept nowhere; "" where it is left as it was."""

    link: Link
    token: str


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


# -- To an address --


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


# -- Asking for one --


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
