"""A person at a browser that runs no script: signs in, reads pages, sends forms. Only the standard library."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import time
import urllib.parse
from http.cookies import SimpleCookie
from typing import NamedTuple

_TOKEN = re.compile(r'X-CSRFToken": "([^"]+)"')


class Lost(Exception):
    """No answer came: what was sent may have been done, or not."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str


class Browser:
    """One person's connection, cookies and form token."""

    def __init__(self, base: str, timeout: float) -> None:
        self._host = urllib.parse.urlsplit(base).netloc
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self._cookies: dict[str, str] = {}
        self._token = ""

    def sign_in(self, email: str, password: str) -> None:
        """Sign in. Raises Lost, and PermissionError when it is refused."""
        self.get("/sign-in")
        answer = self.post("/sign-in", email=email, password=password)
        if answer.status == 429:
            raise Lost("too many at once")
        if answer.status != 303:
            raise PermissionError(f"{email}: {answer.status}")
        self.get("/profile")

    def get(self, path: str) -> Answer:
        """A page. Raises Lost."""
        answer = self._send("GET", path, None)
        token = _TOKEN.search(answer.text)
        if token is not None:
            self._token = token[1]
        return answer

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form; where it leads to is not followed. Raises Lost."""
        return self._send("POST", path, urllib.parse.urlencode({"csrf_token": self._token, **fields}))

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, timeout=self._timeout)
                self._connection.connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(type(error).__name__) from error
        for value in response.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        if response.will_close:
            self.close()
        return Answer(response.status, text)


def signed_in(base: str, email: str, password: str, timeout: float, patience: float = 300) -> Browser:
    """A browser in which this person is signed in, tried until it works."""
    until = time.monotonic() + patience
    browser = Browser(base, timeout)
    while time.monotonic() < until:
        with contextlib.suppress(Lost):
            browser.sign_in(email, password)
            return browser
        time.sleep(1)
    raise TimeoutError(f"{email} can't sign in at {base}")
