"""What ECS tells of a deployment: its services, their tasks, and where these run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# As many services as one DescribeServices takes.
_AT_ONCE = 10


def services(ecs: Any) -> Iterator[Mapping[str, Any]]:
    """Every service of every cluster, described; also one that was deleted just now."""
    for cluster in ecs.list_clusters()["clusterArns"]:
        arns = ecs.list_services(cluster=cluster, maxResults=100)["serviceArns"]
        for start in range(0, len(arns), _AT_ONCE):
            some = arns[start : start + _AT_ONCE]
            yield from ecs.describe_services(cluster=cluster, services=some)["services"]


def active_services(ecs: Any) -> Iterator[Mapping[str, Any]]:
    """Those that shall go on."""
    return (one for one in services(ecs) if one["status"] == "ACTIVE")


def tasks(ecs: Any, cluster: str, **which: str) -> list[Mapping[str, Any]]:
    """The tasks that ListTasks finds by `serviceName`, `family`, `desiredStatus`, described."""
    arns = ecs.list_tasks(cluster=cluster, **which)["taskArns"]
    return list(ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]) if arns else []


def addresses(described: Sequence[Mapping[str, Any]]) -> list[str]:
    """The private addresses of tasks."""
    return [
        interface["privateIpv4Address"]
        for task in described
        for container in task["containers"]
        for interface in container.get("networkInterfaces", ())
    ]
