"""What tests of measures share: a region of nine municipalities with their populations (method.md 3.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, REGION, csrf_of
from workspace.measures import service
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality

PEOPLE = {
    "9001": ("Havnsund", 14_850),
    "9002": ("Skarfjord", 6_120),
    "9003": ("Bjørkvåg", 4_310),
    "9004": ("Tverrdal", 2_940),
    "9005": ("Kvernvik", 2_480),
    "9006": ("Ytre Eidvær", 1_160),
    "9007": ("Brattfjell", 1_890),
    "9008": ("Myrland", 3_260),
    "9009": ("Sandværøy", 740),
}
POPULATIONS: dict[str, int | None] = {number: count for number, (_name, count) in PEOPLE.items()}
FIELDS = {"title": "Felles kjølelager", "text": "Vi bygger sammen."}

Make = Callable[..., Measure]


@pytest.fixture
def nine(workspace: Workspace, app: Flask) -> Workspace:
    """The region with all nine."""
    with workspace.region(REGION).transaction() as tx:
        for number, (name, count) in PEOPLE.items():
            stored = tx.get(Municipality, number)
            new = stored.changed(population=count) if stored else Municipality(id=number, name=name, population=count)
            tx.put(new)
    return workspace


@pytest.fixture
def make(nine: Workspace) -> Make:
    """Proposes a measure."""
    return lambda **fields: service.create(nine, AMUND, **FIELDS | fields)


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Send a form of the region."""
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields})


def freeze(workspace: Workspace, measure: Measure) -> Measure:
    """The measure as an open round leaves it."""
    with workspace.region(REGION).transaction() as tx:
        return service.freeze(tx, measure.id, "round")
