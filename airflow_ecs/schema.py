"""The components' schema as Pulumi infers it: what other languages see of them.

`python -m airflow_ecs.schema` prints it; schema.json is its committed copy.
"""

from __future__ import annotations

import json
from typing import Any

from pulumi.provider.experimental.component import ComponentProvider

from airflow_ecs.cluster import AirflowCluster
from airflow_ecs.remote_tasks import RemoteTasks

PACKAGE = "airflow-ecs"


def schema() -> dict[str, Any]:
    """The package schema of the components."""
    provider = ComponentProvider([AirflowCluster, RemoteTasks], PACKAGE)
    inferred: dict[str, Any] = json.loads(provider.schema or "{}")
    return inferred


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2, sort_keys=True))
