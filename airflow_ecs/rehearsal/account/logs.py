"""CloudWatch log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, same
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_log_group(region: Region, inputs: Inputs) -> Created:
    """A log group with its retention; zero days keep for ever."""
    logs = region.client("logs")
    name = inputs.name()
    # It concerns deletion alone.
    inputs.aside("skipDestroy")
    logs.create_log_group(
        logGroupName=name,
        tags=inputs.tags(),
        **inputs.request(same("kmsKeyId", "logGroupClass", "deletionProtectionEnabled")),
    )
    if days := inputs.take("retentionInDays", 0):
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    return Created(id=name, outputs={"arn": region.arn("logs", f"log-group:{name}"), "name": name})
