"""Buckets that settings name: that the task may read what is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules import settings
from airflow_ecs.rehearsal.rules.deployment import known, title
from airflow_ecs.rehearsal.rules.policies import permissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition

_BUCKET = "aws:s3/bucket:Bucket"
_PLACE = re.compile(r"s3://(?P<bucket>[^/\s]+)/?(?P<prefix>[^\s]*)")


def check(deployment: Deployment) -> Iterator[str]:
    """All settings of all containers; whether a task writes there too, they don't tell."""
    for definition in deployment.task_definitions:
        yield from _settings(deployment, definition)


def _settings(deployment: Deployment, definition: TaskDefinition) -> Iterator[str]:
    allowed = permissions(deployment, definition.declared.inputs.get("taskRoleArn"))
    if allowed is None:
        return
    for container in definition.containers:
        for name, value in settings.of(deployment, container).items():
            place = _PLACE.fullmatch(value)
            bucket = deployment.find(_BUCKET, place["bucket"]) if place else None
            if place is None or bucket is None or not known(arn := deployment.get(bucket, "arn")):
                continue
            under = "/".join(part for part in (arn, place["prefix"].strip("/"), "any") if part)
            if not allowed.allow("s3:GetObject", under):
                yield (
                    f"{title(allowed.role)}: {name} of {title(definition.declared)} is {value}, "
                    f"and the task may not s3:GetObject on {under}; allow that."
                )
