"""`airflow-ecs smoke`: does the Airflow that was deployed do its work?"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import (
    denials,
    smoke_flower,
    smoke_logs,
    smoke_pools,
    smoke_redirect,
    smoke_run,
)
from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.deployed import Deployed
from airflow_ecs.rehearsal.service_logs import ServiceLogs
from airflow_ecs.rehearsal.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from airflow_ecs.rehearsal.state import State

_POOLS = "docker/pools.json"


def smoke(
    project_directory: Path, stack: str, *, dag: str = "example", pools: Path | None = None
) -> None:
    """Run a DAG through the REST API, and look at all that has a part in it.

    `pools` is the file that the image imports, by default `docker/pools.json` of the project.

    Raises:
        RehearsalError: the first thing that does not work, and what the services that it needs
            have said of errors meanwhile.
    """
    folder = StateFolder(project_directory, stack)
    state = _running(folder, stack)
    deployed = Deployed(state)
    report = Report(state, ServiceLogs(folder.path))
    runner = deployed.runner
    with report.check("web", runner) as passed:
        passed(smoke_redirect.check(deployed.airflow))
    with report.check("web", runner) as passed:
        user, password = deployed.admin()
        api = AirflowApi(deployed.airflow, user, password)
        passed(f"{user} signs in at {deployed.airflow.url}")
    with report.check("migration", "web", runner) as passed:
        passed(smoke_pools.check(api, pools or project_directory / _POOLS))
    with report.check("dag-processor", runner) as passed:
        smoke_run.wait_for_dag(api, dag)
        passed(f"the DAG {dag} is there")
    with report.check("scheduler", runner, "web") as passed:
        run = smoke_run.finish(api, dag)
        passed(f"a run of {dag} is a success: so says the API, waited for and polled")
    with report.check(runner) as passed:
        passed(smoke_run.place(api, run, deployed))
    with report.check("web", runner) as passed:
        passed(smoke_logs.stored(api, run, deployed))
    with report.check("web", runner) as passed:
        passed(smoke_logs.live(api, deployed))
    with report.check("flower") as passed:
        passed(smoke_flower.check(deployed))


def _running(folder: StateFolder, stack: str) -> State:
    state = folder.read()
    if state is None or not state.is_up:
        raise RehearsalError(f"{stack} is not up; start it with rehearse.")
    if state.agent is None:
        raise RehearsalError(f"{stack} runs no services; rehearse it without --no-services.")
    return state


class Report:
    """Prints a line for each check that passes, with the seconds that it took."""

    def __init__(self, state: State, logs: ServiceLogs) -> None:
        self._state = state
        self._logs = logs
        self._before = logs.sizes()
        self._begun = datetime.now(UTC)

    @contextmanager
    def check(self, *services: str) -> Iterator[Callable[[str], None]]:
        """Gives what to call with what was seen.

        A failure is raised again with what AWS has refused meanwhile, and with what these
        services have said of errors.
        """
        begun = time.monotonic()
        try:
            yield lambda seen: print(f"[{time.monotonic() - begun:5.1f} s] {seen}", flush=True)
        except RehearsalError as error:
            refused = [f"AWS refused: {why}" for why in denials.since(self._state, self._begun)]
            said = self._logs.trouble(services, self._before)
            raise RehearsalError("\n".join([str(error), *refused, said]).rstrip()) from error
