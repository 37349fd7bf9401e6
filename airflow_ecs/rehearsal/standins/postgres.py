"""A real PostgreSQL, on a Unix socket of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import background
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.standins import account, programs
from airflow_ecs.rehearsal.standins.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.standins.described import Database

# The owner of an RDS instance, whom nobody can be: it has no password.
_OWNER = "rdsadmin"

_PORT = 5432  # a part of the socket's name

_LOCK = "postmaster.pid"

# What RDS has unlike a fresh PostgreSQL.
_SETTINGS = {"timezone": "UTC", "log_timezone": "UTC", "listen_addresses": ""}


class Postgres:
    """The server of one database; its data stay in the folder when it stops."""

    def __init__(self, wanted: Database, folder: Path) -> None:
        self._process = ServerProcess("PostgreSQL", folder, signal.SIGINT)
        self.socket = self._process.sockets / f".s.PGSQL.{_PORT}"
        self._wanted = wanted
        self._account = account.unprivileged()
        home = account.own_folder(folder / "postgresql", self._account)
        installed = programs.postgres(int(wanted.version.partition(".")[0]))
        self._programs = account.reachable_copy(installed, self._account, home)
        # A version can't read another's data, and a new name means a new instance.
        self._data = home / f"{self._version()}-{wanted.database}-{wanted.user}"

    @property
    def pid(self) -> int | None:
        """The running process's number; None when it does not run."""
        return self._process.pid

    def start(self) -> None:
        """Take up the data, made if there are none, and wait until it answers."""
        self._process.stop()
        if not self._data.exists():
            self._make()
        self._forget_strange_lock()
        self._run_alone(self._data, [_password(self._wanted)])
        settings = _SETTINGS | {"unix_socket_directories": os.fspath(self._process.sockets)}
        self._process.start(
            [*self._command("postgres", self._data), "-p", str(_PORT), *_options(settings)],
            is_ready=self._is_ready,
            account=self._account,
        )

    def wait(self) -> None:
        """Return once the server has ended."""
        self._process.wait()

    def stop(self) -> None:
        """End every connection and the server, as a fast shutdown; fine when it has ended."""
        self._process.stop()

    def change_password(self, password: str) -> None:
        """Take another password from new connections, as a rotation does; those there are stay."""
        if password == self._wanted.password:
            return
        changed = replace(self._wanted, password=password)
        self._run(
            *(os.fspath(self._programs / "psql"), "--no-psqlrc", "--quiet"),
            *("--host", os.fspath(self._process.sockets), "--port", str(_PORT)),
            *("--username", self._wanted.user, "--dbname", self._wanted.database),
            *("--set", "ON_ERROR_STOP=1"),
            standard_input=f"{_password(changed)};\n",
            environment={"PGPASSWORD": self._wanted.password},
        )
        self._wanted = changed

    def _make(self) -> None:
        """The data of a new instance; whole or not at all."""
        partial = self._data.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        self._run(
            *self._command("initdb", partial),
            *("--username", _OWNER, "--auth", "reject", "--encoding", "UTF8"),
            *("--locale", "C", "--no-sync", "--no-instructions"),
        )
        (partial / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        names = _name(self._wanted.database), _name(self._wanted.user)
        creation = [_role(self._wanted)]
        if self._wanted.database != "postgres":
            creation.append("CREATE DATABASE {} OWNER {}".format(*names))
        self._run_alone(partial, creation)
        partial.rename(self._data)

    def _is_ready(self, pid: int) -> bool:
        # Its eighth line tells the state; pg_ctl looks there too.
        lock = self._lock()
        return lock[:1] == [str(pid)] and lock[7:8] == ["ready   "]

    def _forget_strange_lock(self) -> None:
        """Remove a lock whose number another process has by now.

        A server would take it for a server. A number that nobody has is left to the server, which
        then makes sure that no process of the one that was killed still writes.
        """
        for pid in self._lock()[:1]:
            here = os.fspath(self._data)
            if background.is_running(int(pid), "") and not background.is_running(int(pid), here):
                (self._data / _LOCK).unlink()

    def _lock(self) -> list[str]:
        try:
            return (self._data / _LOCK).read_text().split("\n")
        except FileNotFoundError:
            return []

    def _run_alone(self, data: Path, statements: list[str]) -> None:
        """Run SQL as the owner without a server, so that the owner needs no password."""
        settings = {
            "exit_on_error": "on",
            # A statement that fails may hold the password.
            "log_min_error_statement": "panic",
            "log_checkpoints": "off",
        }
        # -j: a statement ends where an empty line follows a semicolon.
        self._run(
            *self._command("postgres", data, "--single", "-j"),
            *_options(settings),
            "postgres",
            standard_input="".join(f"{statement};\n\n" for statement in statements),
        )

    def _command(self, program: str, data: Path, *first: str) -> list[str]:
        return [os.fspath(self._programs / program), *first, "-D", os.fspath(data)]

    def _version(self) -> str:
        words = self._run(os.fspath(self._programs / "postgres"), "--version").split()
        return words[2].partition(".")[0]

    def _run(
        self,
        *command: str,
        standard_input: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> str:
        done = subprocess.run(  # noqa: S603
            command,
            cwd="/",
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(environment or {})},
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
        )
        if done.returncode:
            name = Path(command[0]).name
            raise RehearsalError(f"{name} failed: {(done.stderr or done.stdout).strip()[-1000:]}")
        return done.stdout


def _role(wanted: Database) -> str:
    return f"CREATE ROLE {_name(wanted.user)} LOGIN CREATEDB CREATEROLE"


def _password(wanted: Database) -> str:
    # At each start: a new deployment may have another.
    return f"ALTER ROLE {_name(wanted.user)} PASSWORD {_text(wanted.password)}"


def _options(settings: dict[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
