"""What RunTask is told about one run."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.errors import RemoteTaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.remote.placement import Placement
    from airflow_ecs.remote.task import RemoteTask

# In characters. Source: Amazon ECS API reference, TaskOverride: the JSON of all of them.
_LONGEST = 8192

# How Jinja's marks begin.
_TEMPLATE = re.compile(r"\{[{%#]")

# What the value of a tag is not made of. Source: Amazon ECS API reference, Tag.
_NO_TAG = re.compile(r"[^\w +\-=.:/@]")


def run_tags(dag_id: str, run_id: str) -> dict[str, str]:
    """The tags that lead from an ECS task to the run of the DAG that it is for."""
    given = {"airflow-ecs:dag": dag_id, "airflow-ecs:run": run_id}
    return {key: _NO_TAG.sub("_", value)[:256] for key, value in given.items()}


def started_by_name(placement: Placement, run: str) -> str:
    """By which a retry finds the task of an earlier try.

    `run` is Airflow's name of the task instance, which two deployments on one cluster may share.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{placement.parameter_path} {run}"))


def constants(jit_values: Mapping[str, Any]) -> dict[str, str]:
    """The values of a run as far as its DAG fixes them: the others may come to be empty."""
    return {
        name: value if isinstance(value, str) and not _TEMPLATE.search(value) else ""
        for name, value in jit_values.items()
    }


def merged(
    overrides: Mapping[str, Any], task: RemoteTask, jit_values: Mapping[str, Any]
) -> dict[str, Any]:
    """The overrides with the values of this run as variables of the task's container.

    Raises:
        RemoteTaskError: they are longer than ECS takes.
    """
    containers = {one["name"]: dict(one) for one in overrides.get("containerOverrides", ())}
    container = containers.setdefault(task.name, {"name": task.name})
    variables = {one["name"]: one["value"] for one in container.get("environment", ())}
    variables |= {name: str(value) for name, value in jit_values.items()}
    if variables:
        container["environment"] = [
            {"name": name, "value": value} for name, value in sorted(variables.items())
        ]
    found = {**overrides, "containerOverrides": list(containers.values())}
    length = len(json.dumps(found, separators=(",", ":"), ensure_ascii=False))
    if length > _LONGEST:
        raise RemoteTaskError(
            f"The overrides of {task.name} have {length:,} characters, and ECS takes {_LONGEST:,}; "
            "pass the name of an object in S3 instead of what is in it."
        )
    return found
