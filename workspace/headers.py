"""What every answer says about how it may be used."""

from __future__ import annotations

from flask import Flask, Response, request

from workspace import web

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(_secure)


def vary(response: Response, *names: str) -> None:
    """Say that the answer would be another one if these headers of the request were.

    The same as `response.vary.update`, without reading and writing the list anew for each.
    """
    said = response.headers.get("Vary", "")
    known = {name.strip().lower() for name in said.split(",")}
    missing = [name for name in names if name.lower() not in known]
    if missing:
        response.headers["Vary"] = ", ".join([*([said] if said else []), *missing])


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if web.workspace().config.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        vary(response, "HX-Request", "Cookie")  # who asks, and whether for a page or a piece of one
    return response
