"""Each container gets the settings it needs, and the user's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_ecs import addresses, catalogue, injection
from airflow_ecs.airflow_config import as_text
from airflow_ecs.container_environment import Handed, variables
from airflow_ecs.spec import ClusterSpec

if TYPE_CHECKING:
    from airflow_ecs.process import Service

HANDED = Handed(placement="{}", registry="1.dkr.ecr.eu-west-1.amazonaws.com")


def environment(name: str, **args: object) -> dict[str, str]:
    spec = _spec(**args)
    return variables(_service(spec, name), spec, _addresses(spec), HANDED)


def secrets(name: str, **args: object) -> dict[str, str]:
    spec = _spec(**args)
    return injection.secrets(_service(spec, name), spec)


def _spec(**args: object) -> ClusterSpec:
    flower = "executor" not in args
    return ClusterSpec.read("airflow", {"environment": "dev", "flower": flower} | args)


def _service(spec: ClusterSpec, name: str) -> Service:
    every = (*catalogue.services(spec), *catalogue.migration(spec))
    return next(service for service in every if service.name == name)


def _addresses(spec: ClusterSpec) -> addresses.Addresses:
    return addresses.addresses(spec, task_logs="s3://logs/task-logs")


def test_the_worker_finds_the_execution_api_by_its_discovery_name() -> None:
    assert environment("worker")["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == (
        "http://api-server.services.airflow-dev.internal:8080/execution/"
    )


def test_postgresql_checks_the_certificate_of_the_database() -> None:
    for name in ("web", "scheduler", "dag-processor", "triggerer", "migration"):
        assert environment(name)["PGSSLMODE"] == "verify-full"
    assert "PGSSLMODE" not in environment("worker")


def test_celery_speaks_tls_to_elasticache_and_not_to_redis_on_fargate() -> None:
    assert environment("worker")["AIRFLOW__CELERY__SSL_ACTIVE"] == "True"
    assert environment("worker")["AIRFLOW__CELERY__SSL_MUTUAL_TLS"] == "False"
    assert "AIRFLOW__CELERY__SSL_ACTIVE" not in environment("worker", broker={"kind": "fargate"})


def test_airflow_knows_its_public_address_and_trusts_the_balancers_headers() -> None:
    domain = {"domain": "airflow.example.com", "zone": "example.com"}
    web = environment("web", ingress=domain)
    assert web["AIRFLOW__API__BASE_URL"] == "https://airflow.example.com"
    assert web["AIRFLOW__FAB__ENABLE_PROXY_FIX"] == "True"
    assert web["AIRFLOW__FAB__COOKIE_SECURE"] == "True"
    assert web["FORWARDED_ALLOW_IPS"] == "*"


def test_without_a_domain_links_are_relative_and_cookies_work_over_http() -> None:
    web = environment("web")
    assert web["AIRFLOW__API__BASE_URL"] == "/"
    assert web["AIRFLOW__FAB__COOKIE_SECURE"] == "False"


def test_settings_of_the_user_win_over_ours() -> None:
    config = {"scheduler": {"task_instance_heartbeat_timeout": 600}, "SMTP": {"smtp_host": "mx"}}
    scheduler = environment("scheduler", airflow_config=config)
    assert scheduler["AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"] == "600"
    assert scheduler["AIRFLOW__SMTP__SMTP_HOST"] == "mx"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "True"),
        (3, "3"),
        (64.0, "64"),
        (0.5, "0.5"),
        ("x", "x"),
        ({"b": 1, "a": [2]}, '{"a": [2], "b": 1}'),
    ],
)
def test_a_setting_is_written_as_airflow_reads_it(value: object, text: str) -> None:
    assert as_text(value) == text


def test_each_airflow_container_knows_where_it_is() -> None:
    for name in ("web", "worker", "flower", "migration"):
        own = environment(name, log_level="DEBUG")
        assert own["ENVIRONMENT"] == "dev"
        assert own["LOG_LEVEL"] == "DEBUG"
        assert own["DOCKER_ADDRESS"] == HANDED.registry
        assert own["PARAMETER_PATH"] == "/airflow/dev"
        assert own["AIRFLOW_ECS_PLACEMENT"] == "{}"


def test_each_service_gets_exactly_the_secrets_it_needs() -> None:
    database, fernet = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__FERNET_KEY"
    jwt, api = "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY"
    broker, results = "AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND"
    assert secrets("web").keys() == {database, fernet, jwt, api}
    assert secrets("scheduler").keys() == {database, fernet, jwt, broker, results}
    assert secrets("dag-processor").keys() == {database, fernet}
    assert secrets("triggerer").keys() == {database, fernet, api}
    assert secrets("worker").keys() == {broker, results, api}
    assert secrets("flower").keys() == {broker, "AIRFLOW__CELERY__FLOWER_BASIC_AUTH"}
    assert secrets("migration").keys() == {database, fernet, "AIRFLOW_USER_PASSWORD_0"}
    assert secrets("broker", broker={"kind": "fargate"}).keys() == {"REDIS_PASSWORD"}


def test_the_users_parameters_reach_every_airflow_container_or_one() -> None:
    args = {
        "secrets": {"SMTP_PASSWORD": "/smtp/password"},
        "services": {"worker": {"secrets": {"WAREHOUSE": "/warehouse/url"}}},
    }
    assert secrets("web", **args)["SMTP_PASSWORD"] == "/smtp/password"
    assert secrets("worker", **args)["WAREHOUSE"] == "/warehouse/url"
    assert "WAREHOUSE" not in secrets("web", **args)


def test_the_migration_makes_every_user_with_a_password_of_his_own() -> None:
    users = [
        {"username": "ada", "email": "ada@example.com"},
        {"username": "ben", "email": "ben@example.com", "role": "Viewer"},
    ]
    declared = json.loads(environment("migration", users=users)["AIRFLOW_USERS"])
    assert [user["username"] for user in declared] == ["ada", "ben"]
    held = secrets("migration", users=users)
    assert held["AIRFLOW_USER_PASSWORD_0"] == "system/users/ada"
    assert held["AIRFLOW_USER_PASSWORD_1"] == "system/users/ben"
