"""Values that the deployment hands to DAG code."""

from __future__ import annotations

import difflib

from airflow_ecs.remote.errors import RemoteTaskError
from airflow_ecs.remote.placement import Placement


def get_value(key: str) -> str:
    """The value that the deployment keeps under `values` and this key.

    It comes from the container's environment: AWS is not asked, and a deployment that changes
    a value starts new containers.

    Raises:
        RemoteTaskError: the deployment hands on no such value.
        PlacementError: this is not a container of the deployment.
    """
    values = Placement.from_environment().values
    if key not in values:
        near = difflib.get_close_matches(key, values, n=1)
        known = f"did you mean {near[0]}?" if near else f"it has {', '.join(values) or 'none'}."
        raise RemoteTaskError(f"The deployment hands on no value {key!r}; {known}")
    return values[key]
