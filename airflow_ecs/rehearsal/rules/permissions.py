"""That roles may do what their tasks and functions will ask of AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules import logs, settings
from airflow_ecs.rehearsal.rules.deployment import SERVICE, fields, items, known, title
from airflow_ecs.rehearsal.rules.policies import ROLE, permissions, trusts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition

_FUNCTION = "aws:lambda/function:Function"
_INVOCATION = "aws:lambda/invocation:Invocation"
_REPOSITORY = "aws:ecr/repository:Repository"
_KEY = "aws:kms/key:Key"

_ECR_IMAGE = re.compile(r"^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/([^:@]+)")

# What ECS Exec opens from inside a task. Source: Amazon ECS developer guide.
_EXEC = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


def check(deployment: Deployment) -> Iterator[str]:
    """Execution roles, task roles, and whoever runs tasks."""
    for definition in deployment.task_definitions:
        yield from _trust(deployment, definition)
        yield from _execution(deployment, definition)
    yield from _exec(deployment)
    yield from _runners(deployment)
    yield from _invocations(deployment)


def _trust(deployment: Deployment, definition: TaskDefinition) -> Iterator[str]:
    for member in ("executionRoleArn", "taskRoleArn"):
        role = deployment.find(ROLE, definition.declared.inputs.get(member))
        if role is not None and not trusts(role, "ecs-tasks.amazonaws.com"):
            yield (
                f"{title(role)}: it is the {member} of {title(definition.declared)}, and its "
                "assumeRolePolicy does not let ecs-tasks.amazonaws.com take it; add that service."
            )


def _execution(deployment: Deployment, definition: TaskDefinition) -> Iterator[str]:
    """What ECS itself does before a container starts, under the execution role."""
    given = definition.declared.inputs.get("executionRoleArn")
    wanted = dict.fromkeys(_wanted(deployment, definition))
    if given is None and wanted:
        action, resource = next(iter(wanted))
        yield (
            f"{title(definition.declared)}: it has no executionRoleArn, and its containers need "
            f"{action} on {resource} before they start; write a role that may."
        )
    allowed = permissions(deployment, given)
    if allowed is None:
        return
    for action, resource in wanted:
        if not allowed.allow(action, resource):
            yield (
                f"{title(allowed.role)}: the containers of {title(definition.declared)} would not "
                f"start, because it may not {action} on {resource}; allow that."
            )


def _wanted(deployment: Deployment, definition: TaskDefinition) -> Iterator[tuple[str, str]]:
    for container in definition.containers:
        for secret in items(container.get("secrets")):
            yield from _secret(deployment, secret.get("valueFrom"))
        if match := _ECR_IMAGE.match(str(container.get("image"))):
            repository = deployment.find(_REPOSITORY, match[1])
            yield "ecr:GetAuthorizationToken", "*"
            if repository is not None and known(arn := deployment.get(repository, "arn")):
                for action in ("BatchGetImage", "GetDownloadUrlForLayer"):
                    yield f"ecr:{action}", arn
        options = fields(fields(container.get("logConfiguration")).get("options"))
        group = options.get("awslogs-group")
        declared = deployment.find(logs.GROUP, group)
        if declared is not None and known(arn := deployment.get(declared, "arn")):
            for action in ("CreateLogStream", "PutLogEvents"):
                yield f"logs:{action}", f"{arn}:log-stream:any"


def _secret(deployment: Deployment, reference: Any) -> Iterator[tuple[str, str]]:
    parameter = settings.parameter_of(deployment, reference)
    if parameter is not None:
        if known(arn := deployment.get(parameter, "arn")):
            yield "ssm:GetParameters", arn
        given = parameter.inputs.get("keyId")
        key = deployment.find(_KEY, given)
        arn = deployment.get(key, "arn") if key else given
        # Another spelling of a key that is not the program's own can't be judged.
        if isinstance(arn, str) and arn.startswith("arn:"):
            yield "kms:Decrypt", arn
    elif isinstance(reference, str) and ":secretsmanager:" in reference:
        # The reference may go on with :key:stage:version.
        yield "secretsmanager:GetSecretValue", ":".join(reference.split(":")[:7])


def _exec(deployment: Deployment) -> Iterator[str]:
    for service in deployment.of(SERVICE):
        definition = deployment.task_definition(service)
        if definition is None or service.inputs.get("enableExecuteCommand") is not True:
            continue
        role = definition.declared.inputs.get("taskRoleArn")
        allowed = permissions(deployment, role)
        if role is None:
            yield (
                f"{title(service)}: enableExecuteCommand is true, and its task definition has no "
                "taskRoleArn, which AWS refuses; write a role."
            )
        elif allowed and (missing := [one for one in _EXEC if not allowed.allow(one, "*")]):
            yield (
                f"{title(allowed.role)}: {service.name} has enableExecuteCommand, and its task may "
                f"not {', '.join(missing)}; allow that on '*'."
            )


def _runners(deployment: Deployment) -> Iterator[str]:
    """Whoever may run a task must be allowed to hand over its roles."""
    for role in deployment.of(ROLE):
        allowed = permissions(deployment, deployment.get(role, "id"))
        if allowed is None:
            continue
        for definition in deployment.task_definitions:
            if not definition.arn or not allowed.allow("ecs:RunTask", definition.arn):
                continue
            for member in ("executionRoleArn", "taskRoleArn"):
                passed = definition.declared.inputs.get(member)
                if isinstance(passed, str) and not allowed.allow("iam:PassRole", passed):
                    yield (
                        f"{title(role)}: it may run {title(definition.declared)}, but not hand it "
                        f"its {member}; allow iam:PassRole on {passed}."
                    )


def _invocations(deployment: Deployment) -> Iterator[str]:
    """A function that is told of a task definition runs it."""
    for invocation in deployment.of(_INVOCATION):
        function = deployment.find(_FUNCTION, invocation.inputs.get("functionName"))
        if function is None:
            continue
        role = deployment.find(ROLE, function.inputs.get("role"))
        if role is not None and not trusts(role, "lambda.amazonaws.com"):
            yield (
                f"{title(role)}: it is the role of {title(function)}, and its assumeRolePolicy "
                "does not let lambda.amazonaws.com take it; add that service."
            )
        allowed = permissions(deployment, function.inputs.get("role"))
        for definition in deployment.task_definitions:
            told = definition.arn and definition.arn in str(invocation.inputs.get("input"))
            if allowed and told and not allowed.allow("ecs:RunTask", definition.arn):
                yield (
                    f"{title(allowed.role)}: {title(function)} is told to run "
                    f"{title(definition.declared)}, and it may not; allow ecs:RunTask on "
                    f"{definition.arn}."
                )
