"""One security group per part, and the calls between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs.edges import Edge
from airflow_ecs.process import Process

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True, slots=True)
class FirewallArgs:
    """Who is there, who calls whom, and who comes in from outside.

    `outside` are parts that are not the deployment's, each with its security group, or None
    where any address may be meant. `tasks` are the parts that run in containers; `entrance`
    the one that people call on `entry_ports`.
    """

    vpc_id: pulumi.Input[str]
    parts: Sequence[str]
    tasks: Sequence[str]
    outside: Mapping[str, pulumi.Input[str] | None]
    edges: Sequence[Edge]
    entrance: str
    entry_ports: Sequence[int]
    allowed_cidrs: Sequence[str]
    allowed_security_group_ids: Sequence[pulumi.Input[str]]
    tags: Mapping[str, pulumi.Input[str]]


class Firewall(pulumi.ComponentResource):
    """The security groups of the deployment.

    `workflow_id` is the group of whatever runs user code: let it into a warehouse, and
    Airflow's tasks can reach it.
    """

    group_ids: dict[str, pulumi.Output[str]]
    workflow_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Firewall", name, None, opts)
        self._args = args
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)

        self.group_ids = {part: self._group(part, f"Airflow {part}") for part in args.parts}
        self.workflow_id = self._group("workflow", "Whatever runs user code")

        for edge in args.edges:
            self._edge(edge)
        for part in args.tasks:
            self._egress(f"{part}-https", self.group_ids[part], "AWS APIs", port=443)
        self._egress("workflow-anywhere", self.workflow_id, "Where user code goes", port=None)
        for port in args.entry_ports:
            self._entry(port)

        self.register_outputs({"workflow_id": self.workflow_id})

    def groups_of(self, process: Process) -> list[pulumi.Output[str]]:
        """The security groups of a process."""
        own = self.group_ids[process.name]
        return [own, self.workflow_id] if process.runs_user_code else [own]

    def _group(self, part: str, description: str) -> pulumi.Output[str]:
        group = aws.ec2.SecurityGroup(
            f"{self._name}-{part}",
            description=description,
            vpc_id=self._args.vpc_id,
            tags=self._args.tags,
            opts=self._child,
        )
        return group.id

    def _edge(self, edge: Edge) -> None:
        source = self.group_ids[edge.source]
        target = {**self._args.outside, **self.group_ids}[edge.target]
        if target is None:
            self._egress(edge.label, source, f"{edge.source} calls {edge.target}", port=edge.port)
            return
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{edge.label}",
            security_group_id=target,
            referenced_security_group_id=source,
            description=f"{edge.source} calls {edge.target}",
            ip_protocol="tcp",
            from_port=edge.port,
            to_port=edge.port,
            tags=self._args.tags,
            opts=self._child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-{edge.label}",
            security_group_id=source,
            referenced_security_group_id=target,
            description=f"{edge.source} calls {edge.target}",
            ip_protocol="tcp",
            from_port=edge.port,
            to_port=edge.port,
            tags=self._args.tags,
            opts=self._child,
        )

    def _egress(
        self, label: str, group: pulumi.Output[str], description: str, port: int | None
    ) -> None:
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-{label}",
            security_group_id=group,
            cidr_ipv4=_ANYWHERE,
            description=description,
            ip_protocol="-1" if port is None else "tcp",
            from_port=port,
            to_port=port,
            tags=self._args.tags,
            opts=self._child,
        )

    def _entry(self, port: int) -> None:
        sources: dict[str, dict[str, pulumi.Input[str]]] = {
            f"from-{cidr.replace('/', '-')}": {"cidr_ipv4": cidr}
            for cidr in self._args.allowed_cidrs
        }
        for index, group in enumerate(self._args.allowed_security_group_ids):
            sources[f"from-group-{index}"] = {"referenced_security_group_id": group}
        for label, source in sources.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-{self._args.entrance}-{port}-{label}",
                security_group_id=self.group_ids[self._args.entrance],
                description="Let in to the web page",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                tags=self._args.tags,
                opts=self._child,
                **source,
            )
