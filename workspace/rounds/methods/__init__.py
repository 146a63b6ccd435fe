"""The ways to answer a round. Each is one module with the same small interface, that of `method.Method`.

"consensus" is the heart; "endorsement" (tilslutning) asks yes or no; in "priority" (prioritering) each voice spreads
points over the round's measures; "temperature" (temperatur) is an anonymous sense check on the five steps.
"""

from __future__ import annotations

from workspace.rounds.methods import consensus, endorsement, priority, temperature
from workspace.rounds.methods.method import Method, Settings

METHODS: dict[str, Method] = {
    consensus.NAME: consensus,
    endorsement.NAME: endorsement,
    priority.NAME: priority,
    temperature.NAME: temperature,
}

__all__ = ["METHODS", "Method", "Settings"]
