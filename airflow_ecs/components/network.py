"""The VPC: the user's, checked, or a new one made with awsx."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

from airflow_ecs.spec.network import NewVpc, OwnVpc, task_subnet_count
from airflow_ecs.spec.reading import Given

_STRATEGIES = {
    "one": awsx.ec2.NatGatewayStrategy.SINGLE,
    "per-zone": awsx.ec2.NatGatewayStrategy.ONE_PER_AZ,
    "none": awsx.ec2.NatGatewayStrategy.NONE,
}

# What tasks call without a way to the internet: images, logs, secrets, ECS Exec, and the
# ECS API for the tasks they run themselves. S3 has a gateway of its own, free of charge.
_INTERFACES = ("ecr.api", "ecr.dkr", "ecs", "logs", "ssm", "ssmmessages")


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkArgs:
    """What the network is made from.

    The subnets of the user's must be in at least `zones` zones, and no two of them in the same
    if `apart`. `apis` are what tasks call besides the usual, for endpoints where there is no
    other way.
    """

    spec: NewVpc | OwnVpc
    zones: int
    apart: bool
    apis: Sequence[str]
    region: pulumi.Output[str]
    tags: Mapping[str, pulumi.Input[str]]


class Network(pulumi.ComponentResource):
    """A VPC with private and public subnets.

    `task_subnet_ids` are for tasks, which have `public_addresses` or not; `state_subnet_ids`
    for what holds data, private wherever there are private ones. `task_subnet_count` is known
    before they are; 0 where the user's own are not even counted yet.
    """

    vpc_id: pulumi.Output[str]
    private_subnet_ids: pulumi.Output[Sequence[str]]
    public_subnet_ids: pulumi.Output[Sequence[str]]
    task_subnet_ids: pulumi.Output[Sequence[str]]
    state_subnet_ids: pulumi.Output[Sequence[str]]
    task_subnet_count: int
    public_addresses: bool

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Network", name, None, opts)
        if isinstance(args.spec, OwnVpc):
            self._use(args.spec, args)
            has_private = args.spec.private_subnet_ids is not None
        else:
            self._make(name, args.spec, args)
            has_private = not args.spec.public
        public = args.spec.public
        self.public_addresses = public
        self.task_subnet_count = task_subnet_count(args.spec)
        self.task_subnet_ids = self.public_subnet_ids if public else self.private_subnet_ids
        self.state_subnet_ids = self.private_subnet_ids if has_private else self.public_subnet_ids
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "private_subnet_ids": self.private_subnet_ids,
                "public_subnet_ids": self.public_subnet_ids,
            }
        )

    def _use(self, spec: OwnVpc, args: NetworkArgs) -> None:
        options = pulumi.InvokeOptions(parent=self)

        def checked(key: str, known: tuple[str, Sequence[str]]) -> pulumi.Output[Sequence[str]]:
            vpc_id, ids = known
            found = [aws.ec2.get_subnet_output(id=subnet, opts=options) for subnet in ids]
            return pulumi.Output.all(*found).apply(
                lambda subnets: _checked(f"network.{key}", vpc_id, subnets, args)
            )

        def subnets(key: str, ids: Given | None) -> pulumi.Output[Sequence[str]]:
            if ids is None:
                return pulumi.Output.from_input([])
            both = pulumi.Output.all(spec.vpc_id, ids)
            return both.apply(lambda known: checked(key, (known[0], known[1])))

        found = aws.ec2.get_vpc_output(id=spec.vpc_id, opts=options)
        self.vpc_id = found.apply(_with_names)
        self.private_subnet_ids = subnets("private_subnet_ids", spec.private_subnet_ids)
        self.public_subnet_ids = subnets("public_subnet_ids", spec.public_subnet_ids)

    def _make(self, name: str, spec: NewVpc, args: NetworkArgs) -> None:
        vpc = awsx.ec2.Vpc(
            name,
            cidr_block=spec.cidr,
            number_of_availability_zones=spec.zones,
            nat_gateways={"strategy": _STRATEGIES[spec.nat]},
            subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
            subnet_specs=[{"type": awsx.ec2.SubnetType.PUBLIC}] if spec.public else None,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.vpc_id = vpc.vpc_id
        self.private_subnet_ids = vpc.private_subnet_ids
        self.public_subnet_ids = vpc.public_subnet_ids
        if spec.nat == "none" and not spec.public:
            self._endpoints(name, spec, args, vpc)

    def _endpoints(self, name: str, spec: NewVpc, args: NetworkArgs, vpc: awsx.ec2.Vpc) -> None:
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoints",
            description="AWS APIs inside the VPC",
            vpc_id=vpc.vpc_id,
            tags=args.tags,
            opts=child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-endpoints",
            security_group_id=group.id,
            description="HTTPS from the VPC",
            cidr_ipv4=spec.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            tags=args.tags,
            opts=child,
        )
        for service in (*_INTERFACES, *args.apis):
            aws.ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=vpc.vpc_id,
                service_name=_endpoint(args.region, service),
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=vpc.private_subnet_ids,
                security_group_ids=[group.id],
                tags=args.tags,
                opts=child,
            )
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.vpc_id,
            service_name=_endpoint(args.region, "s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=vpc.route_tables.apply(lambda tables: [table.id for table in tables]),
            tags=args.tags,
            opts=child,
        )


def _with_names(vpc: aws.ec2.GetVpcResult) -> str:
    if vpc.enable_dns_support and vpc.enable_dns_hostnames:
        return vpc.id
    raise pulumi.RunError(
        f"network.vpc_id is {vpc.id}, where DNS is off, so that Airflow's services could not find "
        "each other; turn on DNS support and DNS host names of that VPC."
    )


def _checked(
    key: str, vpc_id: str, subnets: Sequence[aws.ec2.AwaitableGetSubnetResult], args: NetworkArgs
) -> Sequence[str]:
    by_zone = defaultdict(list)
    for subnet in subnets:
        if subnet.vpc_id != vpc_id:
            raise pulumi.RunError(
                f"{key} holds {subnet.id}, which is in {subnet.vpc_id} and not in "
                f"network.vpc_id ({vpc_id}); write subnets of that VPC."
            )
        by_zone[subnet.availability_zone].append(subnet.id)
    if len(by_zone) < args.zones:
        raise pulumi.RunError(
            f"{key} are all in the zone {', '.join(by_zone)}, and a load balancer and a database "
            "need two; write subnets in at least two zones."
        )
    for zone, ids in by_zone.items():
        if args.apart and len(ids) > 1:
            raise pulumi.RunError(
                f"{key} holds {' and '.join(ids)}, which are all in the zone {zone}, and a load "
                "balancer and a file system take one of each zone; write one subnet of each."
            )
    return [subnet.id for subnet in subnets]


def _endpoint(region: pulumi.Output[str], service: str) -> pulumi.Output[str]:
    return region.apply(lambda name: f"com.amazonaws.{name}.{service}")
