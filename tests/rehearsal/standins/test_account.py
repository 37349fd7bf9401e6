"""Whom a server runs as, and where it may keep its data."""

from __future__ import annotations

import os
import pwd
import subprocess
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.standins import account, programs, remove
from airflow_ecs.rehearsal.standins.account import Account

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = Account(name="nobody", uid=65534, gid=65534)


def test_who_is_not_root_needs_no_other_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert account.unprivileged() is None


def test_root_without_any_known_account_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(RehearsalError, match=r"refuses to run as root.*run the rehearsal as"):
        account.unprivileged()


def test_a_folder_that_is_closed_on_the_way_can_t_be_entered(tmp_path: Path) -> None:
    (tmp_path / "closed" / "open").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    (tmp_path / "closed" / "open").chmod(0o755)
    assert not NOBODY.can_enter(tmp_path / "closed" / "open")
    assert NOBODY.can_enter(tmp_path.parents[-1])


def test_a_folder_of_its_own_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    own = account.own_folder(tmp_path / "own", None)
    assert own == tmp_path / "own"
    assert own.stat().st_mode & 0o777 == 0o700
    assert account.own_folder(tmp_path / "own", None) == own


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_below_a_closed_folder_the_data_are_elsewhere_and_a_link_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reachable = tmp_path / "reachable"
    reachable.mkdir()
    monkeypatch.setattr(account, "_REACHABLE_BY_ALL", reachable)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    own = account.own_folder(closed / "data", NOBODY)
    assert own.parent == reachable
    assert (own.stat().st_uid, own.stat().st_mode & 0o777) == (NOBODY.uid, 0o700)
    assert (closed / "data").resolve() == own
    assert account.own_folder(closed / "data", NOBODY) == own
    remove(closed)
    assert not own.exists()
    assert not closed.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_a_link_that_somebody_made_there_first_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "_REACHABLE_BY_ALL", tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    own = account.own_folder(closed / "data", NOBODY)
    own.rmdir()
    own.symlink_to("/etc")
    with pytest.raises(RehearsalError, match="is not a folder of this user"):
        account.own_folder(closed / "data", NOBODY)


@pytest.mark.parametrize("deployed", [17, 18])
def test_programs_that_can_t_be_reached_run_as_a_copy_that_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deployed: int
) -> None:
    installed = programs.postgres(deployed)
    assert account.reachable_copy(installed, None, tmp_path) == installed.folder
    monkeypatch.setattr(Account, "can_enter", lambda *_: False)
    copy = account.reachable_copy(installed, NOBODY, tmp_path)
    assert copy.is_relative_to(tmp_path)
    for program in ("postgres", "initdb"):
        done = subprocess.run([copy / program, "--version"], capture_output=True, check=True)
        assert b"(PostgreSQL)" in done.stdout
    made = copy.stat().st_ctime_ns
    assert account.reachable_copy(installed, NOBODY, tmp_path) == copy
    assert copy.stat().st_ctime_ns == made
