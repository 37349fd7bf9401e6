"""RemoteTasks: a place on ECS for the tasks of an Airflow that runs elsewhere."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

import pulumi
import pulumi_aws as aws

from airflow_ecs import policies
from airflow_ecs.args import RemoteTasksArgs
from airflow_ecs.assembly.ecs_cluster import ecs_cluster
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import LogGroup
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.mwaa import MwaaTask, MwaaTaskArgs
from airflow_ecs.components.parameters import Parameters, ParametersArgs
from airflow_ecs.components.task_place import TaskPlace, TaskPlaceArgs
from airflow_ecs.remote.placement import PARAMETER, SECRETS, VALUES
from airflow_ecs.spec import SpecError
from airflow_ecs.spec.remote_tasks import RemoteTasksSpec


class RemoteTasks(pulumi.ComponentResource):
    """Cluster, roles, security group and log of tasks that DAGs start, and what tells of them."""

    cluster_arn: pulumi.Output[str]
    """The ECS cluster."""
    security_group_id: pulumi.Output[str]
    """The security group of the tasks, to let into a warehouse."""
    execution_role_arn: pulumi.Output[str]
    """The role that ECS starts tasks with."""
    task_role_arn: pulumi.Output[str]
    """The role of the code in the tasks."""
    log_group: pulumi.Output[str]
    """The CloudWatch log group of the tasks."""
    placement: pulumi.Output[str]
    """What make_remote_operator reads of all this: AIRFLOW_ECS_PLACEMENT of Airflow's workers."""
    placement_parameter: pulumi.Output[str]
    """The parameter that holds the same."""
    policy: pulumi.Output[str]
    """The policy document that the role of Airflow's workers needs for make_remote_operator."""

    def __init__(
        self,
        name: str,
        args: RemoteTasksArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = _decide(name, args)
        super().__init__("airflow-ecs:index:RemoteTasks", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        naming, tags = spec.naming, {**spec.naming.tags, **spec.tags}
        account = Account(self)

        self.cluster_arn = (
            ecs_cluster(name, spec.cluster_name, tags, child).arn
            if spec.cluster_arn is None
            else pulumi.Output.from_input(spec.cluster_arn)
        )
        self.security_group_id = _security_group(name, spec, tags, child)
        log = aws.cloudwatch.LogGroup(
            name,
            name=spec.log_group,
            retention_in_days=spec.retention_days,
            tags=tags,
            opts=child,
        )
        log_group = LogGroup(name=log.name, streams_arn=log.arn.apply(lambda arn: f"{arn}:*"))
        if spec.values or spec.secret_values:
            Parameters(
                name,
                ParametersArgs(
                    naming=naming,
                    secrets={
                        f"{SECRETS}/{key}": value for key, value in spec.secret_values.items()
                    },
                    values={f"{VALUES}/{key}": value for key, value in spec.values.items()},
                    existing=[],
                    lasting=[],
                    kms_key_arn=spec.kms_key_arn,
                    tags=tags,
                ),
                child,
            )
        place = TaskPlace(
            f"{name}-tasks",
            TaskPlaceArgs(
                naming=naming,
                account=account,
                cluster_arn=self.cluster_arn,
                subnet_ids=spec.subnet_ids,
                security_group_id=self.security_group_id,
                public_addresses=spec.public_addresses,
                log_group=log_group,
                values=spec.values,
                kms_key_arn=spec.kms_key_arn,
                execution_role_arn=spec.execution_role_arn,
                task_role_arn=spec.task_role_arn,
                tags=tags,
            ),
            child,
        )
        if spec.mwaa is not None:
            MwaaTask(
                f"{name}-mwaa",
                MwaaTaskArgs(
                    spec=spec.mwaa,
                    account=account,
                    cluster_arn=self.cluster_arn,
                    subnet_ids=spec.subnet_ids,
                    security_group_id=self.security_group_id,
                    execution_role=place.execution_role,
                    task_role=place.task_role,
                    log_group=log_group,
                    tags=tags,
                ),
                child,
            )

        self.execution_role_arn = place.execution_role.arn
        self.task_role_arn = place.task_role.arn
        self.log_group = log.name
        self.placement = place.placement
        self.placement_parameter = pulumi.Output.from_input(naming.parameter(PARAMETER))
        self.policy = json_text(policies.document(*place.statements))
        self.register_outputs(
            {
                "cluster_arn": self.cluster_arn,
                "security_group_id": self.security_group_id,
                "execution_role_arn": self.execution_role_arn,
                "task_role_arn": self.task_role_arn,
                "log_group": self.log_group,
                "placement": self.placement,
                "placement_parameter": self.placement_parameter,
                "policy": self.policy,
            }
        )


def _decide(name: str, args: RemoteTasksArgs) -> RemoteTasksSpec:
    try:
        return RemoteTasksSpec.read(name, args)
    except SpecError as mistake:
        # Pulumi shows a RunError as its message, without a traceback.
        raise pulumi.RunError(str(mistake)) from None


def _security_group(
    name: str,
    spec: RemoteTasksSpec,
    tags: dict[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    if spec.security_group_id is not None:
        return pulumi.Output.from_input(spec.security_group_id)
    group = aws.ec2.SecurityGroup(
        f"{name}-workflow",
        description="Whatever runs user code",
        vpc_id=spec.vpc_id,
        tags=tags,
        opts=opts,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-workflow",
        security_group_id=group.id,
        cidr_ipv4="0.0.0.0/0",
        description="Where user code goes",
        ip_protocol="-1",
        tags=tags,
        opts=opts,
    )
    return group.id
