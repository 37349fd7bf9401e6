"""AirflowCluster: the assembly of one whole Airflow from its parts."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping
from dataclasses import replace

import pulumi

from airflow_ecs import addresses, catalogue
from airflow_ecs.args import AirflowClusterArgs
from airflow_ecs.assembly import outputs
from airflow_ecs.assembly.dags import dag_source
from airflow_ecs.assembly.ecs_cluster import ecs_cluster
from airflow_ecs.assembly.image import stack_image
from airflow_ecs.assembly.image_pipeline import Release
from airflow_ecs.assembly.network import firewall_of, network_of
from airflow_ecs.assembly.pipelines import pipeline_names, pipelines
from airflow_ecs.assembly.rotation import ROTATION, roll_on_rotation
from airflow_ecs.assembly.secrets import secret_store
from airflow_ecs.assembly.services import STARTER, Floor, found_by_name, migrated, running, started
from airflow_ecs.assembly.state import make_state
from airflow_ecs.assembly.warnings import warn
from airflow_ecs.assembly.web import web_ingress
from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.account import Account
from airflow_ecs.components.logs import Logs, LogsArgs
from airflow_ecs.components.task_place import TaskPlace, TaskPlaceArgs
from airflow_ecs.process import Service
from airflow_ecs.spec import ClusterSpec, SpecError

_REMOTE_TASKS = "tasks"


class AirflowCluster(pulumi.ComponentResource):
    """Apache Airflow on ECS Fargate: services, database, broker, secrets, logs and web page."""

    url: pulumi.Output[str]
    """The address of the web page; empty where only `find_url_command` can tell it."""
    find_url_command: pulumi.Output[str]
    """A command that prints the address of a standalone page; empty with other executors."""
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
    vpc_id: pulumi.Output[str]
    """The VPC, for what else belongs into it."""
    security_group_id: pulumi.Output[str]
    """The security group of whatever runs user code, to let into a warehouse."""
    dags_location: pulumi.Output[str]
    """Where to put DAGs: s3://bucket/prefix, a file system's id, or a repository; empty for the
    image."""
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
        spec, services, migration, runner = _decide(name, args)
        super().__init__("airflow-ecs:index:AirflowCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        naming, tags = spec.naming, {**spec.naming.tags, **spec.tags}
        runs = (*migration, *runner, *catalogue.dag_release(spec))
        processes = [service.process for service in (*services, *runs)]
        account = Account(self)
        warn(spec, self)

        network = network_of(name, spec, account.region, tags, child)
        firewall = firewall_of(name, spec, processes, network, tags, child)
        logs = Logs(
            name,
            LogsArgs(
                naming=naming,
                spec=spec.logs,
                groups=[
                    *(process.name for process in processes),
                    *(STARTER for _ in migration),
                    *((ROTATION,) if spec.rotates else ()),
                    _REMOTE_TASKS,
                    *pipeline_names(spec),
                ],
                protect=spec.protect_data,
                tags=tags,
            ),
            child,
        )
        image = stack_image(name, spec, account, tags, child)
        dags = dag_source(name, spec, account, network, firewall, tags, child)
        state = make_state(name, spec, network, firewall, tags, child)
        parameters = secret_store(name, spec, (*services, *runner), state, tags, child)

        cluster = ecs_cluster(name, naming.prefix, tags, child)
        names = found_by_name(name, naming.namespace, processes, network, tags, child)
        ingress = web_ingress(name, spec, processes, network, firewall, tags, child)
        remote_tasks = TaskPlace(
            f"{name}-{_REMOTE_TASKS}",
            TaskPlaceArgs(
                naming=naming,
                account=account,
                cluster_arn=cluster.arn,
                subnet_ids=network.task_subnet_ids,
                security_group_id=firewall.workflow_id,
                public_addresses=network.public_addresses,
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
            dags=dags,
            parameters=parameters,
            database_secret=state.database_secret,
            remote_tasks=remote_tasks,
            tags=tags,
        )
        floor = Floor(
            cluster_arn=cluster.arn,
            network=network,
            firewall=firewall,
            registry_arns=names,
            ingress=ingress,
        )
        migrations = [
            migrated(run, workloads, floor, [cluster.providers, firewall], child)
            for run in migration
        ]
        prepared = [run.done for run in migrations] or [cluster.providers, firewall]
        first = [*prepared, *dags.before]
        runners = [started(run, workloads, floor, first, child) for run in runner]
        workloads = replace(workloads, runners=runners)
        startable = [part for run in runners for part in run.ready]
        deployed = running(services, workloads, floor, [*first, *startable], child)
        release = Release(
            cluster_arn=cluster.arn,
            services=services,
            deployed=deployed,
            migrations=migrations,
            runners=runners,
        )
        pipelines(name, workloads, floor, release, child)
        roll_on_rotation(services, workloads, floor, child)

        self.url = outputs.url(spec, catalogue.WEB)
        self.flower_url = outputs.url(spec, catalogue.FLOWER)
        self.open_command = outputs.open_command(spec, account, ingress)
        self.find_url_command = outputs.find_url_command(spec, account)
        self.username = pulumi.Output.from_input(spec.users[0].username)
        self.password_command = outputs.password_command(spec, account)
        self.cluster_arn = cluster.arn
        self.vpc_id = network.vpc_id
        self.security_group_id = firewall.workflow_id
        self.dags_location = pulumi.Output.from_input(dags.location)
        self.parameter_path = pulumi.Output.from_input(naming.parameter_path)
        self.log_groups = pulumi.Output.all(
            **{group: found.name for group, found in logs.groups.items()}
        )
        self.task_definition_arns = pulumi.Output.all(
            **{service: component.task_definition_arn for service, component in deployed.items()}
        )
        self.register_outputs(
            {
                "url": self.url,
                "find_url_command": self.find_url_command,
                "flower_url": self.flower_url,
                "open_command": self.open_command,
                "username": self.username,
                "password_command": self.password_command,
                "cluster_arn": self.cluster_arn,
                "vpc_id": self.vpc_id,
                "security_group_id": self.security_group_id,
                "dags_location": self.dags_location,
                "parameter_path": self.parameter_path,
                "log_groups": self.log_groups,
                "task_definition_arns": self.task_definition_arns,
            }
        )


def _decide(
    name: str, args: AirflowClusterArgs
) -> tuple[ClusterSpec, tuple[Service, ...], tuple[Service, ...], tuple[Service, ...]]:
    try:
        spec = ClusterSpec.read(name, args)
        return spec, catalogue.services(spec), catalogue.migration(spec), catalogue.runner(spec)
    except SpecError as mistake:
        # Pulumi shows a RunError as its message, without a traceback.
        raise pulumi.RunError(str(mistake)) from None
