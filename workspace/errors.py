"""What can go wrong between a person and the workspace, each with its HTTP status and its text for the reader.

A text is written in bokmål (the message id of the catalogues) and translated where it is shown; models stay free of
Flask, so `_` here only marks a text for the catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Message(NamedTuple):
    """A text for a person: the message id and the values it is filled with (`%(name)s`)."""

    text: str
    values: Mapping[str, Any] = {}

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def _(text: str, **values: Any) -> Message:
    """Mark a text for translation without translating it yet."""
    return Message(text, values)


class WorkspaceError(Exception):
    """The root of all that a person is told in words; `status` is the HTTP status."""

    status = 500
    default = _("Noe gikk galt hos oss.")

    def __init__(self, message: Message | None = None) -> None:
        self.message = message or self.default
        super().__init__(str(self.message))


class BadRequest(WorkspaceError):
    """The request itself is malformed: a doubled field, text that is not text."""

    status = 400
    default = _("Vi forsto ikke det som ble sendt.")


class Forbidden(WorkspaceError):
    """The person may see the thing, but not do this with it."""

    status = 403
    default = _("Du har ikke tilgang til å gjøre dette. Spør prosesslederen om du tror det er feil.")


class NotFound(WorkspaceError):
    """There is no such thing, or none that this person may know of. The two answers are the same to the byte."""

    status = 404
    default = _("Vi fant ikke siden. Den kan være flyttet, eller du har ikke tilgang.")


class Conflict(WorkspaceError):
    """The thing has changed since the person saw it. `current` is how it stands now."""

    status = 409
    default = _("Noen andre har endret dette i mellomtiden.")

    def __init__(self, message: Message | None = None, current: Any = None) -> None:
        super().__init__(message)
        self.current = current


class Invalid(WorkspaceError):
    """What was typed can't be taken as it is: `errors` names each field and says what to do."""

    status = 422
    default = _("Se over feltene som er merket.")

    def __init__(self, errors: Mapping[str, Message]) -> None:
        super().__init__()
        self.errors = dict(errors)

    def __str__(self) -> str:
        return "; ".join(f"{field}: {message}" for field, message in self.errors.items())


class PreconditionRequired(WorkspaceError):
    """A save that does not say which version it was made from (428)."""

    status = 428
    default = _("Skjemaet mangler versjonsnummer. Åpne siden på nytt og prøv igjen.")


class TooManyAttempts(WorkspaceError):
    """A limit on attempts was reached; `retry_after` is in seconds."""

    status = 429
    default = _("Det er gjort for mange forsøk. Vent litt og prøv igjen.")

    def __init__(self, retry_after: int, message: Message | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(WorkspaceError):
    """The store can't take writes now: the disk is full or has failed. What was read still stands."""

    status = 503
    default = _("Vi får ikke lagret akkurat nå. Teksten din står her. Prøv igjen om litt.")


class Unconfirmed(Unavailable):
    """The disk or the database did not answer in time: what was written may be there, or not."""

    default = _("Vi vet ikke om det ble lagret. Se etter om det står der, og send det på nytt hvis ikke.")
