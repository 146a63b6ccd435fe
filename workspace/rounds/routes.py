"""Addresses of the room rounds."""

from __future__ import annotations

from workspace import web

blueprint = web.room("rounds", __name__, "/rounds")
