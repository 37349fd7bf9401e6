"""What was decided: every default and every check of the arguments, before anything is made.

Plain data, no Pulumi. `ClusterSpec.read` either returns a whole decision or raises
`SpecError`, whose message is a sentence for the user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airflow_ecs.naming import Naming, cluster_limits
from airflow_ecs.spec.airflow import (
    EXECUTORS,
    User,
    read_airflow_config,
    read_users,
    read_version,
)
from airflow_ecs.spec.broker import ElastiCache, OwnBroker, RedisOnFargate, read_broker
from airflow_ecs.spec.dags import Dags, read_dags
from airflow_ecs.spec.database import Database, read_database
from airflow_ecs.spec.executors import check_executor
from airflow_ecs.spec.identity import read_naming, read_tags, read_values
from airflow_ecs.spec.image import BuiltImage, OwnImage, PipelineImage, read_image
from airflow_ecs.spec.ingress import Ingress, read_ingress
from airflow_ecs.spec.logs import Logs, read_logs
from airflow_ecs.spec.network import NewVpc, OwnVpc, read_network
from airflow_ecs.spec.pipelines import Pipelines, read_pipelines
from airflow_ecs.spec.rds import Aurora, Rds
from airflow_ecs.spec.reading import Given, Reader, SpecError
from airflow_ecs.spec.services import Changes, read_environment, read_secrets, read_services
from airflow_ecs.spec.together import check_together

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ClusterSpec", "SpecError"]

ARCHITECTURES = ("x86_64", "arm64")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterSpec:
    """One whole Airflow, decided."""

    naming: Naming
    executor: str
    airflow_version: str
    airflow_config: Mapping[str, Mapping[str, Given]]
    users: tuple[User, ...]
    flower: bool
    network: NewVpc | OwnVpc
    ingress: Ingress
    image: OwnImage | BuiltImage | PipelineImage
    pipelines: Pipelines | None
    architecture: str
    dags: Dags
    database: Database
    broker: ElastiCache | RedisOnFargate | OwnBroker | None
    services: Mapping[str, Changes]
    extra_environment: Mapping[str, Given]
    secrets: Mapping[str, str]
    values: Mapping[str, Given]
    secret_values: Mapping[str, Given]
    logs: Logs
    log_level: str
    protect_data: bool
    enable_exec: bool
    kms_key_arn: Given | None
    tags: Mapping[str, Given] = field(default_factory=dict)

    @property
    def is_standalone(self) -> bool:
        """Whether one container is the whole Airflow, reached without a balancer."""
        return self.executor == "standalone"

    @property
    def rotates(self) -> bool:
        """Whether RDS changes the database's password from time to time."""
        return isinstance(self.database, Rds | Aurora) and self.database.rotates

    @classmethod
    def read(cls, name: str, args: Mapping[str, Any]) -> ClusterSpec:
        """Decide everything from the arguments, or raise `SpecError`."""
        reader = Reader(args)
        executor = reader.choice("executor", EXECUTORS, "celery")
        check_executor(executor, reader)
        standalone = executor == "standalone"
        values, secret_values = read_values(reader)
        spec = cls(
            naming=read_naming(name, reader, cluster_limits),
            executor=executor,
            airflow_version=read_version(reader),
            airflow_config=read_airflow_config(reader),
            users=read_users(reader),
            flower=reader.flag("flower", default=False),
            network=read_network(reader.section("network"), public=standalone),
            ingress=read_ingress(reader.section("ingress")),
            image=read_image(reader.section("image")),
            pipelines=read_pipelines(reader.section("pipelines")),
            architecture=reader.choice("architecture", ARCHITECTURES, "x86_64"),
            dags=read_dags(reader.section("dags")),
            database=read_database(
                reader.section("database"), default="sqlite" if standalone else "rds"
            ),
            broker=read_broker(reader.section("broker")) if executor == "celery" else None,
            services=read_services(reader),
            extra_environment=read_environment(reader, "extra_environment"),
            secrets=read_secrets(reader),
            values=values,
            secret_values=secret_values,
            logs=read_logs(reader.section("logs")),
            log_level=reader.choice("log_level", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            protect_data=reader.flag("protect_data", default=False),
            enable_exec=reader.flag("enable_exec", default=False),
            kms_key_arn=reader.late_text("kms_key_arn", hint="the ARN of a KMS key"),
            tags=read_tags(reader),
        )
        reader.finish()
        check_together(spec)
        return spec
