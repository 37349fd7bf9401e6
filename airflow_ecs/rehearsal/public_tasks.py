"""Where the pages of services without a balancer are: at their tasks' own public addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import ecs_api
from airflow_ecs.rehearsal.account_clients import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def pages(endpoint: str, region: str) -> dict[str, str]:
    """The address of each task with a public one, by its service's name.

    Asked of ECS and EC2 as anybody would ask AWS: from the task to its network interface.
    """
    client = Account(endpoint, region).client
    ecs, ec2 = client("ecs"), client("ec2")
    return {
        service["serviceName"]: f"http://{address}:{port}"
        for service in _public_services(ecs)
        for address in _addresses(ecs, ec2, service)
        for port in _ports(ecs, service)
    }


def _public_services(ecs: Any) -> Iterator[Mapping[str, Any]]:
    for service in ecs_api.active_services(ecs):
        network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        if network.get("assignPublicIp") == "ENABLED" and service["desiredCount"] > 0:
            yield service


def _addresses(ecs: Any, ec2: Any, service: Mapping[str, Any]) -> Iterator[str]:
    cluster, name = service["clusterArn"], service["serviceName"]
    interfaces = [
        detail["value"]
        for task in ecs_api.tasks(ecs, cluster, serviceName=name)
        for attachment in task["attachments"]
        for detail in attachment["details"]
        if detail["name"] == "networkInterfaceId"
    ]
    if not interfaces:
        return
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=interfaces)["NetworkInterfaces"]
    yield from (one["Association"]["PublicIp"] for one in found if "Association" in one)


def _ports(ecs: Any, service: Mapping[str, Any]) -> list[int]:
    described = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
    return [
        mapping["containerPort"]
        for container in described["taskDefinition"]["containerDefinitions"]
        for mapping in container.get("portMappings", ())
    ]
