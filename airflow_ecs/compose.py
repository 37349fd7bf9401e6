"""The services of the catalogue for Docker Compose: what ECS runs, on one machine.

Each service is a translation of its own container definition, so that what a definition says
of command, ports, health, environment and signals is said here too.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from airflow_ecs import catalogue, injection, taskdef
from airflow_ecs.addresses import addresses
from airflow_ecs.container_environment import Handed, variables
from airflow_ecs.process import Need
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.broker import BROKER_PORT
from airflow_ecs.spec.rds import DATABASE_PORT, Rds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.process import Process, Service

_HEADER = """\
# The services that ECS runs, on one machine:  docker compose --file docker/docker-compose.yml up
# Written by `make compose`: change airflow_ecs/compose.py or airflow_ecs/catalogue/, not this.
#
# Image, commands, ports, health checks, signals, memory and environment are those of the task
# definitions. What differs, and why:
# - Redis and PostgreSQL are containers, where a stack has ElastiCache and RDS. The connections
#   between containers of one machine have no TLS, which the managed services insist on.
# - Secrets are variables of this file, where ECS reads Parameter Store. Their values are LOCAL
#   ONLY: everybody knows them. Write others into docker/.env, of letters and digits, since they
#   become parts of URLs. As on ECS, a service gets only what it needs: a worker no database.
# - The logs of tasks stay in their containers, where a stack keeps them in S3.
# - DAGs are read from docker/dags as you write them, where a stack has them in the image.
# - No load balancer: the pages are on this machine's ports, for this machine alone.
# - No remote tasks, unless docker/.env has an AIRFLOW_ECS_PLACEMENT and you bring credentials.
"""

_IMAGE = "airflow-ecs:local"
_BUILD = {"context": "..", "dockerfile": "docker/Dockerfile"}
_DAGS = "./dags:/opt/airflow/dags:ro"

_POSTGRES = "postgres"
_DATABASE = "airflow"  # the user's name as well

# 32 bytes, as Fernet wants, and 64, as HS512 does.
_FERNET = base64.urlsafe_b64encode(b"local only: everybody knows it!!").decode()
_LONG = "local-only-" * 6

_SETTINGS = {"logging": {"remote_logging": False, "delete_local_logs": False}}


def compose_file() -> str:
    """The text of docker-compose.yml; always the same for the same catalogue."""
    # Imported late: PyYAML comes with the extras, the rest of the deploy side needs none.
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes every value in full, and a text of several lines as such."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Dumper.add_representer(str, text)
    body = yaml.dump(compose(), Dumper=Dumper, sort_keys=False, width=10_000)
    return f"{_HEADER}\n{body}"


def compose() -> dict[str, Any]:
    """The Compose project as data."""
    spec = ClusterSpec.read(
        "airflow",
        {
            "environment": "local",
            "flower": True,
            "broker": {"kind": "fargate"},
            "airflow_config": _SETTINGS,
        },
    )
    (migration,), services = catalogue.migration(spec), catalogue.services(spec)
    return {
        "name": spec.naming.prefix,
        "services": {
            _POSTGRES: _postgres(),
            migration.name: {
                **_service(migration, spec),
                "depends_on": {_POSTGRES: {"condition": "service_healthy"}},
            },
            **{
                service.name: {
                    **_service(service, spec),
                    **_after_migration(service.process, migration.name),
                    "restart": "unless-stopped",
                }
                for service in services
            },
        },
        "volumes": {"database": {}},
    }


def _service(service: Service, spec: ClusterSpec) -> dict[str, Any]:
    process = service.process
    handed = Handed(placement="${AIRFLOW_ECS_PLACEMENT:-}", registry="${DOCKER_ADDRESS:-}")
    secrets = injection.secrets(service, spec)
    values = _values(spec)
    container = taskdef.container(
        process,
        image=process.image or _IMAGE,
        environment=variables(service, spec, addresses(spec, task_logs=""), handed),
        secrets={variable: values[parameter] for variable, parameter in secrets.items()},
        log_group="",
        region="",
    )
    found: dict[str, Any] = {"image": container["image"]}
    if process.is_airflow:
        found |= {"build": _BUILD, "volumes": [_DAGS]}
    found |= {
        "command": [_literal(word) for word in container["command"]],
        "environment": _environment(process, container),
        "mem_limit": f"{service.size.memory}m",
        "init": container["linuxParameters"]["initProcessEnabled"],
        "stop_grace_period": f"{container['stopTimeout']}s",
    }
    if "user" in container:
        found["user"] = container["user"]
    if "healthCheck" in container:
        found["healthcheck"] = _health_check(container["healthCheck"])
    if process.ports:
        found["expose"] = [str(port) for port in process.ports]
    if process.route is not None:
        found["ports"] = [f"127.0.0.1:{process.port}:{process.port}"]
    if process.discovery is not None:
        found["networks"] = {"default": {"aliases": [spec.naming.address(process.discovery)]}}
    return found


def _environment(process: Process, container: Mapping[str, Any]) -> dict[str, str]:
    plain = {pair["name"]: pair["value"] for pair in container["environment"]}
    if Need.DATABASE in process.needs:
        del plain["PGSSLROOTCERT"]
        plain["PGSSLMODE"] = "disable"
    return plain | {pair["name"]: pair["valueFrom"] for pair in container["secrets"]}


def _values(spec: ClusterSpec) -> dict[str, str]:
    """What Parameter Store would hold, by the names of the parameters."""
    database = f"{_DATABASE}:{_secret('POSTGRES_PASSWORD')}@{_POSTGRES}"
    redis = f"redis://:{_secret('REDIS_PASSWORD')}@{spec.naming.address('redis')}"
    return {
        injection.DATABASE_URL: (f"postgresql+psycopg2://{database}:{DATABASE_PORT}/{_DATABASE}"),
        injection.FERNET_KEY: _secret("FERNET_KEY", _FERNET),
        injection.JWT_SECRET: _secret("JWT_SECRET", _LONG),
        injection.API_SECRET_KEY: _secret("API_SECRET_KEY", _LONG),
        injection.BROKER_URL: f"{redis}:{BROKER_PORT}/0",
        injection.RESULT_BACKEND: f"{redis}:{BROKER_PORT}/1",
        injection.BROKER_PASSWORD: _secret("REDIS_PASSWORD"),
        injection.FLOWER_LOGIN: f"airflow:{_secret('FLOWER_PASSWORD')}",
        **{
            injection.user_password(user.username): _secret(f"{user.username.upper()}_PASSWORD")
            for user in spec.users
        },
    }


def _secret(variable: str, default: str = "local-only") -> str:
    return f"${{{variable}:-{default}}}"


def _literal(text: str) -> str:
    """A text that Compose hands on as it is, although it has dollars in it."""
    return text.replace("$", "$$")


def _health_check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "test": [_literal(word) for word in check["command"]],
        "interval": f"{check['interval']}s",
        "timeout": f"{check['timeout']}s",
        "retries": check["retries"],
        "start_period": f"{check['startPeriod']}s",
    }


def _after_migration(process: Process, migration: str) -> dict[str, Any]:
    condition = "service_completed_successfully"
    return {"depends_on": {migration: {"condition": condition}}} if process.is_airflow else {}


def _postgres() -> dict[str, Any]:
    return {
        "image": f"postgres:{Rds.version}",
        "environment": {
            "POSTGRES_USER": _DATABASE,
            "POSTGRES_DB": _DATABASE,
            "POSTGRES_PASSWORD": _secret("POSTGRES_PASSWORD"),
        },
        "healthcheck": {
            "test": ["CMD", "pg_isready", "--host", "127.0.0.1", "--username", _DATABASE],
            "interval": "5s",
            "retries": 12,
        },
        "volumes": ["database:/var/lib/postgresql/data"],
        "restart": "unless-stopped",
    }
