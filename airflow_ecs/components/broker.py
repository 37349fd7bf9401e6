"""The Celery broker and result backend: ElastiCache Valkey, or the address of Redis on Fargate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from airflow_ecs import urls
from airflow_ecs.catalogue import BROKER_PORT
from airflow_ecs.spec.state import Broker as BrokerSpec

_MESSAGES, _RESULTS = 0, 1


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokerArgs:
    """Where the broker is and what it is like; `redis_host` where it runs on Fargate."""

    spec: BrokerSpec
    redis_host: str
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    tags: Mapping[str, pulumi.Input[str]]


class CeleryBroker(pulumi.ComponentResource):
    """A queue that asks for a password; its URLs are secrets."""

    password: pulumi.Output[str]
    broker_url: pulumi.Output[str]
    result_backend_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: BrokerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:CeleryBroker", name, None, opts)
        # ElastiCache takes 16 to 128 characters; letters and digits are safe everywhere.
        token = random.RandomPassword(
            f"{name}-broker",
            length=64,
            special=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.password = pulumi.Output.secret(token.result)
        managed = args.spec.kind == "elasticache"
        host = self._valkey(name, args) if managed else pulumi.Output.from_input(args.redis_host)

        def url(database: int) -> pulumi.Output[str]:
            return pulumi.Output.all(self.password, host).apply(
                lambda known: urls.redis(
                    password=known[0],
                    host=known[1],
                    port=BROKER_PORT,
                    database=database,
                    tls=managed,
                )
            )

        self.broker_url = url(_MESSAGES)
        self.result_backend_url = url(_RESULTS)
        self.register_outputs({"broker_url": self.broker_url})

    def _valkey(self, name: str, args: BrokerArgs) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-broker", subnet_ids=args.subnet_ids, tags=args.tags, opts=child
        )
        parameters = aws.elasticache.ParameterGroup(
            f"{name}-broker",
            family=f"valkey{args.spec.version.partition('.')[0]}",
            # A full queue must say so, rather than forget messages.
            parameters=[{"name": "maxmemory-policy", "value": "noeviction"}],
            tags=args.tags,
            opts=child,
        )
        # One shard: Celery's keys would lie in the slots of several.
        replicated = args.spec.replicas > 0
        group = aws.elasticache.ReplicationGroup(
            f"{name}-broker",
            description="Celery broker of Airflow",
            engine="valkey",
            engine_version=args.spec.version,
            node_type=args.spec.node_type,
            num_cache_clusters=1 + args.spec.replicas,
            automatic_failover_enabled=replicated,
            multi_az_enabled=replicated,
            port=BROKER_PORT,
            parameter_group_name=parameters.name,
            subnet_group_name=subnets.name,
            security_group_ids=[args.security_group_id],
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            auth_token=self.password,
            apply_immediately=True,
            tags=args.tags,
            opts=child,
        )
        return group.primary_endpoint_address
