"""AirflowCluster: the assembly of one whole Airflow from its parts."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from airflow_ecs import addresses, capacity, catalogue, edges
from airflow_ecs.args import AirflowClusterArgs
from airflow_ecs.assembly.image import stack_image
from airflow_ecs.assembly.secrets import secret_store
from airflow_ecs.assembly.web import say_who_is_let_in, web_ingress
from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.account import Account
from airflow_ecs.components.discovery import DiscoveryArgs, ServiceDiscovery
from airflow_ecs.components.firewall import Firewall, FirewallArgs
from airflow_ecs.components.ingress import LoadBalancerIngress
from airflow_ecs.components.logs import Logs, LogsArgs
from airflow_ecs.components.migration import DatabaseMigration, MigrationArgs
from airflow_ecs.components.network import Network, NetworkArgs
from airflow_ecs.components.service import FargateService, ServiceArgs
from airflow_ecs.components.task_place import TaskPlace, TaskPlaceArgs
from airflow_ecs.injection import user_password
from airflow_ecs.open_command import open_command
from airflow_ecs.process import Service
from airflow_ecs.spec import ClusterSpec, SpecError

_STARTER = "migration-starter"
_REMOTE_TASKS = "tasks"


class AirflowCluster(pulumi.ComponentResource):
    """Apache Airflow on ECS Fargate: services, database, broker, secrets, logs and web page."""

    url: pulumi.Output[str]
    """The address of the web page."""
    flower_url: pulumi.Output[str]
    """The address of Flower; empty when it is off."""
    open_command: pulumi.Output[str]
    """A command that opens an internal page from anywhere; empty with a domain or without Exec."""
    username: pulumi.Output[str]
    """The first user, with whom to log in."""
    password_command: pulumi.Output[str]
    """A command that prints that user's password."""
    cluster_arn: pulumi.Output[str]
    """The ECS cluster."""
    security_group_id: pulumi.Output[str]
    """The security group of whatever runs user code, to let into a warehouse."""
    parameter_path: pulumi.Output[str]
    """Where Parameter Store keeps the deployment's secrets and values."""
    log_groups: pulumi.Output[Mapping[str, str]]
    """CloudWatch log groups by service."""
    task_definition_arns: pulumi.Output[Mapping[str, str]]
    """Task definitions by service."""

    def __init__(
        self,
        name: str,
        args: AirflowClusterArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec, services, migration = _decide(name, args)
        super().__init__("airflow-ecs:index:AirflowCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        naming, tags = spec.naming, {**spec.naming.tags, **spec.tags}
        processes = [service.process for service in (*services, migration)]
        account = Account(self)
        say_who_is_let_in(spec, self)

        network = Network(
            name, NetworkArgs(spec=spec.network, region=account.region, tags=tags), child
        )
        tasks = [process.name for process in processes]
        firewall = Firewall(
            name,
            FirewallArgs(
                vpc_id=network.vpc_id,
                parts=list(dict.fromkeys((edges.BALANCER, edges.DATABASE, edges.BROKER, *tasks))),
                tasks=tasks,
                edges=edges.edges(processes, addresses.tunnel_port(spec)),
                entry_ports=addresses.entry_ports(spec),
                allowed_cidrs=spec.ingress.allowed_cidrs,
                allowed_security_group_ids=spec.ingress.allowed_security_group_ids,
                tags=tags,
            ),
            child,
        )
        logs = Logs(
            name,
            LogsArgs(
                naming=naming,
                spec=spec.logs,
                groups=[*tasks, _STARTER, _REMOTE_TASKS],
                protect=spec.protect_data,
                tags=tags,
            ),
            child,
        )
        image = stack_image(name, spec, account, tags, child)
        parameters = secret_store(name, spec, services, network, firewall, tags, child)

        cluster = aws.ecs.Cluster(
            name,
            name=naming.prefix,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            tags=tags,
            opts=child,
        )
        providers = aws.ecs.ClusterCapacityProviders(
            name,
            cluster_name=cluster.name,
            capacity_providers=list(capacity.PROVIDERS),
            opts=child,
        )
        discovery = ServiceDiscovery(
            name,
            DiscoveryArgs(
                vpc_id=network.vpc_id,
                namespace=naming.namespace,
                hosts=[process.discovery for process in processes if process.discovery],
                tags=tags,
            ),
            child,
        )
        ingress = web_ingress(name, spec, processes, network, firewall, tags, child)
        remote_tasks = TaskPlace(
            f"{name}-{_REMOTE_TASKS}",
            TaskPlaceArgs(
                naming=naming,
                account=account,
                cluster_arn=cluster.arn,
                subnet_ids=network.private_subnet_ids,
                security_group_id=firewall.workflow_id,
                log_group=logs.groups[_REMOTE_TASKS],
                values=spec.values,
                kms_key_arn=spec.kms_key_arn,
                tags=tags,
            ),
            child,
        )
        workloads = Workloads(
            spec=spec,
            account=account,
            addresses=addresses.addresses(spec, logs.task_logs_url),
            image=image,
            logs=logs,
            parameters=parameters,
            remote_tasks=remote_tasks,
            tags=tags,
        )
        migrated = DatabaseMigration(
            naming.logical(migration.name),
            MigrationArgs(
                definition=workloads.definition(migration),
                account=account,
                cluster_name=naming.prefix,
                cluster_arn=cluster.arn,
                subnet_ids=network.private_subnet_ids,
                security_group_id=firewall.group_ids[migration.name],
                starter_log=logs.groups[_STARTER],
                version=spec.airflow_version,
                after=[providers, firewall],
            ),
            child,
        )
        running = {
            service.name: FargateService(
                naming.logical(service.name),
                ServiceArgs(
                    definition=workloads.definition(service),
                    cluster_arn=cluster.arn,
                    subnet_ids=network.private_subnet_ids,
                    security_group_ids=firewall.groups_of(service.process),
                    enable_exec=spec.enable_exec,
                    after=[migrated.done, *ingress.rule_of(service.name)],
                    target_group_arn=ingress.target_group_arns.get(service.name),
                    registry_arn=discovery.registry_arns.get(service.process.discovery or ""),
                ),
                child,
            )
            for service in services
        }

        self.url = pulumi.Output.from_input(addresses.url(spec, catalogue.WEB))
        self.flower_url = pulumi.Output.from_input(
            addresses.url(spec, catalogue.FLOWER) if spec.flower else ""
        )
        self.open_command = _open_command(spec, account, ingress)
        self.username = pulumi.Output.from_input(spec.users[0].username)
        self.password_command = _password_command(spec, account)
        self.cluster_arn = cluster.arn
        self.security_group_id = firewall.workflow_id
        self.parameter_path = pulumi.Output.from_input(naming.parameter_path)
        self.log_groups = pulumi.Output.all(
            **{group: found.name for group, found in logs.groups.items()}
        )
        self.task_definition_arns = pulumi.Output.all(
            **{service: component.task_definition_arn for service, component in running.items()}
        )
        self.register_outputs(
            {
                "url": self.url,
                "flower_url": self.flower_url,
                "open_command": self.open_command,
                "username": self.username,
                "password_command": self.password_command,
                "cluster_arn": self.cluster_arn,
                "security_group_id": self.security_group_id,
                "parameter_path": self.parameter_path,
                "log_groups": self.log_groups,
                "task_definition_arns": self.task_definition_arns,
            }
        )


def _decide(
    name: str, args: AirflowClusterArgs
) -> tuple[ClusterSpec, tuple[Service, ...], Service]:
    try:
        spec = ClusterSpec.read(name, args)
        return spec, catalogue.services(spec), catalogue.migration()
    except SpecError as mistake:
        # Pulumi shows a RunError as its message, without a traceback.
        raise pulumi.RunError(str(mistake)) from None


def _open_command(
    spec: ClusterSpec, account: Account, ingress: LoadBalancerIngress
) -> pulumi.Output[str]:
    if addresses.tunnel_port(spec) is None or catalogue.WEB.route is None:
        return pulumi.Output.from_input("")
    host = catalogue.WEB.route.host
    return pulumi.Output.all(account.region, ingress.dns_name).apply(
        lambda known: open_command(
            region=known[0],
            cluster=spec.naming.prefix,
            service=spec.naming.family(catalogue.WEB.name),
            balancer=known[1],
            host=host,
        )
    )


def _password_command(spec: ClusterSpec, account: Account) -> pulumi.Output[str]:
    parameter = spec.naming.parameter(user_password(spec.users[0].username))
    return pulumi.Output.concat(
        "aws --region ",
        account.region,
        f" ssm get-parameter --with-decryption --name {parameter}",
        " --query Parameter.Value --output text",
    )
