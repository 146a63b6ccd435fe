"""A real conversation of 5,312 votes as a round: nothing differs from what was counted elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.conftest import Bench
from workspace import access, assembly
from workspace.benchmarks.rounds import REGION, Conversation, compare, lines_of
from workspace.config import Config
from workspace.parts import Workspace
from workspace.rounds import importing, service

POLIS = Path(__file__).parents[3] / "shared" / "data" / "polis"
with_data = pytest.mark.skipif(not POLIS.is_dir(), reason="not compared: no ../shared/data/polis")


@with_data
def test_a_whole_conversation_is_counted_as_it_was(bench: Bench) -> None:
    [figures], warned = bench("rounds", "--phones", "0", "--polis", str(POLIS / "brexit-consensus"))
    assert warned == ""
    assert (figures["rows"], figures["taken"], figures["voices"], figures["measures"]) == (5312, 5312, 204, 50)
    assert figures["counts_differ"] == figures["last_votes_differ"] == 0
    assert figures["product_difference"] <= 1e-12
    assert figures["product_difference_to_six_decimals"] < 5e-7
    assert figures["verify_agrees"] is True


@pytest.fixture
def conversation() -> Conversation:
    """Two comments, three participants in two groups, and one outside; one vote changed, one given again."""
    comments = [
        {"comment-id": "0", "agrees": "3", "disagrees": "1", "comment-body": "Vi trenger en kai."},
        {"comment-id": "7", "agrees": "1", "disagrees": "0", "comment-body": ""},
    ]
    given = [("0", "0", "1"), ("0", "1", "-1"), ("0", "1", "1"), ("0", "1", "1"), ("0", "2", "0"), ("7", "2", "1")]
    votes = [
        {"timestamp": str(1_500_000_000_000 + at), "comment-id": comment, "voter-id": voter, "vote": vote}
        for at, (comment, voter, vote) in enumerate(given)
    ]
    participants = [
        {"participant": "0", "group-id": "0", "0": "1", "7": ""},
        {"participant": "1", "group-id": "1", "0": "1", "7": ""},
        {"participant": "2", "group-id": "", "0": "0", "7": "1"},
    ]
    seen = {"g0-agree": "1", "g0-seen": "1", "g1-agree": "1", "g1-seen": "1", "gic-computed": "0.444444"}
    none = {"g0-agree": "0", "g0-seen": "0", "g1-agree": "0", "g1-seen": "0", "gic-computed": "0.25"}
    return Conversation(comments, votes, participants, {"0": seen, "7": none})


def compared(tmp_path: Path, conversation: Conversation) -> tuple[Workspace, dict[str, object]]:
    workspace = assembly.open_workspace(Config(instance=tmp_path))
    return workspace, compare(workspace, conversation)


def test_what_differs_is_seen(tmp_path: Path, conversation: Conversation) -> None:
    """The comparison itself is tried: a vote too many, a last vote and a group's count that are not so."""
    conversation.comments[0]["agrees"] = "2"
    conversation.participants[2]["7"] = "-1"
    conversation.reference["0"]["g1-agree"] = "0"
    workspace, figures = compared(tmp_path, conversation)
    try:
        assert (figures["counts_differ"], figures["last_votes_differ"]) == (1, 2)
        assert figures["product_difference"] > 0.2
    finally:
        workspace.indexes.close()
        workspace.stores.close()


def test_changed_votes_are_kept_and_a_second_run_takes_nothing(tmp_path: Path, conversation: Conversation) -> None:
    workspace, figures = compared(tmp_path, conversation)
    try:
        assert (figures["taken"], figures["counts_differ"], figures["last_votes_differ"]) == (6, 0, 0)
        actor = access.operator(REGION)
        [round_] = service.listing(workspace, actor)
        lines = lines_of(conversation, {"0": "T-01", "7": "T-02"})
        again = importing.take_in(workspace, actor, round_.id, lines, "votes.csv", new_voices=True)
        assert again.count(importing.UNCHANGED) == 6
    finally:
        workspace.indexes.close()
        workspace.stores.close()
