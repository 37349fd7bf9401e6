"""Container logs: that the group they go to is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import fields, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.rules.deployment import Deployment

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def check(deployment: Deployment) -> Iterator[str]:
    """The log options of every container, and the log groups of functions."""
    for definition in deployment.task_definitions:
        for container in definition.containers:
            configuration = fields(container.get("logConfiguration"))
            if configuration.get("logDriver") == "awslogs":
                where = f"{title(definition.declared)}, container {container.get('name')!r}"
                yield from _options(deployment, where, fields(configuration.get("options")))
    for function in deployment.of("aws:lambda/function:Function"):
        group = fields(function.inputs.get("loggingConfig")).get("logGroup")
        if isinstance(group, str) and not _is_declared(deployment, group):
            yield (
                f"{title(function)}: it logs to {group}, which the program does not declare, so "
                "that nothing of it would be kept; declare the log group."
            )


def _options(deployment: Deployment, where: str, options: dict[str, Any]) -> Iterator[str]:
    missing = [
        name
        for name in ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")
        if options.get(name) is None
    ]
    # On Fargate the prefix is not optional: without it a stream can't be told from another.
    if missing:
        yield f"{where}: the log options lack {', '.join(missing)}; write them."
        return
    group = options["awslogs-group"]
    if options.get("awslogs-create-group") != "true" and not _is_declared(deployment, group):
        yield (
            f"{where}: it logs to {group}, which the program does not declare, so that the "
            "container would not start; declare the log group."
        )


def _is_declared(deployment: Deployment, group: str) -> bool:
    """Whether the program makes the group; true as long as that can't be told."""
    groups = [deployment.get(one, "name") for one in deployment.of(GROUP)]
    return group in groups or any(not known(one) for one in groups)
