"""Starting, stopping, being killed, and commands beside a running server."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.running import ROOT, Browserless, command, environment, readiness_of, serving
from workspace.store.log import broken_at
from workspace.store.tinydb import TinyStores


def test_a_stop_is_clean_and_a_second_server_is_refused(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with serving(instance) as running:
        second = command(instance, "serve", "--port", "1")
        assert second.returncode == 3
        assert re.search(r"in use by process \d+", second.stderr)
        assert len(second.stderr.splitlines()) == 1
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(15) == 0
    assert not (instance / "owner.sock").exists()
    TinyStores.open(instance).close()


LOADING = "import workspace.cli, workspace.server, workspace.store.tinydb, workspace.search.whoosh"


def everything_in(folder: Path) -> dict[str, tuple[int, str]]:
    """What each file holds and when it was last written to."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def test_a_second_process_is_refused_at_once_and_changes_nothing(built: Path, tmp_path: Path) -> None:
    """R13. What the refusal itself takes is what it takes longer than to load the program; the best of three."""
    instance = tmp_path / "instance"
    shutil.copytree(built, instance)
    with serving(instance) as running:
        running.process.send_signal(signal.SIGSTOP)  # it holds the lock, but what is written now is not by it
        before = everything_in(instance)
        loaded, refused = [], []
        for _attempt in range(3):
            started = time.monotonic()
            subprocess.run([sys.executable, "-c", LOADING], cwd=ROOT, env=environment(), check=True)
            loaded.append(time.monotonic() - started)
            started = time.monotonic()
            second = command(instance, "serve", "--port", "1")
            refused.append(time.monotonic() - started)
        after = everything_in(instance)
        running.process.send_signal(signal.SIGCONT)
        assert sorted(path for path in {*before, *after} if before.get(path) != after.get(path)) == []
        assert (second.returncode, second.stdout) == (3, "")
        owner = f"in use by process {running.process.pid} on {socket.gethostname()}"
        assert owner in second.stderr and len(second.stderr.splitlines()) == 1
        assert min(refused) - min(loaded) < 5  # who waits for the lock waits for ever
        assert readiness_of(running)[0] == 200


def test_what_is_imported_beside_a_server_is_seen_there_at_once(built: Path, tmp_path: Path) -> None:
    """R13: a writing command is done by the owner, so that its next page shows it."""
    instance = tmp_path / "instance"
    shutil.copytree(built, instance)
    (tmp_path / "note.md").write_text("# Kai og båtrute\n\nBåten går to ganger i uka.", encoding="utf-8")
    with serving(instance, "--demo") as running:
        person = Browserless(running, "Anniken Skogfjær")
        assert "Kai og båtrute" not in person.get("/r/skarfjord/documents/")
        assert command(instance, "import", "skarfjord", str(tmp_path / "note.md")).returncode == 0
        assert "Kai og båtrute" in person.get("/r/skarfjord/documents/")


def test_demo_mode_is_for_this_machine_only(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::"):
        refused = command(tmp_path / "instance", "serve", "--demo", "--host", host)
        assert refused.returncode == 3
        assert "this machine only" in refused.stderr
    assert command(tmp_path / "instance", "serve", "--host", "0.0.0.0").returncode == 3


def test_commands_beside_a_server(tmp_path: Path) -> None:
    """What writes is done by the server; what reads opens the files by itself."""
    instance = tmp_path / "instance"
    (tmp_path / "note.md").write_text("# Kai og båtrute\n\nBåten går to ganger i uka.", encoding="utf-8")
    with serving(instance):
        made = command(instance, "region", "create", "fjord", "--name", "Fjordregionen", "--municipality", "4601")
        assert made.returncode == 0, made.stderr
        assert "imported: note.md" in command(instance, "import", "fjord", str(tmp_path / "note.md")).stdout
        assert "unchanged: note.md" in command(instance, "import", "fjord", str(tmp_path / "note.md")).stdout
        found = command(instance, "search", "fjord", "båtrute", "--json")
        assert json.loads(found.stdout.splitlines()[0])["hits"][0]["ref"] == "note.md"
        refused = command(instance, "region", "create", "fjord", "--name", "X")
        assert refused.returncode == 3
        assert len(refused.stderr.splitlines()) == 1
    assert "fjord" in command(instance, "region", "list").stdout


def test_errors_on_the_command_line_are_one_line(tmp_path: Path) -> None:
    for words, code in ((("import", "nowhere", "README.md"), 3), (("search", "nowhere", "x"), 3), (("nonsense",), 2)):
        result = command(tmp_path / "instance", *words)
        assert result.returncode == code, result.stderr
        assert "Traceback" not in result.stderr


def test_the_owners_socket_is_for_its_owner(tmp_path: Path) -> None:
    with serving(tmp_path / "instance"):
        assert (tmp_path / "instance" / "owner.sock").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_kill_amid_a_hundred_comments_loses_none_that_was_acknowledged(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = tmp_path / "instance"
    shutil.copytree(built, instance)
    acknowledged: list[str] = []
    with serving(instance, "--demo") as running:
        people = [Browserless(running, name) for name in ("Anniken Skogfjær", "Solveig Brattli")]
        listing = people[0].get("/r/skarfjord/documents/?kind=swot")  # nobody has commented on that
        document = re.search(r"/r/skarfjord/documents/(\w{26})", listing)
        assert document is not None

        def post(person: Browserless, which: str) -> None:
            page = person.get("/profile")
            for number in range(50):
                text = f"Kommentar {which}{number}"
                try:
                    person.post(f"/r/skarfjord/documents/{document[1]}/threads", page, block="2", text=text)
                except OSError:
                    return
                acknowledged.append(text)
                if len(acknowledged) == 40:
                    running.process.kill()

        threads = [
            threading.Thread(target=post, args=(person, which)) for person, which in zip(people, "ab", strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        running.process.wait(15)
    with serving(instance, "--demo") as running:
        page = Browserless(running, "Anniken Skogfjær").get(f"/r/skarfjord/documents/{document[1]}?open=all")
    lost = [text for text in acknowledged if f"<p>{text}</p>" not in page]
    with capsys.disabled():
        print(f"\nkill -9 amid comment posts: {len(acknowledged)} of 100 acknowledged before it, {len(lost)} lost")
    assert lost == []
    assert 0 < len(acknowledged) < 100
    stores = TinyStores.open(instance)
    assert broken_at(stores.region("skarfjord").view().events()) is None
    stores.close()
