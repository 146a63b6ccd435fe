"""The blueprint that the addresses of this room hang on: routes.py and those it brings in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("regions", __name__)
