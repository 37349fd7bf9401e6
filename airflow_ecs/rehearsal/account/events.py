"""EventBridge: rules and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_event_rule(region: Region, inputs: Inputs) -> Created:
    """A rule for events, or a schedule."""
    name = inputs.name()
    # It concerns deletion alone.
    inputs.aside("forceDestroy")
    rule = region.client("events").put_rule(
        Name=name,
        **inputs.tag_list(),
        **inputs.request(
            pascal(
                "description",
                "eventBusName",
                "eventPattern",
                "roleArn",
                "scheduleExpression",
                "state",
            )
        ),
    )
    return Created(id=name, outputs={"arn": rule["RuleArn"], "name": name})


def create_event_target(region: Region, inputs: Inputs) -> Created:
    """Whom a rule tells."""
    rule = inputs.required("rule")
    identity = inputs.take("targetId", f"terraform-{inputs.logical_name}")
    bus = inputs.take("eventBusName", "default")
    inputs.aside("forceDestroy")
    target = inputs.request(pascal("arn", "roleArn", "input", "inputPath"))
    region.client("events").put_targets(
        Rule=rule, EventBusName=bus, Targets=[{"Id": identity, **target}]
    )
    return Created(id=f"{rule}-{identity}", outputs={"targetId": identity})
