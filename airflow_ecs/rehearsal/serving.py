"""Starts what a rehearsal leaves running: the emulated account, and the agent beside it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import aws_environment, background
from airflow_ecs.rehearsal.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.background import Background
    from airflow_ecs.rehearsal.image_environment import BuildContext
    from airflow_ecs.rehearsal.stack_config import StackConfig
    from airflow_ecs.rehearsal.state import StateFolder

_ACCOUNT = "airflow_ecs.rehearsal.account.server"
_AGENT = "airflow_ecs.rehearsal.agent"

# Seconds: the longest that a task may take to stop on Fargate, and a little.
_AGENT_PATIENCE = 135.0

# Where the load balancer listens on this machine when nothing else does.
_PORT = 8080


@dataclass(frozen=True, kw_only=True, slots=True)
class Runs:
    """What the agent runs the services from: the stack's own image, and others' stand-ins.

    `repositories` are the folders that stand for addresses of Git.
    """

    context: BuildContext | None
    environment: Path | None
    images: Mapping[str, object]
    repositories: Mapping[str, Path]


@contextmanager
def served(
    folder: StateFolder, config: StackConfig, region: str, runs: Runs | None
) -> Iterator[State]:
    """Serve an empty account, with an agent or without; end both unless the block ends well.

    Containers have time to stop, so that the end may take a while.
    """
    arguments = ["--port", "0", "--region", region, *(["--agent"] if runs else [])]
    account, facts = _start(folder, region, _ACCOUNT, arguments)
    state = State(
        project=config.project,
        stack=config.stack,
        region=region,
        endpoint=f"http://127.0.0.1:{facts['port']}",
        account=account,
    )
    try:
        folder.write(state)
        if runs is not None:
            port = _free_port(_PORT)
            agent, told = _start_agent(folder, state, runs, port)
            state = replace(
                state, agent=agent, balancer_port=port, introspection=told["introspection"]
            )
            folder.write(state)
        yield state
    except BaseException:
        print("ending what was started", file=sys.stderr, flush=True)
        end(folder, state)
        raise


def end(folder: StateFolder, state: State) -> None:
    """End the processes of a rehearsal, and what its account had in databases and file systems."""
    state.end()
    from airflow_ecs.rehearsal import standins

    # The next account has other passwords and keys: with these data it could do nothing.
    standins.remove(folder.path / "stand-ins")
    shutil.rmtree(folder.path / "file-systems", ignore_errors=True)
    folder.forget()


def _start_agent(
    folder: StateFolder, state: State, runs: Runs, port: int
) -> tuple[Background, dict[str, Any]]:
    arguments = ["--endpoint", state.endpoint, "--region", state.region]
    arguments += ["--state", os.fspath(folder.path), "--balancer-port", str(port)]
    arguments += ["--images", json.dumps(runs.images)]
    arguments += ["--repositories", json.dumps(runs.repositories, default=os.fspath)]
    if runs.context is not None and runs.environment is not None:
        arguments += ["--image-environment", os.fspath(runs.environment)]
        arguments += ["--image-context", os.fspath(runs.context.folder)]
    return _start(folder, state.region, _AGENT, arguments, patience=_AGENT_PATIENCE)


def _start(
    folder: StateFolder, region: str, module: str, arguments: list[str], patience: float = 5.0
) -> tuple[Background, dict[str, Any]]:
    """Start a process that outlives this one, with none of the user's AWS settings."""
    with aws_environment.made_up(region):
        return background.start(folder.log, module, arguments, patience=patience)


def _free_port(wanted: int) -> int:
    """The port that is wanted when it is free, otherwise any."""
    for port in (wanted, 0):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("this machine has no free port")
