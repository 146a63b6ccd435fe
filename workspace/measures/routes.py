"""Addresses of the room measures."""

from __future__ import annotations

from workspace import web

blueprint = web.room("measures", __name__, "/measures")
