"""The two functions that DAGs call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.standard.operators import PythonOperator

from airflow_ecs.remote import checks, given, variable_checks
from airflow_ecs.remote.health_check import HealthCheck
from airflow_ecs.remote.operator import RemoteTaskOperator
from airflow_ecs.remote.overrides import constants, merged
from airflow_ecs.remote.sizes import CpuValues
from airflow_ecs.remote.task import RemoteTask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta
    from enum import Enum

    from airflow.sdk import DAG

    from airflow_ecs.remote.efs_volume import EfsVolume


def make_remote_operator(
    dag: DAG | None,
    task_id: str,
    task_group: Enum | str,
    task_name: str,
    task_container: str,
    task_start_command: str | Sequence[str] | None = None,
    task_memory: int | None = None,
    task_cpus: CpuValues | int = CpuValues.QUARTER_VCPU,
    healthcheck_command: str | Sequence[str] | None = None,
    healthcheck_waittime: int = 0,
    healthcheck_interval: int = 30,
    healthcheck_timeout: int = 5,
    healthcheck_retries: int = 3,
    environment_values: Mapping[str, str] | Sequence[str] | None = None,
    secret_values: Mapping[str, str] | Sequence[str] | None = None,
    local_values: Mapping[str, str] | None = None,
    jit_values: Mapping[str, Any] | None = None,
    throttling_group: Enum | str | None = None,
    *,
    spot_share: int | None = None,
    ephemeral_storage: int | None = None,
    architecture: str = "X86_64",
    volumes: Sequence[EfsVolume] = (),
    gpus: int = 0,
    capacity_provider: str | None = None,
    tags: Mapping[str, str] | None = None,
    timeout: timedelta | None = None,
    **operator: Any,
) -> RemoteTaskOperator:
    """A task that runs as an ECS task of its own, on Fargate.

    Args:
        dag: Its DAG; None inside of `with DAG(…)`.
        task_id: Its name in the DAG.
        task_group: Names its family together with `task_name`, and tags the task.
        task_name: Its name in ECS, and its container's; tasks that differ have different ones.
        task_container: The image; from the deployment's registry unless it names another.
        task_start_command: What to run in it, instead of what the image says; one text is
            split as a shell does it, without being run by one.
        task_memory: MiB; the least that its CPU allows by default.
        task_cpus: Its size, in CPU units.
        healthcheck_command: A text for the container's shell, or the words of a command.
        healthcheck_waittime: Seconds from the start in which failures don't count, 0 to 300.
        healthcheck_interval: Seconds between two checks, 5 to 300.
        healthcheck_timeout: Seconds that a check may take, 2 to 60.
        healthcheck_retries: Failures in a row that make it unhealthy, 1 to 10.
        environment_values: Values of the deployment: variables and the keys they are read
            from, or keys alone, whose variables are the same in capitals.
        secret_values: The same for secrets. ECS reads both; this code never does.
        local_values: Variables with their values, which are part of the definition.
        jit_values: Variables with values that are known only when the task runs; templated.
        throttling_group: The Airflow pool that it takes a slot of.
        spot_share: The part of its runs in per cent that begin on Fargate Spot.
        ephemeral_storage: GiB of disk, 21 to 200; Fargate gives 20 by itself.
        architecture: X86_64 or ARM64.
        volumes: EFS file systems to mount.
        gpus: How many; they take a capacity provider whose instances have them.
        capacity_provider: One of the cluster's, instead of Fargate.
        tags: Of the task and its definition.
        timeout: After which the ECS task is stopped and the try has failed.
        operator: Whatever else the operators of Airflow take, such as `retries`,
            `deferrable` or `skip_on_exit_code`.

    Raises:
        RemoteTaskError: a parameter can't be; the message says what to write.
    """
    unasked = healthcheck_command is None
    check = HealthCheck(
        # Its numbers are looked at without a command too.
        command="true" if healthcheck_command is None else healthcheck_command,
        start_period=healthcheck_waittime,
        interval=healthcheck_interval,
        timeout=healthcheck_timeout,
        retries=healthcheck_retries,
    )
    task = RemoteTask(
        group=given.text(task_group),
        name=task_name,
        image=task_container,
        command=given.command(task_start_command),
        cpu=task_cpus,
        memory=task_memory,
        health_check=None if unasked else check,
        environment=given.pairs("local_values", local_values),
        values=given.keys("environment_values", environment_values),
        secrets=given.keys("secret_values", secret_values),
        ephemeral_storage=ephemeral_storage,
        architecture=architecture,
        volumes=volumes,
        gpus=gpus,
        capacity_provider=capacity_provider,
        tags=given.pairs("tags", tags),
    )
    checks.passed_on(operator)
    jit = given.pairs("jit_values", jit_values)
    variable_checks.run_values(jit, task.values, task.secrets)
    merged({}, task, constants(jit))
    checks.spot_share(spot_share, capacity_provider)
    return RemoteTaskOperator(
        dag=dag,
        task_id=task_id,
        remote_task=task,
        jit_values=jit,
        spot_share=spot_share,
        **_common(throttling_group, timeout),
        **operator,
    )


def make_local_operator(
    dag: DAG | None,
    task_id: str,
    python_callable: Callable[..., Any],
    throttling_group: Enum | str | None = None,
    timeout: timedelta | None = None,
    **operator: Any,
) -> PythonOperator:
    """A task that runs a Python function in the worker, beside the remote ones of its DAG.

    Args:
        dag: Its DAG; None inside of `with DAG(…)`.
        task_id: Its name in the DAG.
        python_callable: The function.
        throttling_group: The Airflow pool that it takes a slot of.
        timeout: After which the try has failed.
        operator: Whatever else `PythonOperator` takes, such as `op_kwargs` or `retries`.
    """
    return PythonOperator(
        dag=dag,
        task_id=task_id,
        python_callable=python_callable,
        **_common(throttling_group, timeout),
        **operator,
    )


def _common(pool: Enum | str | None, timeout: timedelta | None) -> dict[str, Any]:
    # What is left out comes from the DAG's default_args.
    found: dict[str, Any] = {}
    if pool is not None:
        found["pool"] = given.text(pool)
    if timeout is not None:
        found["execution_timeout"] = timeout
    return found
