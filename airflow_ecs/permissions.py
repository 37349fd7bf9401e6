"""What each service may do: its needs as IAM statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs import policies
from airflow_ecs.process import Need

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.policies import Statement
    from airflow_ecs.process import Process
    from airflow_ecs.spec.reading import Given


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskLogs:
    """The bucket of task logs, and where in it they are."""

    bucket_arn: Given
    prefix: str
    objects_arn: Given


def execution(
    *,
    streams_arn: Given,
    repository_arn: Given | None,
    parameter_arns: Sequence[Given],
    secret_arn: Given | None,
    kms_key_arn: Given | None,
) -> list[Statement]:
    """What ECS needs to start a task: its image, its log, its secrets."""
    pull = policies.pull_image(repository_arn) if repository_arn is not None else ()
    return [
        *pull,
        policies.write_logs(streams_arn),
        *policies.read_parameters(parameter_arns, kms_key_arn),
        *([policies.read_secret(secret_arn)] if secret_arn is not None else []),
    ]


def task(
    process: Process,
    *,
    task_logs: TaskLogs,
    dags: Sequence[Statement],
    dag_releases: Sequence[Statement],
    remote_tasks: Sequence[Statement],
    runner: Sequence[Statement],
    enable_exec: bool,
) -> list[Statement]:
    """What the code in a task may do."""
    statements: list[Statement] = []
    where = (task_logs.bucket_arn, task_logs.prefix, task_logs.objects_arn)
    if Need.WRITE_TASK_LOGS in process.needs:
        statements += policies.write_objects(*where)
    elif Need.READ_TASK_LOGS in process.needs:
        statements += policies.read_objects(*where)
    if Need.DAGS in process.needs:
        statements += dags
    if Need.RELEASE_DAGS in process.needs:
        statements += dag_releases
    if Need.REMOTE_TASKS in process.needs:
        statements += remote_tasks
    if Need.RUNNER in process.needs:
        statements += runner
    if enable_exec:
        statements.append(policies.exec_into())
    return statements
