"""The function that DAGs call: an operator for each service of a Compose file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.compose.errors import ComposeError
from airflow_ecs.remote.compose.file import read
from airflow_ecs.remote.errors import RemoteTaskError
from airflow_ecs.remote.make import make_remote_operator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import Enum

    from airflow.sdk import DAG

    from airflow_ecs.remote.operator import RemoteTaskOperator


def remote_operators_from_compose(
    path: str | Path,
    dag: DAG | None,
    task_group: Enum | str,
    *,
    services: Sequence[str] | None = None,
    variables: Mapping[str, str] | None = None,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    **common: Any,
) -> dict[str, RemoteTaskOperator]:
    """Remote tasks from the services of a Compose file, by the services' names.

    A service runs when those it depends on have succeeded. Limits of CPU and memory become the
    smallest size on Fargate that holds both. Images without a registry come from the
    deployment's, as everywhere.

    Args:
        path: The file, such as `Path(__file__).with_name("compose.yaml")`.
        dag: Their DAG; None inside of `with DAG(…)`.
        task_group: Names their families together with the services' names.
        services: Which services; all of them unless given.
        variables: What `${NAME}` in the file stands for. The environment of Airflow is not
            looked at: a definition would change with the process that reads the DAG.
        changes: By service, parameters of `make_remote_operator` that go before the file's.
        common: Parameters of `make_remote_operator` for all of them, such as `spot_share`.

    Raises:
        RemoteTaskError: the file is broken, or asks for what a remote task can't be; the
            message says where, and what to write instead.
    """
    path, changes = Path(path), changes or {}
    found = read(path, variables or {}, services)
    for name in changes.keys() - {service.name for service in found}:
        raise ComposeError(str(path), f"has no service {name!r} among the chosen, as `changes` do.")
    operators: dict[str, RemoteTaskOperator] = {}
    for service in found:
        given = {"task_id": service.name, **service.parameters, **common}
        try:
            operator = make_remote_operator(
                dag, task_group=task_group, **given | dict(changes.get(service.name, {}))
            )
        except RemoteTaskError as error:
            raise ComposeError(f"{path.name}: services.{service.name}:", str(error)) from None
        for name in service.after:
            operator.set_upstream(operators[name])
        operators[service.name] = operator
    return operators
