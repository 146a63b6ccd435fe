"""Addresses of the room search."""

from __future__ import annotations

from workspace import web

blueprint = web.room("search", __name__, "/search")
