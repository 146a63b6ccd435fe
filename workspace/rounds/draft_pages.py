"""What pages say of a round that has not opened: its settings, what the rule takes, and what to look at first."""

from __future__ import annotations

from typing import Any

from workspace import web
from workspace.regions import names as region_names
from workspace.rounds import drafting, names
from workspace.rounds.model import Round
from workspace.rounds.rule_example import needed
from workspace.rounds.sentence import percent


def about(draft: Round) -> dict[str, Any]:
    """What is said of a draft, stored or not, beside its form and on its page."""
    parts, me = web.workspace(), web.me()
    prospect = drafting.prospect(parts, me, draft)
    return {
        "sketched": draft,
        "prospect": prospect,
        "needed": needed(draft.method, prospect.voices, draft.rule),
        "round_names": names,
        "names": region_names,
        "percent": percent,
        "now": parts.now(),
    }
