"""The Celery broker and result backend: ElastiCache Valkey, Redis on Fargate, or the user's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from airflow_ecs import urls
from airflow_ecs.components.own_url import own_url
from airflow_ecs.spec.broker import ElastiCache, OwnBroker, RedisOnFargate

_MESSAGES, _RESULTS = 0, 1


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokerArgs:
    """Where the broker is and what it is like; `redis_host` where it runs on Fargate."""

    spec: ElastiCache | RedisOnFargate | OwnBroker
    redis_host: str
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_ids: Sequence[pulumi.Input[str]]
    tags: Mapping[str, pulumi.Input[str]]


class CeleryBroker(pulumi.ComponentResource):
    """A queue that asks for a password; its URLs are secrets.

    `password` is what Redis on Fargate asks its clients for.
    """

    password: pulumi.Output[str] | None = None
    broker_url: pulumi.Output[str]
    result_backend_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: BrokerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:CeleryBroker", name, None, opts)
        if isinstance(args.spec, OwnBroker):
            self._use(args.spec)
        else:
            self._make(name, args.spec, args)
        self.register_outputs({"broker_url": self.broker_url})

    def _use(self, spec: OwnBroker) -> None:
        def checked(url: str) -> str:
            return urls.own_redis(url, port=spec.port, tls=spec.tls)

        self.broker_url = own_url("broker.url", spec.url, checked)
        self.result_backend_url = (
            self.broker_url
            if spec.results_url is None
            else own_url("broker.results_url", spec.results_url, checked)
        )

    def _make(self, name: str, spec: ElastiCache | RedisOnFargate, args: BrokerArgs) -> None:
        # ElastiCache takes 16 to 128 characters; letters and digits are safe everywhere.
        token = random.RandomPassword(
            f"{name}-broker",
            length=64,
            special=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        password: pulumi.Output[str] = pulumi.Output.secret(token.result)
        if isinstance(spec, ElastiCache):
            host = self._valkey(name, spec, password, args)
        else:
            host = pulumi.Output.from_input(args.redis_host)
            self.password = password

        def url(database: int) -> pulumi.Output[str]:
            return pulumi.Output.all(password, host).apply(
                lambda known: urls.redis(
                    password=known[0],
                    host=known[1],
                    port=spec.port,
                    database=database,
                    tls=spec.tls,
                )
            )

        self.broker_url = url(_MESSAGES)
        self.result_backend_url = url(_RESULTS)

    def _valkey(
        self, name: str, spec: ElastiCache, password: pulumi.Output[str], args: BrokerArgs
    ) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-broker", subnet_ids=args.subnet_ids, tags=args.tags, opts=child
        )
        parameters = aws.elasticache.ParameterGroup(
            f"{name}-broker",
            family=f"valkey{spec.version.partition('.')[0]}",
            # A full queue must say so, rather than forget messages.
            parameters=[{"name": "maxmemory-policy", "value": "noeviction"}],
            tags=args.tags,
            opts=child,
        )
        # One shard: Celery's keys would lie in the slots of several.
        replicated = spec.replicas > 0
        group = aws.elasticache.ReplicationGroup(
            f"{name}-broker",
            description="Celery broker of Airflow",
            engine="valkey",
            engine_version=spec.version,
            node_type=spec.node_type,
            num_cache_clusters=1 + spec.replicas,
            automatic_failover_enabled=replicated,
            multi_az_enabled=replicated,
            port=spec.port,
            parameter_group_name=parameters.name,
            subnet_group_name=subnets.name,
            security_group_ids=args.security_group_ids,
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            auth_token=password,
            apply_immediately=True,
            tags=args.tags,
            opts=child,
        )
        return group.primary_endpoint_address
