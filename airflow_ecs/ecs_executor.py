"""Airflow's ECS executor as environment variables: what it starts for each task, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs import capacity

if TYPE_CHECKING:
    from airflow_ecs.process import Service
    from airflow_ecs.spec.reading import Given

_SECTION = "AIRFLOW__AWS_ECS_EXECUTOR__"


def variables(
    runner: Service,
    *,
    cluster: Given,
    family: Given,
    region: Given,
    subnets: Given,
    security_groups: Given,
    enable_exec: bool,
) -> dict[str, Given]:
    """What is started, and where; subnets and groups are lists in Airflow's way, with commas.

    The family stands for its latest revision, so that the next task has the image that was
    released last, and the scheduler needs no new definition for it.
    """
    settings = {
        "CLUSTER": cluster,
        "TASK_DEFINITION": family,
        "CONTAINER_NAME": runner.name,
        "REGION_NAME": region,
        "SUBNETS": subnets,
        "SECURITY_GROUPS": security_groups,
        # The executor takes this word for false, and every other for true.
        "ASSIGN_PUBLIC_IP": "False",
        "RUN_TASK_KWARGS": json.dumps(_run_task(runner, enable_exec=enable_exec), sort_keys=True),
    }
    return {f"{_SECTION}{key}": value for key, value in settings.items()}


def _run_task(runner: Service, *, enable_exec: bool) -> dict[str, object]:
    """What the executor has no setting for, or reads as a text that RunTask then refuses."""
    return {
        # By any other spelling the executor would add a launch type, which excludes it.
        "capacity_provider_strategy": [
            {"capacityProvider": share.provider, "weight": share.weight, "base": share.base}
            for share in capacity.strategy(runner.changes.spot_share)
        ],
        "enableECSManagedTags": True,
        "enableExecuteCommand": enable_exec,
        "propagateTags": "TASK_DEFINITION",
    }
