"""The public side of a hearing: what its link opens, to anybody, and nothing beside it.

A link is `<region's short name>.<token>`. No person stands behind it: what is read here is the one version that was
sent out, and what was answered with a receipt whose code one has.
"""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256
from hmac import digest
from typing import NamedTuple

from workspace.access import Actor, Audience, Role
from workspace.documents.model import Document
from workspace.errors import NotFound, _
from workspace.hearings.answer import HearingAnswer, code_hash
from workspace.hearings.model import Hearing
from workspace.hearings.service import Text, text_of
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.store.port import View


class Door(NamedTuple):
    """Where a link leads."""

    region: str
    hearing: Hearing

    @property
    def actor(self) -> Actor:
        """Who acts here: somebody without an account."""
        return Actor(region=self.region, role=Role.GUEST)


def link(region: str, hearing: Hearing) -> str:
    """What stands after /h/ in the address that is given out."""
    return f"{region}.{hearing.token}"


def door(workspace: Workspace, token: str, view: View | None = None) -> Door:
    """The hearing with this link. Raises NotFound for none, for a draft, and where its document is closed to the
    region now."""
    region, _dot, secret = token.partition(".")
    refused = NotFound(_("Denne lenken fører ikke til noen høring. Se etter om hele adressen er med."))
    if not secret:
        raise refused
    try:
        view = view or workspace.region(region).view()
    except NotFound:
        raise refused from None
    hearing = view.first(Hearing, {"token": secret})
    if hearing is None or not hearing.is_public:
        raise refused
    document = view.get(Document, hearing.document)
    if document is None or document.audience != Audience.REGION:
        raise refused
    return Door(region, hearing)


def text(workspace: Workspace, found: Door) -> Text:
    """The text that is sent out. Raises NotFound."""
    return text_of(workspace.region(found.region), found.hearing)


def municipalities(workspace: Workspace, found: Door) -> list[Municipality]:
    """The region's municipalities, for those who belong to one."""
    return workspace.region(found.region).view().find(Municipality, order="name")


# -- Receipts --


def code_of(workspace: Workspace, answer: HearingAnswer) -> str:
    """The code of an answer's receipt, in four groups: the same each time it is asked for with the same key.

    It is kept nowhere: the answer has its hash, and only who sent it is told.
    """
    made = digest(workspace.config.secret_key.encode(), f"hearing receipt\0{answer.id}".encode(), sha256)
    letters = b32encode(made).decode().lower()[:16]
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def receipt(workspace: Workspace, found: Door, code: str, view: View | None = None) -> HearingAnswer:
    """The answer whose receipt has this code. Raises NotFound."""
    view = view or workspace.region(found.region).view()
    kept = code_hash(code)
    answer = view.first(HearingAnswer, {"code": kept}) if kept else None
    if answer is None or answer.hearing != found.hearing.id:
        raise NotFound(_("Ingen høringsuttalelse har denne koden. Se etter på kvitteringen."))
    return answer
