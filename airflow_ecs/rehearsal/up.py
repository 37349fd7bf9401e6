"""`airflow-ecs rehearse`: deploys a stack to an emulated AWS account, and leaves it serving."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import (
    aws_environment,
    denials,
    existing,
    image_environment,
    look_around,
    outputs,
    planning,
    public_tasks,
    service_table,
    serving,
    stack_config,
    tree,
)
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.pages import pages
from airflow_ecs.rehearsal.program import run
from airflow_ecs.rehearsal.progress import Laps, Progress
from airflow_ecs.rehearsal.service_table import ServiceProgress
from airflow_ecs.rehearsal.services import Services
from airflow_ecs.rehearsal.serving import Runs
from airflow_ecs.rehearsal.state import StateFolder, digests

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording
    from airflow_ecs.rehearsal.services import Service
    from airflow_ecs.rehearsal.stack_config import StackConfig
    from airflow_ecs.rehearsal.state import State


def up(project_directory: Path, stack: str, *, services: bool = True) -> None:
    """Plan, check, deploy, check again, run the services, and say how to look around.

    Without `services` nothing runs: the account alone is served. A failure or an interruption
    ends the processes that were started.
    """
    config = stack_config.load(project_directory, stack)
    folder = StateFolder(project_directory, stack)
    down_command = _down_command(project_directory, stack)
    with folder.locked():
        if _is_up_already(folder, down_command):
            return
        laps = Laps(sys.stderr)
        region, origin = planning.region(config)
        planning.introduce(config, region, origin)
        planned, _ = planning.plan(config, region)
        laps.end("plan")
        runs = _runs(planned, config, folder) if services else None
        if runs and runs.context:
            laps.end("Python environment of the image")
        with serving.served(folder, config, region, runs) as state:
            laps.end("account and agent")
            recording = _deploy(config, state, total=tree.size(planned))
            laps.end("deployment, with the migration")
            if state.balancer_port is not None:
                state = replace(state, pages=pages(recording, state.balancer_port))
            well = _wait_for_services(state, folder) if runs else []
            if well:
                laps.end("start of the services")
            if well and not state.pages:
                state = replace(state, pages=public_tasks.pages(state.endpoint, state.region))
            folder.write(
                replace(
                    state,
                    deployed=True,
                    outputs=outputs.masked(recording),
                    sources=digests(_sources(config, recording, runs)),
                )
            )
    _report(config, recording, state, well, down_command)


def _runs(planned: Recording, config: StackConfig, folder: StateFolder) -> Runs | None:
    """What services would run from; None where the program has none."""
    if not planned.of("aws:ecs/taskDefinition:TaskDefinition"):
        return None
    if sys.platform != "linux":
        raise RehearsalError(
            f"this machine's system is {sys.platform}, and services run on Linux only, where each "
            "has an address of its own; write rehearse --no-services, or use a Linux machine."
        )
    context = image_environment.build_context(planned, config.program)
    # Scripts in it carry its path: through a link they would carry the link's.
    below = (folder.path.parent / "images").resolve()
    return Runs(
        context=context,
        environment=image_environment.environment(context, below, _say) if context else None,
        images=config.rehearsal.get("images", {}),
        repositories=existing.repositories(config),
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _wait_for_services(state: State, folder: StateFolder) -> list[Service]:
    _say("starting the services")
    services = Services(state.endpoint, state.region)
    try:
        return services.wait(ServiceProgress(sys.stderr).show)
    except RehearsalError as error:
        raise RehearsalError(
            f"{error}{_refused(state)}\nWhole logs are in {folder.path / 'logs'}."
        ) from None


def _down_command(project_directory: Path, stack: str) -> str:
    project = "" if project_directory == Path() else f" --project {project_directory}"
    return f"airflow-ecs down{project} --stack {stack}"


def _is_up_already(folder: StateFolder, down_command: str) -> bool:
    state = folder.read()
    if state is None:
        return False
    if not state.is_up:
        # Left by an `up` that was killed, or by a machine that was turned off.
        _say(f"what ran of {state.stack} has ended; its account and databases begin anew")
        serving.end(folder, state)
        return False
    print(f"{state.project}/{state.stack} is up already, at {state.endpoint}.")
    if changed := state.changed_sources():
        names = ", ".join(Path(path).name for path in changed)
        print(f"Changed since: {names}. To deploy that: {down_command}, then rehearse again.")
    return True


def _deploy(config: StackConfig, state: State, *, total: int) -> Recording:
    with (
        aws_environment.made_up(state.region, state.endpoint),
        Progress(sys.stderr, total=total) as progress,
    ):
        from airflow_ecs.rehearsal.account import EmulatedAccount

        account = EmulatedAccount(endpoint_url=state.endpoint, region=state.region)
        existing.put_parameters(config, account.connect("ssm", state.region))
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


def _refused(state: State) -> str:
    # The agent began with this deployment, so that all it tells of belongs to it.
    ever = datetime.min.replace(tzinfo=UTC)
    last = denials.since(state, ever)[-3:]
    return "\nRefused calls:\n" + "\n".join(last) if last else ""


def _sources(config: StackConfig, recording: Recording, runs: Runs | None) -> list[Path]:
    """The files that decide what is deployed: configuration, program, image, and this package.

    Of the image, what lies beside its pins: the DAGs in it are read from where they are.
    """
    package = Path(__file__).parents[1]
    ours = sorted(file for file in package.rglob("*.py") if "rehearsal" not in file.parts)
    image = runs.context.requirements.parent.iterdir() if runs and runs.context else ()
    beside = sorted(file for file in image if file.is_file())
    return [*config.files, *recording.sources, *beside, *ours]


def _report(
    config: StackConfig,
    recording: Recording,
    state: State,
    services: list[Service],
    down_command: str,
) -> None:
    width = shutil.get_terminal_size((100, 24)).columns
    title = f"{config.project}/{config.stack}: {tree.summary(recording)}"
    print(tree.render(recording, title=title, width=width))
    if recording.outputs:
        print(f"\nOutputs\n{outputs.render(outputs.masked(recording))}")
    if services:
        print(f"\nServices\n{service_table.table(services)}")
    if state.pages:
        print("\nPages")
        for host, here in state.pages.items():
            print(f"  {here}  ({host})")
    print(f"\nServed at {state.endpoint} until `{down_command}`. To look around:\n")
    print(f"  {look_around.settings(state.region, state.endpoint)}")
    for command in look_around.commands(recording):
        print(f"  {command}")
    if state.pages and services:
        _say_the_way_in(recording, next(iter(state.pages.values())))


def _say_the_way_in(recording: Recording, page: str) -> None:
    # These are what a program exports when its page asks who one is.
    username, password = (recording.outputs.get(key) for key in ("username", "passwordCommand"))
    if username and password:
        print(f"\nOpen {page} as {username}. The password, after that export:\n\n  {password}")
    else:
        print(f"\nOpen {page}.")
