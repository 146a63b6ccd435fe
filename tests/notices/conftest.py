"""What tests of notices share: a region with everybody in it, and the log followed when a test says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import AMUND, REGION, seed
from workspace.access import Actor
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.notices import telling
from workspace.notices.model import Notice
from workspace.parts import Workspace


@pytest.fixture
def parts(workspace: Workspace) -> Workspace:
    """A workspace in which the log has been followed to its end."""
    seed(workspace)
    telling.follow(workspace, REGION)
    return workspace


@pytest.fixture
def document(parts: Workspace) -> Document:
    """A document that Amund has written."""
    made = documents.create(parts, AMUND, title="Kai og kraft", kind="analysis", text="Kaien er for liten.\n\nKraft.")
    telling.follow(parts, REGION)
    return made


@pytest.fixture
def told(parts: Workspace) -> Callable[[Actor], list[Notice]]:
    """Follow the log, and answer what a person has been told, the oldest first."""

    def told(actor: Actor) -> list[Notice]:
        telling.follow(parts, REGION)
        return parts.region(REGION).view().find(Notice, {"person": actor.person}, order="seq")

    return told
