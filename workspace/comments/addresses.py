"""Where the texts that people comment on are read, and where their forms are sent, whatever room they belong to.

A room that has such texts registers its addresses, so that comments need not know the rooms that come after them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Response

from workspace import pieces, web


class Addresses(NamedTuple):
    """The endpoints of a kind of text; each takes the region, an id, and of a text in leaves the page."""

    read: str
    new: str  # the form for a new thread
    post: str  # where it is sent
    news: str  # what is new in its threads
    again: Callable[..., Response]  # (id, code, page, **context): the page once more, of a form that was refused


_kinds: dict[str, Addresses] = {}


def register(kind: str, addresses: Addresses) -> None:
    """Say where texts of a kind are read and commented on."""
    _kinds[kind] = addresses


def kinds() -> tuple[str, ...]:
    """The kinds of text that have addresses."""
    return tuple(_kinds)


class Links(NamedTuple):
    """The addresses of one text (or one page of it), for templates."""

    about: str
    page: int = 0
    number: int = 0  # of the version that is shown

    @property
    def read(self) -> str:
        """Where it is read."""
        return reading(self.about, self.page)

    @property
    def post(self) -> str:
        """Where the form for a new thread is sent."""
        return _address(self.about, _of(self.about).post)

    @property
    def news(self) -> str:
        """Where the browser asks what is new in its threads."""
        return _address(self.about, _of(self.about).news)

    def new(self, block: int) -> str:
        """The form for a new thread on a paragraph."""
        return _address(
            self.about, _of(self.about).new, block=block, page=self.page or None, number=self.number or None
        )


def reading(about: str, page: int = 0, thread_id: str = "") -> str:
    """Where a text is read, at one of its threads, open, where that is given."""
    anchor = f"thread-{thread_id}" if thread_id else None
    return _address(about, _of(about).read, page=page or None, thread=thread_id or None, _anchor=anchor)


def again(about: str, code: int, page: int = 0, **context: object) -> Response:
    """The page of a text once more, with an HTTP status and what a refused form has to say."""
    return _of(about).again(about.partition(":")[2], code, page, **context)


def _of(about: str) -> Addresses:
    return _kinds[about.partition(":")[0]]


def _address(about: str, endpoint: str, **query: object) -> str:
    return pieces.url_for(endpoint, region=web.me().region, id=about.partition(":")[2], **query)
