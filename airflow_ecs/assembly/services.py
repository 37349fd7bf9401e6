"""What runs on the cluster: the migration, then what the scheduler starts, and the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.discovery import DiscoveryArgs, ServiceDiscovery
from airflow_ecs.components.firewall import Firewall
from airflow_ecs.components.ingress import LoadBalancerIngress
from airflow_ecs.components.migration import DatabaseMigration, MigrationArgs
from airflow_ecs.components.network import Network
from airflow_ecs.components.service import FargateService, ServiceArgs
from airflow_ecs.components.task_runner import TaskRunner, TaskRunnerArgs
from airflow_ecs.process import Process, Service

STARTER = "migration-starter"


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """Where tasks run, and how others find them; `ingress` is None without a balancer."""

    cluster_arn: pulumi.Output[str]
    network: Network
    firewall: Firewall
    registry_arns: Mapping[str, pulumi.Output[str]]
    ingress: LoadBalancerIngress | None


def found_by_name(
    name: str,
    namespace: str,
    processes: Sequence[Process],
    network: Network,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> Mapping[str, pulumi.Output[str]]:
    """The registries of the names that processes have inside the VPC; none without names."""
    hosts = [process.discovery for process in processes if process.discovery]
    if not hosts:
        return {}
    args = DiscoveryArgs(vpc_id=network.vpc_id, namespace=namespace, hosts=hosts, tags=tags)
    return ServiceDiscovery(name, args, opts).registry_arns


def migrated(
    migration: Service,
    workloads: Workloads,
    floor: Floor,
    after: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
) -> DatabaseMigration:
    """The database, prepared before any service changes."""
    naming = workloads.spec.naming
    return DatabaseMigration(
        naming.logical(migration.name),
        MigrationArgs(
            definition=workloads.definition(migration),
            account=workloads.account,
            cluster_name=naming.prefix,
            cluster_arn=floor.cluster_arn,
            subnet_ids=floor.network.task_subnet_ids,
            security_group_id=floor.firewall.group_ids[migration.name],
            starter_log=workloads.logs.groups[STARTER],
            version=workloads.spec.airflow_version,
            after=after,
        ),
        opts,
    )


def started(
    runner: Service,
    workloads: Workloads,
    floor: Floor,
    after: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
) -> TaskRunner:
    """What the scheduler starts itself, once the database is prepared for its image."""
    naming = workloads.spec.naming
    return TaskRunner(
        naming.logical(runner.name),
        TaskRunnerArgs(
            definition=workloads.definition(runner),
            account=workloads.account,
            cluster_name=naming.prefix,
            cluster_arn=floor.cluster_arn,
            subnet_ids=floor.network.task_subnet_ids,
            security_group_ids=floor.firewall.groups_of(runner.process),
            enable_exec=workloads.spec.enable_exec,
            after=after,
        ),
        opts,
    )


def running(
    services: Sequence[Service],
    workloads: Workloads,
    floor: Floor,
    after: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
) -> dict[str, FargateService]:
    """Every service; one with a page waits for the rule that leads to it."""
    return {service.name: _service(service, workloads, floor, after, opts) for service in services}


def _service(
    service: Service,
    workloads: Workloads,
    floor: Floor,
    after: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
) -> FargateService:
    ingress = floor.ingress
    return FargateService(
        workloads.spec.naming.logical(service.name),
        ServiceArgs(
            definition=workloads.definition(service),
            cluster_arn=floor.cluster_arn,
            subnet_ids=floor.network.task_subnet_ids,
            security_group_ids=floor.firewall.groups_of(service.process),
            public_address=floor.network.public_addresses,
            enable_exec=workloads.spec.enable_exec,
            after=[*after, *(ingress.rule_of(service.name) if ingress else ())],
            target_group_arn=ingress.target_group_arns.get(service.name) if ingress else None,
            registry_arn=floor.registry_arns.get(service.process.discovery or ""),
        ),
        opts,
    )
