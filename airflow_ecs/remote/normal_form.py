"""Task definitions in one normal form, whoever wrote them.

ECS fills in defaults, orders what has no order as it likes, and drops what is empty. A
definition is written down here without defaults, sorted, and with nothing empty in it, so that
what was registered and what is read back are the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.errors import RemoteTaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The members of RegisterTaskDefinition, tags apart. DescribeTaskDefinition answers with more,
# and may answer with yet more one day; none of that was registered.
_MEMBERS = frozenset(
    {
        "containerDefinitions",
        "cpu",
        "enableFaultInjection",
        "ephemeralStorage",
        "executionRoleArn",
        "family",
        "inferenceAccelerators",
        "ipcMode",
        "memory",
        "networkMode",
        "pidMode",
        "placementConstraints",
        "proxyConfiguration",
        "requiresCompatibilities",
        "runtimePlatform",
        "taskRoleArn",
        "volumes",
    }
)

# Lists whose order means nothing to ECS, by the member that holds them.
_UNORDERED = frozenset(
    {
        "containerDefinitions",
        "environment",
        "inferenceAccelerators",
        "mountPoints",
        "placementConstraints",
        "portMappings",
        "requiresCompatibilities",
        "resourceRequirements",
        "secretOptions",
        "secrets",
        "systemControls",
        "ulimits",
        "volumes",
    }
)

# Maps with keys of the user's own, which are not members of anything.
_FREE = frozenset({"dockerLabels", "driverOpts", "labels", "options"})

# What ECS takes a member for when it is left out, by the member that holds it.
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "": {"enableFaultInjection": False},
    "authorizationConfig": {"iam": "DISABLED"},
    "containerDefinitions": {"cpu": 0, "essential": True, "versionConsistency": "enabled"},
    "efsVolumeConfiguration": {"rootDirectory": "/", "transitEncryption": "DISABLED"},
    "healthCheck": {"interval": 30, "retries": 3, "startPeriod": 0, "timeout": 5},
    "mountPoints": {"readOnly": False},
    "portMappings": {"protocol": "tcp"},
    "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
    "volumes": {"configuredAtLaunch": False},
}


def normal_form(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A task definition in normal form, from a request or from the answer of ECS; without tags."""
    known = {name: value for name, value in definition.items() if name in _MEMBERS}
    for number in ("cpu", "memory"):
        if known.get(number) is not None:
            known[number] = str(known[number])
    form: dict[str, Any] = _object(known, "")
    return form


def refuse_unknown(request: Mapping[str, Any]) -> None:
    """Raise `RemoteTaskError` for a member that RegisterTaskDefinition does not have."""
    unknown = sorted(request.keys() - _MEMBERS - {"tags"})
    if unknown:
        raise RemoteTaskError(
            f"A task definition has no {unknown[0]}; it may have {', '.join(sorted(_MEMBERS))}."
        )


def _object(value: Mapping[str, Any], member: str) -> dict[str, Any]:
    defaults = _DEFAULTS.get(member, {})
    found = {}
    for name in sorted(value):
        one = value[name]
        if member == "portMappings" and name == "hostPort" and one == value.get("containerPort"):
            continue
        one = dict(sorted(one.items())) if name in _FREE and one else _value(one, name)
        # A variable may well be empty; a list or an object that is says nothing.
        if one is None or one == [] or one == {}:
            continue
        if name in defaults and one == defaults[name]:
            continue
        found[name] = one
    return found


def _value(value: Any, member: str) -> Any:
    if isinstance(value, dict):
        return _object(value, member)
    if isinstance(value, list | tuple):
        items = [_value(item, member) for item in value]
        return sorted(items, key=canonical) if member in _UNORDERED else items
    return value


def canonical(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
