"""What the stack deploys: container definitions, read from the emulated account's API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.agent.secrets import resolve
from airflow_ecs.rehearsal.program import run
from airflow_ecs.rehearsal.standins import Cache, Database

if TYPE_CHECKING:
    from collections.abc import Mapping

_REGION = "eu-west-1"

_DATABASE_URL = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_BROKER_URL = "AIRFLOW__CELERY__BROKER_URL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """The one container of a service: its definition, and all its variables with their values."""

    definition: Mapping[str, Any]
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """Containers by their names, discovery names by services, and what they connect to."""

    containers: Mapping[str, Container]
    namespace: str
    database: Database
    cache: Cache


def deploy() -> Deployed:
    """Deploy the smallest stack to an emulated account, and ask it."""
    with EmulatedAccount.in_process(_REGION) as account:
        run(lambda: AirflowCluster("airflow", {"environment": "dev"}), cloud=account)
        ecs = account.connect("ecs", _REGION)
        containers = {}
        for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
            described = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
            [definition] = described["containerDefinitions"]
            containers[definition["name"]] = _container(definition, account)
        [space] = account.connect("servicediscovery", _REGION).list_namespaces()["Namespaces"]
    return Deployed(
        containers=containers,
        namespace=space["Name"],
        database=_database(containers["web"].environment[_DATABASE_URL]),
        cache=_cache(containers["worker"].environment[_BROKER_URL]),
    )


def _container(definition: Mapping[str, Any], account: EmulatedAccount) -> Container:
    plain = {pair["name"]: pair["value"] for pair in definition["environment"]}
    sources = {pair["name"]: pair["valueFrom"] for pair in definition["secrets"]}
    values = resolve(sources, lambda service: account.connect(service, _REGION), None)
    return Container(definition=definition, environment=plain | values)


def _database(url: str) -> Database:
    parts = urlsplit(url)
    return Database(
        identifier="database",
        host_name=parts.hostname or "",
        port=parts.port or 0,
        version="17",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
        force_tls=True,
    )


def _cache(url: str) -> Cache:
    parts = urlsplit(url)
    return Cache(
        identifier="broker",
        host_names=(parts.hostname or "",),
        port=parts.port or 0,
        auth_token=unquote(parts.password or ""),
        tls=parts.scheme == "rediss",
        max_memory_policy="noeviction",
    )
