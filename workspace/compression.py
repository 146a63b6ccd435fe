"""Text answers in gzip, for those who take it. Why some never are: docs/decisions/014-compression.md."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

from workspace.headers import vary

SMALLEST = 1024  # bytes: below this it saves nothing
LEVEL = 4  # a page in 0.1 to 0.2 ms; higher levels take up to twice the time for three per cent
KINDS = {"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"}
_OUR_OWN_PAGES = {"same-origin", "none"}  # what Sec-Fetch-Site says when no other site had a hand in the request


def init_app(app: Flask) -> None:
    """Compress what the application answers."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    is_download = response.headers.get("Content-Disposition", "").startswith("attachment")
    if response.mimetype not in KINDS or is_download:
        return response
    vary(response, "Accept-Encoding")
    is_static = request.endpoint == "static"
    is_whole = response.status_code not in {204, 206, 304} and "Content-Encoding" not in response.headers
    if not is_whole or request.accept_encodings.quality("gzip") <= 0 or not (is_static or _is_from_our_own_pages()):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < SMALLEST:
        return response
    response.set_data(_once(content) if is_static else gzip.compress(content, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _is_weak = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # the same file in other bytes
    return response


def _is_from_our_own_pages() -> bool:
    """Whether no other site can have chosen what stands in the answer beside its secrets (BREACH)."""
    return request.headers.get("Sec-Fetch-Site") in _OUR_OWN_PAGES


@lru_cache(maxsize=64)
def _once(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
