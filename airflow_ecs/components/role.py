"""A role that an AWS service takes, with what it may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import policies
from airflow_ecs.components.json_text import json_text

TASKS = "ecs-tasks.amazonaws.com"
FUNCTIONS = "lambda.amazonaws.com"
BUILDS = "codebuild.amazonaws.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role by its ARN, and the policies that whoever takes it must wait for."""

    arn: pulumi.Output[str]
    allowed: tuple[pulumi.Resource, ...] = ()


def make_role(
    name: str,
    taken_by: str,
    statements: Sequence[policies.Statement],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> Role:
    """Make a role; one without statements may do nothing."""
    role = aws.iam.Role(
        name,
        assume_role_policy=json_text(policies.assumed_by(taken_by)),
        tags=tags,
        opts=opts,
    )
    if not statements:
        return Role(arn=role.arn)
    policy = aws.iam.RolePolicy(
        name,
        role=role.name,
        policy=json_text(policies.document(*statements)),
        opts=opts,
    )
    return Role(arn=role.arn, allowed=(policy,))
