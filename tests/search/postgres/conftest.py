"""Here every index is on PostgreSQL."""

from __future__ import annotations

import pytest


@pytest.fixture
def engine() -> str:
    return "postgres"
