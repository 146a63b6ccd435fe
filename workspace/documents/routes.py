"""Addresses of the room documents."""

from __future__ import annotations

from workspace import web

blueprint = web.room("documents", __name__, "/documents")
