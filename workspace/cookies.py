"""The session cookie: the same as Flask's own, but what one says is worked out once and not for each request."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from workspace.kept import Kept

_MOST = 2_000  # cookies of late
_PLAIN = str | int | None


class SessionCookies(SecureCookieSessionInterface):
    """Sessions in a signed cookie. Whose session it is and whether it lasts is asked of the store in every request."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)
        self._read: Kept[tuple[dict[str, Any], float]] = Kept(_MOST)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer, made once: the secret of a running installation does not change."""
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says; nothing for none, for one that we did not sign, and for one that is too old."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if self._signer is None or not cookie:
            return super().open_session(app, request)
        longest = app.permanent_session_lifetime.total_seconds()
        kept = self._read.get(cookie)
        if kept is None:
            try:
                said, signed = self._signer.loads(cookie, max_age=int(longest), return_timestamp=True)
            except BadSignature:
                return self.session_class()
            kept = (said, signed.timestamp())
            if all(isinstance(value, _PLAIN) for value in said.values()):
                self._read.put(cookie, kept)
        return self.session_class(kept[0] if time.time() - kept[1] <= longest else None)
