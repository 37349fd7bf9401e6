"""The two roles of a service: for ECS to start its tasks, and for the code in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import policies
from airflow_ecs.components.json_text import json_text


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRolesArgs:
    """What each role may do, and roles of the user's to take instead."""

    execution: Sequence[policies.Statement]
    task: Sequence[policies.Statement]
    tags: Mapping[str, pulumi.Input[str]]
    execution_role_arn: pulumi.Input[str] | None = None
    task_role_arn: pulumi.Input[str] | None = None


class TaskRoles(pulumi.ComponentResource):
    """An execution role and a task role."""

    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: TaskRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:TaskRoles", name, None, opts)
        self._tags = args.tags
        self.execution_role_arn = (
            self._role(f"{name}-execution", args.execution)
            if args.execution_role_arn is None
            else pulumi.Output.from_input(args.execution_role_arn)
        )
        self.task_role_arn = (
            self._role(f"{name}-task", args.task)
            if args.task_role_arn is None
            else pulumi.Output.from_input(args.task_role_arn)
        )
        self.register_outputs(
            {
                "execution_role_arn": self.execution_role_arn,
                "task_role_arn": self.task_role_arn,
            }
        )

    def _role(self, name: str, statements: Sequence[policies.Statement]) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            assume_role_policy=json_text(policies.assumed_by("ecs-tasks.amazonaws.com")),
            tags=self._tags,
            opts=child,
        )
        if not statements:
            return role.arn
        policy = aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=json_text(policies.document(*statements)),
            opts=child,
        )
        # Whoever takes the role waits for what it may do.
        return pulumi.Output.all(role.arn, policy.id).apply(lambda known: str(known[0]))
