"""Container logs: that the group they go to is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import fields, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def check(deployment: Deployment) -> Iterator[str]:
    """The log options of every container."""
    for definition in deployment.task_definitions:
        for container in definition.containers:
            configuration = container.get("logConfiguration")
            if isinstance(configuration, dict) and configuration.get("logDriver") == "awslogs":
                yield from _options(deployment, definition, container, configuration)


def _options(
    deployment: Deployment,
    definition: TaskDefinition,
    container: dict[str, Any],
    configuration: dict[str, Any],
) -> Iterator[str]:
    where = f"{title(definition.declared)}, container {container.get('name')!r}"
    options = fields(configuration.get("options"))
    missing = [
        name
        for name in ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")
        if options.get(name) is None
    ]
    # On Fargate the prefix is not optional: without it a stream can't be told from another.
    if missing:
        yield f"{where}: the log options lack {', '.join(missing)}; write them."
        return
    group, created = options["awslogs-group"], options.get("awslogs-create-group")
    groups = [deployment.get(one, "name") for one in deployment.of(GROUP)]
    if created == "true" or not known(group) or any(not known(one) for one in groups):
        return
    if group not in groups:
        yield (
            f"{where}: it logs to {group}, which the program does not declare, so that the "
            "container would not start; declare the log group."
        )
