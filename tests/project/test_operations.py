"""The files for operators name what there is: settings, commands and addresses."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from workspace.cli import load_commands
from workspace.cli import workspace as command
from workspace.config import Config

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "docs" / "operations"
FILES = sorted(path for path in OPERATIONS.iterdir() if path.is_file())
PAGE = ROOT / "docs" / "operations.md"


@pytest.mark.parametrize("path", [*FILES, PAGE], ids=lambda path: path.name)
def test_every_setting_and_command_that_is_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    settings = {field.name.upper() for field in fields(Config)}
    assert set(re.findall(r"WORKSPACE_([A-Z_]+)", text)) <= settings
    load_commands()
    named = re.findall(r"bin/workspace ([a-z][a-z-]+)|`workspace ([a-z][a-z-]+)|^workspace ([a-z][a-z-]+)", text, re.M)
    assert {name for names in named for name in names if name} <= set(command.commands)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_page_tells_of_every_file(path: Path) -> None:
    name = "Caddyfile" if path.name == "Caddyfile" else path.name.removesuffix(".timer")
    assert name in PAGE.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_units_are_well_formed(tmp_path: Path) -> None:
    """The program is not installed where the units say, so a stand-in is named."""
    units = []
    for path in FILES:
        if path.suffix in {".service", ".timer"}:
            text = path.read_text(encoding="utf-8").replace("/opt/regionrom/bin/workspace", "/bin/true")
            (tmp_path / path.name).write_text(text, encoding="utf-8")
            units.append(str(tmp_path / path.name))
    checked = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no Caddy here")
def test_the_caddyfile_is_well_formed() -> None:
    arguments = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(OPERATIONS / "Caddyfile")]
    checked = subprocess.run(arguments, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
