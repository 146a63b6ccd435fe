"""Addresses of the room comments."""

from __future__ import annotations

from workspace import web

blueprint = web.room("comments", __name__, "")
