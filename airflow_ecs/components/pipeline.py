"""A pipeline: a CodeBuild project that a push to a branch sets off."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from airflow_ecs.buildspecs import STEPS
from airflow_ecs.components.definition import LogGroup
from airflow_ecs.components.role import BUILDS, make_role
from airflow_ecs.policies import Statement
from airflow_ecs.spec.pipelines import Source

# CodeBuild's own images, which have Docker, Python with boto3, Node and the AWS CLI.
_MACHINES = {
    "x86_64": ("LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:5.0"),
    "arm64": ("ARM_CONTAINER", "aws/codebuild/amazonlinux-aarch64-standard:3.0"),
}

# The longest that a build may run, in minutes: an hour for earlier builds, and its own work.
_TIMEOUT = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineArgs:
    """What to run for a push, with which variables and permissions.

    `parameters` are variables whose values are parameters, by the parameters' names.
    """

    project: str
    description: str
    source: Source
    connection_arn: pulumi.Input[str]
    steps_location: pulumi.Input[str]
    buildspec: Mapping[str, Any]
    variables: Mapping[str, pulumi.Input[str]]
    parameters: Mapping[str, pulumi.Input[str]]
    statements: Sequence[Statement]
    architecture: str
    log_group: LogGroup
    tags: Mapping[str, pulumi.Input[str]]


class Pipeline(pulumi.ComponentResource):
    """The project, its role, and the webhook of the repository."""

    def __init__(
        self, name: str, args: PipelineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Pipeline", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = make_role(name, BUILDS, args.statements, args.tags, child)
        machine, image = _MACHINES[args.architecture]
        project = aws.codebuild.Project(
            name,
            name=args.project,
            description=args.description,
            service_role=role.arn,
            source={
                "type": args.source.provider,
                "location": args.source.repository,
                "auth": {"type": "CODECONNECTIONS", "resource": args.connection_arn},
                "git_clone_depth": 1,
                "report_build_status": True,
                "buildspec": json.dumps(args.buildspec, indent=2),
            },
            source_version=args.source.branch,
            secondary_sources=[
                {"source_identifier": STEPS, "type": "S3", "location": args.steps_location}
            ],
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": machine,
                "compute_type": "BUILD_GENERAL1_MEDIUM",
                "image": image,
                # Docker runs in the build.
                "privileged_mode": True,
                "environment_variables": [
                    *_variables(args.variables, "PLAINTEXT"),
                    *_variables(args.parameters, "PARAMETER_STORE"),
                ],
            },
            # No limit on concurrent builds: it would drop pushes, and the steps take turns.
            build_timeout=_TIMEOUT,
            logs_config={"cloudwatch_logs": {"group_name": args.log_group.name}},
            tags=args.tags,
            opts=child.merge(pulumi.ResourceOptions(depends_on=list(role.allowed))),
        )
        aws.codebuild.Webhook(
            name,
            project_name=project.name,
            build_type="BUILD",
            filter_groups=[
                {
                    "filters": [
                        {"type": "EVENT", "pattern": "PUSH"},
                        {
                            "type": "HEAD_REF",
                            "pattern": f"^refs/heads/{re.escape(args.source.branch)}$",
                        },
                    ]
                }
            ],
            opts=child,
        )
        self.register_outputs({})


def _variables(
    values: Mapping[str, pulumi.Input[str]], kind: str
) -> list[aws.codebuild.ProjectEnvironmentEnvironmentVariableArgsDict]:
    return [{"name": key, "value": value, "type": kind} for key, value in values.items()]
