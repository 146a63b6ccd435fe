"""Settings: where a value comes from, and the secret that is made at first start."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspace import assembly, config
from workspace.store.port import StoreRefused


def test_a_setting_comes_from_the_environment_then_the_file_then_its_default(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text('THREADS = 3\nDEFAULT_LOCALE = "nn"\n')
    read = config.load({"WORKSPACE_INSTANCE": str(tmp_path), "WORKSPACE_THREADS": "5"})
    assert (read.threads, read.default_locale, read.demo) == (5, "nn", False)
    origins = {source.name: source.origin for source in config.explain({"WORKSPACE_INSTANCE": str(tmp_path)})}
    assert origins["threads"].endswith("config.py")
    assert origins["base_url"] == "default"


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    first = config.load({}, instance=tmp_path).secret_key
    assert first == config.load({}, instance=tmp_path).secret_key
    assert len(first) > 40
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_every_setting_says_what_it_is() -> None:
    assert all(source.sentence.endswith(".") for source in config.explain({}))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://kari:secret@127.0.0.1:1/plan", "can't use the database plan at 127.0.0.1:1: "),
        ("postgresql://kari:secret@127.0.0.1:port/plan", "can't use the database"),
        ("mysql://kari:secret@127.0.0.1/plan", "must begin with postgresql://"),
    ],
)
def test_a_database_that_can_not_be_used_is_refused_in_one_line_without_its_secret(
    tmp_path: Path, address: str, said: str
) -> None:
    settings = config.load({"WORKSPACE_DATABASE_URL": address}, instance=tmp_path)
    with pytest.raises(StoreRefused, match=said) as refused:
        assembly.open_workspace(settings)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
