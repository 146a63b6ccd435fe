"""The package works from a built wheel, away from the checkout: templates, static files, sources of the demo inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVE_ONE_PAGE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import workspace
assert Path(workspace.__file__).is_relative_to(sys.argv[1]), workspace.__file__
from workspace import assembly, config, create_app
from workspace.demo import building
made = assembly.open_workspace(config.load(instance=Path(sys.argv[2])))
building.build(made)
client = create_app(made).test_client()
page = client.get("/sign-in")
assert page.status_code == 200 and "Logg inn" in page.text
assert client.get("/static/regionrom.css").status_code == 200
assert client.get("/static/vendor/htmx-4.0.1.min.js").status_code == 200
made.indexes.close(); made.stores.close()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    [made] = folder.glob("*.whl")
    return made


def test_the_wheel_serves_pages_by_itself(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("WORKSPACE_", "PYTHONPATH"))}
    result = subprocess.run(
        [sys.executable, "-c", SERVE_ONE_PAGE, str(tmp_path / "installed"), str(tmp_path / "instance")],
        check=False, capture_output=True, text=True, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_nothing_of_this_machine_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "workspace/templates/frame.html" in names
    assert "workspace/demo/skarfjord/region.toml" in names
    assert {"workspace/docs/veileder/index.md", "workspace/docs/veileder/bilder/forsiden.webp"} <= set(names)
    assert not any("instance/" in name or "test" in name for name in names)
