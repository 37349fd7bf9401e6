"""What a preview says that a reader of the settings may not expect."""

from __future__ import annotations

import pulumi

from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.database import Sqlite
from airflow_ecs.taskdef import STOP_TIMEOUT


def warn(spec: ClusterSpec, parent: pulumi.Resource) -> None:
    """Say it all, one warning each."""
    entrance = _standalone(spec) if spec.is_standalone else _balanced(spec)
    for text in (*entrance, *_rotation(spec)):
        pulumi.log.warn(text, parent)


def _standalone(spec: ClusterSpec) -> list[str]:
    said = [
        "executor is standalone: its page has a public address and no TLS, so that whoever is "
        "between can read the password. Write executor: local, with ingress.domain, for HTTPS."
    ]
    if isinstance(spec.database, Sqlite):
        said.append(
            "The database is a SQLite file inside the one container: each restart and each "
            "update loses all runs, connections, variables and users' changes. "
            "Write database.kind: rds to keep them."
        )
    return said


def _rotation(spec: ClusterSpec) -> list[str]:
    # Elsewhere tasks run where no password is, and nothing of it is replaced.
    if not spec.rotates or spec.executor not in ("local", "standalone"):
        return []
    return [
        "database.credentials is secrets-manager: when RDS changes the password, every 7 days, "
        f"the container that runs the tasks is replaced, and a task that takes longer than "
        f"{STOP_TIMEOUT} seconds from then is ended. Write executor: celery, or "
        "database.credentials: parameter, if tasks run longer."
    ]


def _balanced(spec: ClusterSpec) -> list[str]:
    ingress = spec.ingress
    said = []
    if ingress.domain is None:
        said.append(
            "The web page has no domain: it is served over plain HTTP, inside the VPC only. "
            "Set ingress.domain and ingress.zone for HTTPS."
        )
    if not ingress.allowed_cidrs and not ingress.allowed_security_group_ids:
        way = "only the output openCommand leads to it" if spec.enable_exec else "nobody is let in"
        said.append(f"No ingress.allowed_cidrs or allowed_security_group_ids: {way}.")
    return said
