"""CodeBuild: that a project's role may begin its builds, and its commands may run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules import logs
from airflow_ecs.rehearsal.rules.deployment import fields, items, known, title
from airflow_ecs.rehearsal.rules.policies import ROLE, permissions, trusts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment
    from airflow_ecs.rehearsal.rules.policies import Permissions

_PROJECT = "aws:codebuild/project:Project"
_DOCKER = re.compile(r"\bdocker (build|run|push)\b")


def check(deployment: Deployment) -> Iterator[str]:
    """Every project."""
    for project in deployment.of(_PROJECT):
        given = project.inputs.get("serviceRole")
        role = deployment.find(ROLE, given)
        if role is not None and not trusts(role, "codebuild.amazonaws.com"):
            yield (
                f"{title(role)}: it is the serviceRole of {title(project)}, and its "
                "assumeRolePolicy does not let codebuild.amazonaws.com take it; add that service."
            )
        if allowed := permissions(deployment, given):
            yield from _permissions(deployment, project, allowed)
        environment = fields(project.inputs.get("environment"))
        buildspec = fields(project.inputs.get("source")).get("buildspec")
        runs_docker = isinstance(buildspec, str) and _DOCKER.search(buildspec)
        if runs_docker and environment.get("privilegedMode") is not True:
            yield (
                f"{title(project)}: its buildspec runs docker, which has no daemon there without "
                "privilegedMode; write true."
            )


def _permissions(deployment: Deployment, project: Declared, allowed: Permissions) -> Iterator[str]:
    for action, resource in _wanted(deployment, project):
        if not allowed.allow(action, resource):
            yield (
                f"{title(allowed.role)}: a build of {title(project)} would not begin, because it "
                f"may not {action} on {resource}; allow that."
            )


def _wanted(deployment: Deployment, project: Declared) -> Iterator[tuple[str, str]]:
    group = fields(fields(project.inputs.get("logsConfig")).get("cloudwatchLogs")).get("groupName")
    declared = deployment.find(logs.GROUP, group)
    if declared is not None and known(arn := deployment.get(declared, "arn")):
        yield "logs:CreateLogStream", f"{arn}:log-stream:any"
        yield "logs:PutLogEvents", f"{arn}:log-stream:any"
    for source in (project.inputs.get("source"), *items(project.inputs.get("secondarySources"))):
        yield from _source(fields(source))
    for variable in items(fields(project.inputs.get("environment")).get("environmentVariables")):
        parameter = deployment.find("aws:ssm/parameter:Parameter", variable.get("value"))
        if variable.get("type") == "PARAMETER_STORE" and parameter is not None:
            yield "ssm:GetParameters", deployment.get(parameter, "arn")


def _source(source: dict[str, Any]) -> Iterator[tuple[str, str]]:
    connection, location = fields(source.get("auth")).get("resource"), source.get("location")
    if isinstance(connection, str) and known(connection):
        service = "codeconnections" if ":codeconnections:" in connection else "codestar-connections"
        yield f"{service}:GetConnectionToken", connection
    if source.get("type") == "S3" and isinstance(location, str):
        yield "s3:GetObject", f"arn:aws:s3:::{location}"
