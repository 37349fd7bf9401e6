"""What was decided: every default and every check of the arguments, before anything is made.

Plain data, no Pulumi. `ClusterSpec.read` either returns a whole decision or raises
`SpecError`, whose message is a sentence for the user.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airflow_ecs.naming import Naming, exceeded, is_label
from airflow_ecs.spec.airflow import (
    EXECUTORS,
    User,
    read_airflow_config,
    read_users,
    read_version,
)
from airflow_ecs.spec.image import BuiltImage, OwnImage, read_image
from airflow_ecs.spec.ingress import Ingress, read_ingress
from airflow_ecs.spec.network import NewVpc, OwnVpc, read_network
from airflow_ecs.spec.reading import Given, Reader, SpecError, is_known
from airflow_ecs.spec.services import Changes, read_environment, read_secrets, read_services
from airflow_ecs.spec.state import Broker, Database, read_broker, read_database

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ClusterSpec", "SpecError"]

ARCHITECTURES = ("x86_64", "arm64")

# What CloudWatch Logs accepts, in days. Source: PutRetentionPolicy.
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip

_VALUE_KEY = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, kw_only=True)
class Logs:
    """How long logs are kept, in days: containers' in CloudWatch, tasks' in S3."""

    retention_days: int = 30
    task_retention_days: int = 365


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
    image: OwnImage | BuiltImage
    architecture: str
    database: Database
    broker: Broker
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

    @classmethod
    def read(cls, name: str, args: Mapping[str, Any]) -> ClusterSpec:
        """Decide everything from the arguments, or raise `SpecError`."""
        reader = Reader(args)
        spec = cls(
            naming=_naming(name, reader),
            executor=reader.choice("executor", EXECUTORS, "celery"),
            airflow_version=read_version(reader),
            airflow_config=read_airflow_config(reader),
            users=read_users(reader),
            flower=reader.flag("flower", default=False),
            network=read_network(reader.section("network")),
            ingress=read_ingress(reader.section("ingress")),
            image=read_image(reader.section("image")),
            architecture=reader.choice("architecture", ARCHITECTURES, "x86_64"),
            database=read_database(reader.section("database")),
            broker=read_broker(reader.section("broker")),
            services=read_services(reader),
            extra_environment=read_environment(reader, "extra_environment"),
            secrets=read_secrets(reader),
            values=_values(reader, "values"),
            secret_values=_values(reader, "secret_values"),
            logs=_logs(reader.section("logs")),
            log_level=reader.choice("log_level", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            protect_data=reader.flag("protect_data", default=False),
            enable_exec=reader.flag("enable_exec", default=False),
            kms_key_arn=reader.late_text("kms_key_arn", hint="the ARN of a KMS key"),
            tags=_tags(reader),
        )
        reader.finish()
        _check_together(spec)
        return spec


def _naming(name: str, reader: Reader) -> Naming:
    environment = reader.text("environment", hint="a short name for this deployment, such as dev")
    for what, text in (("The component's name", name), ("environment", environment)):
        if not is_label(text):
            raise SpecError(
                f"{what} is {text!r}, which AWS does not take in every name; "
                "write lower-case letters, digits and single hyphens, starting with a letter."
            )
    naming = Naming(name=name, environment=environment)
    limit = exceeded(naming)
    if limit is not None:
        raise SpecError(
            f"The component's name {name!r} and environment {environment!r} make the name of "
            f"{limit.what} {limit.length} characters long, and AWS takes {limit.characters}; "
            f"write a name that is {limit.length - limit.characters} shorter."
        )
    return naming


def _values(reader: Reader, key: str) -> dict[str, Given]:
    values = reader.mapping(key)
    for name, value in values.items():
        path = f"{reader.path(key)}.{name}"
        if not _VALUE_KEY.fullmatch(name):
            raise SpecError(
                f"{path} can't be the name of a parameter; "
                "write letters, digits, dots, hyphens and underscores."
            )
        if is_known(value) and (not isinstance(value, str) or not value):
            raise SpecError(
                f"{path} is {value!r}; write a text that is not empty, "
                "in quotes where it is a number."
            )
    return values


def _logs(reader: Reader) -> Logs:
    logs = Logs(
        retention_days=reader.integer("retention_days", Logs.retention_days, at_least=1),
        task_retention_days=reader.integer(
            "task_retention_days", Logs.task_retention_days, at_least=1
        ),
    )
    reader.finish()
    if logs.retention_days not in RETENTION_DAYS:
        raise SpecError(
            f"{reader.path('retention_days')} is {logs.retention_days}, which CloudWatch does not "
            f"offer; write one of {', '.join(map(str, RETENTION_DAYS))}."
        )
    return logs


def _tags(reader: Reader) -> dict[str, Given]:
    tags = reader.mapping("tags")
    for key, value in tags.items():
        path = f"{reader.path('tags')}.{key}"
        if key.lower().startswith("aws:"):
            raise SpecError(f"{path} starts with aws:, which AWS keeps for itself; write another.")
        if is_known(value) and not isinstance(value, str):
            raise SpecError(f"{path} is {value!r}; write a text, in quotes where it is a number.")
    return tags


def _check_together(spec: ClusterSpec) -> None:
    network = spec.network
    own_public = not isinstance(network, OwnVpc) or network.public_subnet_ids is not None
    if spec.ingress.internet_facing and not own_public:
        raise SpecError(
            "ingress.internet_facing is true in a VPC of yours, and network.public_subnet_ids "
            "is missing; write the ids of two public subnets."
        )
    twice = sorted(set(spec.values) & set(spec.secret_values))
    if twice:
        raise SpecError(
            f"values.{twice[0]} and secret_values.{twice[0]} have the same name; "
            "write it in one of the two."
        )
    if (
        isinstance(network, NewVpc)
        and network.nat == "none"
        and spec.broker.kind == "fargate"
        and ".dkr.ecr." not in spec.broker.image
    ):
        raise SpecError(
            f"broker.image is {spec.broker.image}, and network.nat none leaves no way to a public "
            "registry; write an image in your own ECR, or broker.kind elasticache."
        )
