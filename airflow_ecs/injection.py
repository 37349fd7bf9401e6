"""Which secrets a service gets: its needs as variables and the parameters that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.process import Need
from airflow_ecs.spec.dags import deploy_key

if TYPE_CHECKING:
    from airflow_ecs.process import Service
    from airflow_ecs.spec import ClusterSpec

# The deployment's own secrets lie apart from the user's, which DAG code may read.
DATABASE_URL = "system/database-url"
FERNET_KEY = "system/fernet-key"
JWT_SECRET = "system/jwt-secret"  # noqa: S105 - the name of a parameter
API_SECRET_KEY = "system/api-secret-key"  # noqa: S105 - the name of a parameter
BROKER_URL = "system/broker-url"
BROKER_PASSWORD = "system/broker-password"  # noqa: S105 - the name of a parameter
RESULT_BACKEND = "system/result-backend-url"
FLOWER_LOGIN = "system/flower-login"

# What the entrypoint writes to a file.
DEPLOY_KEY = "DAGS_DEPLOY_KEY"

_BY_NEED = {
    Need.DATABASE: ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", DATABASE_URL),
    Need.FERNET_KEY: ("AIRFLOW__CORE__FERNET_KEY", FERNET_KEY),
    Need.JWT_SECRET: ("AIRFLOW__API_AUTH__JWT_SECRET", JWT_SECRET),
    Need.API_SECRET_KEY: ("AIRFLOW__API__SECRET_KEY", API_SECRET_KEY),
    Need.BROKER: ("AIRFLOW__CELERY__BROKER_URL", BROKER_URL),
    Need.RESULT_BACKEND: ("AIRFLOW__CELERY__RESULT_BACKEND", RESULT_BACKEND),
    Need.FLOWER_LOGIN: ("AIRFLOW__CELERY__FLOWER_BASIC_AUTH", FLOWER_LOGIN),
    Need.BROKER_PASSWORD: ("REDIS_PASSWORD", BROKER_PASSWORD),
}


# What libpq and asyncpg take where a URL has no password.
DATABASE_PASSWORD = "PGPASSWORD"  # noqa: S105 - the name of a variable


def user_password(username: str) -> str:
    """The parameter that holds the password of a user."""
    return f"system/users/{username}"


def secrets(service: Service, spec: ClusterSpec) -> dict[str, str]:
    """Variables by the parameters that hold their values; the user's own come last."""
    process = service.process
    found = dict(pair for need, pair in _BY_NEED.items() if need in process.needs)
    if Need.USER_PASSWORDS in process.needs:
        for index, user in enumerate(spec.users):
            found[f"AIRFLOW_USER_PASSWORD_{index}"] = user_password(user.username)
    if Need.DAGS in process.needs and (key := deploy_key(spec.dags)):
        found[DEPLOY_KEY] = key
    if process.is_airflow:
        found |= spec.secrets
    return {**found, **service.changes.secrets}
