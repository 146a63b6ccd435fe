"""Having answers that were withdrawn in no file of ours any more, as comments are."""

from __future__ import annotations

from workspace.comments.erasing import LOOKS_BACK, has_happened
from workspace.hearings.answer import HearingAnswer
from workspace.parts import Workspace


def finish(workspace: Workspace, region: str) -> bool:
    """Erase what was withdrawn of late, and answer whether anything was. May be repeated. Raises Unavailable."""
    store = workspace.region(region)
    if not has_happened(store.view(), "hearing_answers.withdrawn", workspace.now() - LOOKS_BACK):
        return False
    store.forget(HearingAnswer.table)
    return True
