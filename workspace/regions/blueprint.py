"""The blueprint that the addresses of this room hang on: routes.py, membership.py and stepping.py."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("regions", __name__)
