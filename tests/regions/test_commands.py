"""The commands for regions and people, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workspace.accounts import passwords
from workspace.accounts.model import Person
from workspace.regions.model import Membership
from workspace.store.tinydb import TinyStores

PASSWORD = "hest batteri stift kvern"


@pytest.fixture
def typed(tmp_path: Path):
    """Runs a command on an instance of its own: `typed("region", "list") -> (exit code, what it printed)`."""

    def run(*words: str, given: str = "") -> tuple[int, str]:
        environ = {**os.environ, "WORKSPACE_INSTANCE": str(tmp_path / "instance"), "PYTHONUTF8": "1"}
        call = [sys.executable, "-c", "from workspace.cli import main; main()", *words]
        done = subprocess.run(call, input=given, capture_output=True, text=True, env=environ, timeout=120, check=False)
        return done.returncode, done.stdout

    return run


def test_from_nothing_to_somebody_who_can_sign_in(typed, tmp_path: Path) -> None:
    assert typed("region", "create", "ytre", "--name", "Ytre", "--municipality", "1818")[0] == 0
    assert typed("region", "create", "ytre", "--name", "Ytre")[0] == 3
    assert typed("region", "create", "indre", "--name", "Indre", "--municipality", "9001")[0] == 3
    code, out = typed("person", "invite", "ytre", "ola@example.no", "--role", "facilitator")
    assert code == 0
    assert out.startswith("http://127.0.0.1:8000/invitation/")
    about = ("--role", "participant", "--municipality", "1818", "--name", "Kari", "--password-stdin")
    code, out = typed("person", "invite", "ytre", "kari@example.no", *about, "--json", given=PASSWORD + "\n")
    assert code == 0
    made = json.loads(out)["person"]
    assert typed("person", "invite", "ytre", "per@example.no", *about, given="kort\n")[0] == 3
    assert typed("person", "invite", "ytre", "per@example.no", *about, given="\n")[0] == 2
    assert typed("person", "invite", "nowhere", "per@example.no", "--role", "reader")[0] == 3
    assert typed("person", "invite", "ytre", "per@example.no", "--role", "guest")[0] == 2
    assert typed("person", "link", "kari@example.no")[1].startswith("http://127.0.0.1:8000/sign-in/")
    assert json.loads(typed("region", "list", "--json")[1]) == {
        "slug": "ytre",
        "name": "Ytre",
        "municipalities": 1,
        "members": 1,
    }

    stores = TinyStores.open(tmp_path / "instance")
    kari = stores.house.view().get(Person, made)
    assert passwords.matches(kari.password, PASSWORD)
    assert stores.region("ytre").view().get(Membership, made).municipality == "1818"
    kept = str(stores.house.view().events())
    stores.close()
    assert PASSWORD not in kept
