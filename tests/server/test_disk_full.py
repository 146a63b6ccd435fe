"""R5, as people see it: with a full disk they read on, and what they typed comes back with a 503."""

from __future__ import annotations

import re
import time
import urllib.error
from pathlib import Path

import pytest

from tests.running import Browserless, Running, command, readiness_of, serving, wait_until_ready
from tests.small_disk import Ballast, small_disk

NAME = "Anniken Skogfjær"
TEXT = " ".join(
    ["Kaia i Skarsund må bygges ut først, ellers får vi ikke plass til båtene."] * 100
)  # more than a page of disk


def threads_of(person: Browserless) -> str:
    """Where comments on the report from the workshop are sent: nobody has commented on it, so none is folded."""
    found = re.search(r"/r/skarfjord/documents/\w{26}", person.get("/r/skarfjord/documents/?kind=swot"))
    assert found is not None
    return f"{found[0]}/threads"


def refused(person: Browserless, path: str, page: str) -> str:
    """Post a comment that is not kept; the page that says so."""
    with pytest.raises(urllib.error.HTTPError) as full:
        person.post(path, page, block="2", text=TEXT)
    with full.value as answer:
        assert answer.code == 503
        assert answer.headers["Retry-After"]
        return answer.read().decode()


def wait_until_found(person: Browserless, word: str) -> None:
    """Wait until the index has taken a word in, so that it needs and frees no room after this."""
    for _attempt in range(100):
        if f"{word}</mark>" in person.get(f"/r/skarfjord/search?q={word}"):
            return
        time.sleep(0.1)
    raise AssertionError(f"{word} is not found")


def reads_all(person: Browserless, document: str) -> None:
    for path in ("/r/skarfjord/", "/r/skarfjord/documents/", document, "/r/skarfjord/rounds/", "/profile"):
        assert "<h1" in person.get(path)
    assert "Skarsund" in person.get("/r/skarfjord/search?q=Skarsund")


def test_a_disk_that_fills_up_and_has_room_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "48m") as disk:
        instance, ballast = disk / "instance", Ballast(disk)
        assert command(instance, "demo").returncode == 0
        with serving(instance, "--demo") as running:
            person = Browserless(running, NAME)
            path = threads_of(person)
            document, page = path.removesuffix("/threads"), person.get("/profile")
            person.post(path, page, block="2", text="Før disken ble full.")
            wait_until_found(person, "disken")
            ballast.fill()
            said = refused(person, path, page)
            assert "Vi får ikke lagret akkurat nå." in said and TEXT in said
            reads_all(person, document)
            assert "Før disken ble full." in person.get(document) and TEXT not in person.get(document)
            ballast.give_back()
            assert person.post(path, page, block="2", text=TEXT) == 200
            assert readiness_of(running) == (200, "ready\n")
            assert person.get(document).count(f"<p>{TEXT}</p>") == 1
        with serving(instance, "--demo") as running:
            assert person_again(person, running).get(document).count(f"<p>{TEXT}</p>") == 1


def person_again(person: Browserless, running: Running) -> Browserless:
    """The same browser, with its cookies, at a server that was started again."""
    person.base = running.base
    return person


def test_a_server_started_on_a_full_disk_is_for_reading_and_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "48m") as disk:
        instance, ballast = disk / "instance", Ballast(disk)
        assert command(instance, "demo").returncode == 0
        with serving(instance, "--demo") as running:
            person = Browserless(running, NAME)
            path = threads_of(person)
            document = path.removesuffix("/threads")
        ballast.fill()
        with serving(instance, "--demo", readiness=503) as running:
            assert readiness_of(running) == (503, "the store takes no writes\n")
            person_again(person, running)
            reads_all(person, document)
            assert TEXT in refused(person, path, person.get("/profile"))
            ballast.give_back()
            wait_until_ready(running)  # by itself
            assert person.post(path, block="2", text=TEXT) == 200
        with serving(instance, "--demo") as running:
            assert person_again(person, running).get(document).count(f"<p>{TEXT}</p>") == 1
