"""From a service of the catalogue to its task definition: what all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from airflow_ecs import injection, permissions
from airflow_ecs.addresses import Addresses
from airflow_ecs.assembly.dags import DagSource
from airflow_ecs.assembly.image import StackImage, repository_arn
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import DefinitionArgs
from airflow_ecs.components.logs import TASK_LOGS, Logs
from airflow_ecs.components.parameters import Parameters, fingerprint
from airflow_ecs.components.task_place import TaskPlace
from airflow_ecs.components.task_runner import TaskRunner
from airflow_ecs.container_environment import Handed, variables
from airflow_ecs.process import Need, Service
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.taskdef import Mount

# Changes with the value of any secret of a service, so that an update rolls its tasks.
SECRETS_VERSION = "SECRETS_VERSION"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workloads:
    """What every service's definition is made from.

    `runners` is what the scheduler starts itself, for the definitions that are made after it.
    """

    spec: ClusterSpec
    account: Account
    addresses: Addresses
    image: StackImage
    logs: Logs
    dags: DagSource
    parameters: Parameters
    database_secret: pulumi.Output[str] | None
    remote_tasks: TaskPlace
    tags: Mapping[str, pulumi.Input[str]]
    runners: Sequence[TaskRunner] = ()

    def definition(self, service: Service) -> DefinitionArgs:
        """The definition of one service: what it is told, and what it may do."""
        spec, name = self.spec, service.name
        names = injection.secrets(service, spec)
        injected = {variable: self.parameters.by_name[path] for variable, path in names.items()}
        own = service.process.image
        handed = Handed(
            placement=self.remote_tasks.placement,
            registry=self.account.registry,
            dag_bundles=self.dags.bundles,
            ecs_executor=dict(pair for one in self.runners for pair in one.variables.items()),
        )
        environment = variables(service, spec, self.addresses, handed)
        environment[SECRETS_VERSION] = fingerprint(list(injected.values()))
        secrets = {variable: parameter.arn for variable, parameter in injected.items()}
        secret = self.database_secret if Need.DATABASE in service.process.needs else None
        if secret is not None:
            secrets[injection.DATABASE_PASSWORD] = pulumi.Output.concat(secret, ":password::")
        return DefinitionArgs(
            service=service,
            family=spec.naming.family(name),
            architecture=spec.architecture,
            image=own or self.image.uri,
            environment=environment,
            secrets=secrets,
            execution=permissions.execution(
                streams_arn=self.logs.groups[name].streams_arn,
                repository_arn=(
                    repository_arn(own, self.account) if own else self.image.repository_arn
                ),
                parameter_arns=[injected[variable].arn for variable in sorted(injected)],
                secret_arn=secret,
                kms_key_arn=spec.kms_key_arn,
            ),
            task=permissions.task(
                service.process,
                task_logs=permissions.TaskLogs(
                    bucket_arn=self.logs.bucket_arn,
                    prefix=TASK_LOGS,
                    objects_arn=self.logs.task_logs_arn,
                ),
                dags=self.dags.statements,
                dag_releases=self.dags.release_statements,
                remote_tasks=self.remote_tasks.statements,
                runner=[statement for one in self.runners for statement in one.statements],
                enable_exec=spec.enable_exec,
            ),
            log_group=self.logs.groups[name],
            region=self.account.region,
            tags=self.tags,
            mounts=self._mounts(service),
        )

    def _mounts(self, service: Service) -> Sequence[Mount]:
        if Need.RELEASE_DAGS in service.process.needs:
            return [replace(mount, read_only=False) for mount in self.dags.mounts]
        return self.dags.mounts if Need.DAGS in service.process.needs else ()
