"""Jobs: one process at a time does them, and what fails does not keep the rest from being done."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import MARIT, REGION, Clock
from tests.running import command
from workspace import access, jobs
from workspace.errors import Unavailable
from workspace.jobs import Housekeeper, Turn
from workspace.measures import service as measures
from workspace.once import Once, Receipt
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import life
from workspace.search.following import IndexFollower


class Leases:
    """Stores of which only the leases matter."""

    def __init__(self, answers: list[bool | Exception]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def lease(self, job: str, seconds: float) -> bool:
        self.asked.append(job)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def turn(workspace: Workspace, answers: list[bool | Exception]) -> tuple[Turn, Leases]:
    leases = Leases(answers)
    return Turn(dataclasses.replace(workspace, stores=leases), "index"), leases


def test_who_holds_a_job_is_asked_now_and_then(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [100.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: moment[0])
    mine, leases = turn(workspace, [True, False, Unavailable(), True])
    assert mine.is_ours() and mine.is_ours()
    assert leases.asked == ["index"]
    moment[0] += jobs.HELD / 3  # long before others may take it
    assert not mine.is_ours()
    moment[0] += jobs.HELD
    assert not mine.is_ours()  # nobody could say: then it is not ours
    moment[0] += jobs.HELD
    assert mine.is_ours()


def test_a_follower_whose_turn_it_is_not_leaves_the_index_alone(workspace: Workspace) -> None:
    turns = threading.Event()
    follower = IndexFollower(workspace, pause=0.01, is_ours=turns.is_set)
    looked = threading.Event()
    follower._look = lambda slug: looked.set()  # type: ignore[method-assign]
    follower.start()
    assert not looked.wait(0.1)
    turns.set()
    assert looked.wait(5)
    follower.stop()


def test_a_chore_that_fails_does_not_stop_the_others(workspace: Workspace) -> None:
    done: list[str] = []

    def broken(parts: Workspace) -> None:
        raise Unavailable()

    def sound(parts: Workspace) -> None:
        done.append(msgspec.json.encode(parts.stores.slugs()).decode())

    keeper = Housekeeper(workspace, lambda: True, ((60, broken), (60, sound)))
    keeper.tidy(1000.0)
    assert done == ['["nabo","skarfjord"]']
    keeper.tidy(1059.0)
    assert len(done) == 1
    keeper.tidy(1060.0)
    assert len(done) == 2


def test_a_region_in_which_a_chore_fails_does_not_stop_the_others(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    met: list[str | None] = []

    def meet(_workspace: Workspace, actor: access.Actor) -> None:
        met.append(actor.region)
        if actor.region == "a":
            raise RuntimeError("something private")

    monkeypatch.setattr(life, "meet_deadlines", meet)
    monkeypatch.setattr(type(workspace.stores), "slugs", lambda self: ["a", "b"])
    jobs.meet_deadlines(workspace)
    assert met == ["a", "b"]
    assert "meet_deadlines failed in a: RuntimeError" in caplog.text and "private" not in caplog.text


def test_the_house_is_kept(workspace: Workspace, clock: Clock) -> None:
    """A round whose deadline has passed is decided, a receipt is forgotten, a blob that nothing names is gone."""
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund"))
    measure = measures.create(
        workspace, MARIT, once=Once("k" * 26, "d" * 64), title="Felles kjølelager", text="Vi bygger."
    )
    draft = life.create(workspace, MARIT, (measure.id,), title="Runde", purpose="", closes=clock() + timedelta(days=1))
    life.open_round(workspace, MARIT, draft.id)
    digest = workspace.region(REGION).blobs.put(b"nobody's")
    assert workspace.region(REGION).view().count(Receipt) == 1
    clock.forward(days=30)
    Housekeeper(workspace, lambda: True).tidy(1000.0)
    view = workspace.region(REGION).view()
    assert "rounds.closed" in [event.action for event in view.events()]
    assert view.count(Receipt) == 0
    with pytest.raises(KeyError):
        workspace.region(REGION).blobs.get(digest)


def test_all_jobs_start_and_stop(workspace: Workspace) -> None:
    running = jobs.Jobs(workspace)
    running.start()
    assert workspace.indexes.followed
    running.stop()
    assert {thread.name for thread in threading.enumerate()} & {"index-follower", "file-reader", "housekeeper"} == set()


def test_an_embedded_installation_needs_no_worker(tmp_path: Path) -> None:
    refused = command(tmp_path / "instance", "worker")
    assert refused.returncode == 3
    assert "needs no worker" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
