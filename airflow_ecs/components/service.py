"""A Fargate service: a task definition, and what keeps its tasks running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import capacity
from airflow_ecs.components.definition import DefinitionArgs, define


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceArgs:
    """How the tasks of a definition run; `after` is what must be there first."""

    definition: DefinitionArgs
    cluster_arn: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_ids: Sequence[pulumi.Input[str]]
    enable_exec: bool
    after: Sequence[pulumi.Resource]
    public_address: bool = False
    target_group_arn: pulumi.Input[str] | None = None
    registry_arn: pulumi.Input[str] | None = None


class FargateService(pulumi.ComponentResource):
    """A service of one kind of container."""

    task_definition_arn: pulumi.Output[str]
    role_arns: tuple[pulumi.Output[str], ...]
    """What starts the tasks, and what the code in them has."""

    def __init__(
        self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:FargateService", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        service, process = args.definition.service, args.definition.service.process
        definition = define(name, args.definition, child)
        behind_balancer = args.target_group_arn is not None
        aws.ecs.Service(
            name,
            name=args.definition.family,
            cluster=args.cluster_arn,
            task_definition=definition.arn,
            desired_count=service.count,
            capacity_provider_strategies=[
                {"capacity_provider": share.provider, "weight": share.weight, "base": share.base}
                for share in capacity.strategy(service.changes.spot_share)
            ],
            # Without it a change of the strategy would replace the service.
            force_new_deployment=True,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            enable_execute_command=args.enable_exec,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            health_check_grace_period_seconds=(
                process.health_check.start_period
                if behind_balancer and process.health_check
                else None
            ),
            load_balancers=(
                [
                    {
                        "target_group_arn": args.target_group_arn,
                        "container_name": process.name,
                        "container_port": process.port,
                    }
                ]
                if args.target_group_arn is not None and process.port is not None
                else []
            ),
            service_registries=(
                {"registry_arn": args.registry_arn} if args.registry_arn is not None else None
            ),
            network_configuration={
                "subnets": args.subnet_ids,
                "security_groups": list(args.security_group_ids),
                "assign_public_ip": args.public_address,
            },
            wait_for_steady_state=process.waits,
            tags=args.definition.tags,
            opts=child.merge(pulumi.ResourceOptions(depends_on=[*args.after, *definition.allowed])),
        )
        self.task_definition_arn = definition.arn
        self.role_arns = definition.role_arns
        self.register_outputs({"task_definition_arn": self.task_definition_arn})
