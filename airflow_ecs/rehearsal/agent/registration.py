"""Where a service's task is entered while it runs: target groups and Cloud Map."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.agent.clients import Clients
    from airflow_ecs.rehearsal.agent.definition import Task
    from airflow_ecs.rehearsal.agent.names import Names
    from airflow_ecs.rehearsal.gateway.balancer import Balancer

# Seconds for requests that are under way. AWS waits for as long as the target group says,
# whether there are any or not.
_DRAIN = 5.0


class Registration:
    """Enters tasks, as ECS does, into what their services are told to use."""

    def __init__(self, clients: Clients, names: Names, balancer: Balancer) -> None:
        self._clients = clients
        self._names = names
        self._balancer = balancer

    def enter(self, task: Task, service: Mapping[str, Any], address: str) -> None:
        """Enter a task that has begun to run."""
        for group, target in _targets(service, address):
            self._clients.own("elbv2").register_targets(TargetGroupArn=group, Targets=[target])
            self._balancer.refresh()
        for registry in service.get("serviceRegistries", ()):
            name, found = self._name(registry)
            attributes = {"AWS_INSTANCE_IPV4": address, "ECS_SERVICE_NAME": service["serviceName"]}
            if port := registry.get("port") or registry.get("containerPort"):
                attributes["AWS_INSTANCE_PORT"] = str(port)
            self._clients.own("servicediscovery").register_instance(
                ServiceId=found, InstanceId=task.id, Attributes=attributes
            )
            self._names.add(name, address)

    def leave(self, task: Task, service: Mapping[str, Any], address: str) -> None:
        """Take a task out again, once nobody waits for its answer; fine when it is out."""
        balancers = self._clients.own("elbv2")
        for group, target in _targets(service, address):
            with suppress(balancers.exceptions.InvalidTargetException):
                balancers.deregister_targets(TargetGroupArn=group, Targets=[target])
            self._balancer.refresh()
            self._balancer.drained(address, target["Port"], _DRAIN)
        cloud_map = self._clients.own("servicediscovery")
        for registry in service.get("serviceRegistries", ()):
            name, found = self._name(registry)
            self._names.remove(name, address)
            entered = cloud_map.list_instances(ServiceId=found)["Instances"]
            if task.id in {one["Id"] for one in entered}:
                cloud_map.deregister_instance(ServiceId=found, InstanceId=task.id)

    def _name(self, registry: Mapping[str, Any]) -> tuple[str, str]:
        """The host name of a registry, and the id of its Cloud Map service."""
        cloud_map = self._clients.own("servicediscovery")
        found = cloud_map.get_service(Id=registry["registryArn"].rsplit("/", 1)[-1])["Service"]
        namespace = found.get("NamespaceId") or found["DnsConfig"]["NamespaceId"]
        domain = cloud_map.get_namespace(Id=namespace)["Namespace"]["Name"]
        return f"{found['Name']}.{domain}", found["Id"]


def _targets(service: Mapping[str, Any], address: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (one["targetGroupArn"], {"Id": address, "Port": one["containerPort"]})
        for one in service.get("loadBalancers", ())
        if "targetGroupArn" in one
    ]
