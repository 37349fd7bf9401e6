"""The Airflow processes as data: command, port, health check, size, and what each needs.

Everything else is derived from this: environment, secrets, roles and firewall edges. One
file an executor; sizes, commands and needs are measured on Airflow 3.3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.catalogue import celery, ecs, local, standalone
from airflow_ecs.catalogue.celery import FLOWER, FLOWER_PORT, REDIS, WORKER
from airflow_ecs.catalogue.ecs import RUNNER
from airflow_ecs.catalogue.processes import (
    DAG_PROCESSOR,
    DAG_RELEASE,
    MIGRATION,
    SCHEDULER,
    TRIGGERER,
    WEB,
    WEB_PORT,
)
from airflow_ecs.catalogue.standalone import STANDALONE
from airflow_ecs.process import Service
from airflow_ecs.spec.dags import EfsDags
from airflow_ecs.spec.fargate import TaskSize, checked
from airflow_ecs.spec.reading import SpecError, listed
from airflow_ecs.spec.services import Changes

if TYPE_CHECKING:
    from airflow_ecs.process import Process
    from airflow_ecs.spec import ClusterSpec

__all__ = [
    "DAG_PROCESSOR",
    "FLOWER",
    "FLOWER_PORT",
    "MIGRATION",
    "REDIS",
    "RUNNER",
    "SCHEDULER",
    "STANDALONE",
    "TRIGGERER",
    "WEB",
    "WEB_PORT",
    "WORKER",
    "dag_release",
    "migration",
    "runner",
    "services",
]


def services(spec: ClusterSpec) -> tuple[Service, ...]:
    """The services of a deployment, in the order in which they start."""
    processes = _processes(spec)
    names = [process.name for process in (*processes, *_started(spec))]
    for name in spec.services:
        if name == FLOWER.name and spec.executor == "celery" and not spec.flower:
            raise SpecError("services.flower changes a service that is off; write flower: true.")
        if name not in names:
            raise SpecError(
                f"services.{name} is not a service of this deployment; write {listed(names)}."
            )
    return tuple(
        _changed(process, spec.services.get(process.name, Changes())) for process in processes
    )


def migration(spec: ClusterSpec) -> tuple[Service, ...]:
    """The run that prepares the database before any service changes.

    None where the one container does it itself when it starts.
    """
    return () if spec.is_standalone else (_changed(MIGRATION, Changes()),)


def runner(spec: ClusterSpec) -> tuple[Service, ...]:
    """What the scheduler starts for each task of Airflow's; no service runs it."""
    return tuple(
        _changed(process, spec.services.get(process.name, Changes())) for process in _started(spec)
    )


def dag_release(spec: ClusterSpec) -> tuple[Service, ...]:
    """The run that writes a release of DAGs to their file system, where a pipeline does."""
    pipeline = spec.pipelines.dags if spec.pipelines else None
    if pipeline is None or pipeline.destination is not None:
        return ()
    return (_changed(DAG_RELEASE, Changes()),) if isinstance(spec.dags, EfsDags) else ()


def _processes(spec: ClusterSpec) -> tuple[Process, ...]:
    if spec.executor == "standalone":
        return standalone.processes(spec)
    if spec.executor == "local":
        return local.PROCESSES
    return ecs.PROCESSES if spec.executor == "ecs" else celery.processes(spec)


def _started(spec: ClusterSpec) -> tuple[Process, ...]:
    return (RUNNER,) if spec.executor == "ecs" else ()


def _changed(process: Process, changes: Changes) -> Service:
    path = f"services.{process.name}"
    if changes.concurrency is not None and process.concurrency_setting is None:
        raise SpecError(
            f"{path}.concurrency has a meaning only for the service that runs tasks; leave it out."
        )
    if process.name == STANDALONE.name and changes.count not in (None, 0, 1):
        raise SpecError(
            f"{path}.count is {changes.count}, and each of them would be an Airflow of its own; "
            "write 1, or executor: local."
        )
    if process.name == RUNNER.name and changes.count is not None:
        raise SpecError(
            f"{path}.count is {changes.count}, and the scheduler starts one for each task of "
            "Airflow's; leave it out, or write airflow_config.core.parallelism, the most at a time."
        )
    size = TaskSize(
        cpu=changes.cpu or process.size.cpu, memory=changes.memory or process.size.memory
    )
    return Service(
        process=process,
        size=checked(size, path),
        count=process.count if changes.count is None else changes.count,
        changes=changes,
    )
