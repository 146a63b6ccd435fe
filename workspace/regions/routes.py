"""Addresses of the room regions."""

from __future__ import annotations

from workspace import web

blueprint = web.room("regions", __name__, "")
