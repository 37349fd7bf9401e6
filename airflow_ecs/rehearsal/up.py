"""`airflow-ecs rehearse`: deploys a stack to an emulated AWS account, and leaves it serving."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import (
    aws_environment,
    background,
    look_around,
    outputs,
    planning,
    stack_config,
    tree,
)
from airflow_ecs.rehearsal.program import run
from airflow_ecs.rehearsal.progress import Progress
from airflow_ecs.rehearsal.state import State, StateFolder, digests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.recording import Recording
    from airflow_ecs.rehearsal.stack_config import StackConfig


def up(project_directory: Path, stack: str) -> None:
    """Plan, check, deploy, check again, and say how to look around.

    A failure or an interruption ends the process that was started.
    """
    config = stack_config.load(project_directory, stack)
    folder = StateFolder(project_directory, stack)
    down_command = _down_command(project_directory, stack)
    with folder.locked():
        if _is_up_already(folder, down_command):
            return
        region, origin = planning.region(config)
        planning.introduce(config, region, origin)
        planned, _ = planning.plan(config, region)
        with _served(folder, config, region) as state:
            recording = _deploy(config, state, total=tree.size(planned))
            folder.write(
                replace(
                    state,
                    deployed=True,
                    outputs=outputs.masked(recording),
                    sources=digests(_sources(config, recording)),
                )
            )
    _report(config, recording, state, down_command)


def _down_command(project_directory: Path, stack: str) -> str:
    project = "" if project_directory == Path() else f" --project {project_directory}"
    return f"airflow-ecs down{project} --stack {stack}"


def _is_up_already(folder: StateFolder, down_command: str) -> bool:
    state = folder.read()
    if state is None:
        return False
    if not (state.deployed and background.is_running(state.pid, state.token)):
        # Left by an `up` that was killed.
        background.end(state.pid, state.token)
        folder.forget()
        return False
    print(f"{state.project}/{state.stack} is up already, at {state.endpoint}.")
    if changed := state.changed_sources():
        names = ", ".join(Path(path).name for path in changed)
        print(f"Changed since: {names}. To deploy that: {down_command}, then rehearse again.")
    return True


@contextmanager
def _served(folder: StateFolder, config: StackConfig, region: str) -> Iterator[State]:
    """Serve an empty account; end it again unless the block comes to its end."""
    with aws_environment.made_up(region):
        served = background.start(folder, region)
    state = State(
        project=config.project,
        stack=config.stack,
        region=region,
        endpoint=served.endpoint,
        pid=served.pid,
        token=served.token,
    )
    try:
        folder.write(state)
        yield state
    except BaseException:
        background.end(served.pid, served.token)
        folder.forget()
        raise


def _deploy(config: StackConfig, state: State, *, total: int) -> Recording:
    from airflow_ecs.rehearsal.account import EmulatedAccount

    account = EmulatedAccount(endpoint_url=state.endpoint, region=state.region)
    with (
        aws_environment.made_up(state.region, state.endpoint),
        Progress(sys.stderr, total=total) as progress,
    ):
        recording = run(
            config.program,
            cloud=account,
            project=config.project,
            stack=config.stack,
            config=config.values,
            secret_keys=config.secret_keys,
            on_resource=progress.show,
        )
    planning.check(recording)
    planning.tell(recording, account.assumed)
    return recording


def _sources(config: StackConfig, recording: Recording) -> list[Path]:
    """The files that decide what is deployed: configuration, program, and this package."""
    package = Path(__file__).parents[1]
    ours = sorted(file for file in package.rglob("*.py") if "rehearsal" not in file.parts)
    return [*config.files, *recording.sources, *ours]


def _report(config: StackConfig, recording: Recording, state: State, down_command: str) -> None:
    width = shutil.get_terminal_size((100, 24)).columns
    title = f"{config.project}/{config.stack}: {tree.summary(recording)}"
    print(tree.render(recording, title=title, width=width))
    if recording.outputs:
        print(f"\nOutputs\n{outputs.render(outputs.masked(recording))}")
    print(f"\nServed at {state.endpoint} until `{down_command}`. To look around:\n")
    print(f"  {look_around.settings(state.region, state.endpoint)}")
    for command in look_around.commands(recording):
        print(f"  {command}")
