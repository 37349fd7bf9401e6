"""ECS services: that what they name fits what is there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import SERVICE, fields, items, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

_CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
_CLUSTER = "aws:ecs/cluster:Cluster"
_TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
_LISTENERS = ("aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule")


def check(deployment: Deployment) -> Iterator[str]:
    """All services."""
    for service in deployment.of(SERVICE):
        yield from _containers(deployment, service)
        yield from _capacity(deployment, service)
        yield from _network(deployment, service)
        yield from _targets(deployment, service)
    yield from _registries(deployment)


def _containers(deployment: Deployment, service: Declared) -> Iterator[str]:
    definition = deployment.task_definition(service)
    registry = service.inputs.get("serviceRegistries")
    named = [("loadBalancers", one) for one in items(service.inputs.get("loadBalancers"))]
    if isinstance(registry, dict) and registry.get("containerName"):
        named.append(("serviceRegistries", registry))
    for member, entry in named:
        name, port = entry.get("containerName"), entry.get("containerPort")
        if definition is None or not known(name):
            continue
        container = definition.container(name)
        if container is None:
            names = ", ".join(str(one.get("name")) for one in definition.containers)
            yield (
                f"{title(service)}: {member} names the container {name!r}, which its task "
                f"definition does not have; write one of {names}."
            )
            continue
        mapped = [one.get("containerPort") for one in items(container.get("portMappings"))]
        if known(port) and port not in mapped:
            yield (
                f"{title(service)}: {member} names port {port} of {name!r}, which maps "
                f"{_listed(mapped)}; write a mapped port, or add it to portMappings."
            )


def _capacity(deployment: Deployment, service: Declared) -> Iterator[str]:
    strategy = items(service.inputs.get("capacityProviderStrategies"))
    launch_type = service.inputs.get("launchType")
    if strategy and known(launch_type):
        yield (
            f"{title(service)}: it has launchType {launch_type!r} and capacityProviderStrategies, "
            "and AWS takes one of them; leave launchType out."
        )
    if strategy and not any(one.get("weight", 0) or one.get("base", 0) for one in strategy):
        yield (
            f"{title(service)}: every weight in capacityProviderStrategies is 0, so that no task "
            "could be placed; give one provider a weight."
        )
    offered = _offered(deployment, service.inputs.get("cluster"))
    if offered is None:
        return
    for provider in (one.get("capacityProvider") for one in strategy):
        if known(provider) and provider not in offered:
            yield (
                f"{title(service)}: capacityProviderStrategies names {provider}, which the cluster "
                f"does not have ({_listed(offered)}); add it to the cluster's "
                "ClusterCapacityProviders."
            )


def _offered(deployment: Deployment, cluster: Any) -> list[str] | None:
    """The capacity providers of a cluster; nothing when the program does not say."""
    declared = deployment.find(_CLUSTER, cluster)
    if declared is None:
        return None
    for providers in deployment.of(_CAPACITY):
        if deployment.find(_CLUSTER, providers.inputs.get("clusterName")) is declared:
            return items(providers.inputs.get("capacityProviders"))
    return []


def _network(deployment: Deployment, service: Declared) -> Iterator[str]:
    definition = deployment.task_definition(service)
    if definition is None or definition.declared.inputs.get("networkMode") != "awsvpc":
        return
    network = service.inputs.get("networkConfiguration")
    if network is None or (isinstance(network, dict) and network.get("subnets") == []):
        yield (
            f"{title(service)}: it has no subnets, and tasks in awsvpc mode need them; write "
            "networkConfiguration with subnets and securityGroups."
        )


def _targets(deployment: Deployment, service: Declared) -> Iterator[str]:
    entries = items(service.inputs.get("loadBalancers"))
    if not entries and known(service.inputs.get("healthCheckGracePeriodSeconds")):
        yield (
            f"{title(service)}: it has healthCheckGracePeriodSeconds but no load balancer, which "
            "AWS refuses; leave it out."
        )
    for entry in entries:
        group = deployment.find(_TARGET_GROUP, entry.get("targetGroupArn"))
        if group is None:
            continue
        kind = group.inputs.get("targetType", "instance")
        if known(kind) and kind != "ip":
            yield (
                f"{title(group)}: targetType is {kind!r}, and the tasks of {title(service)} are "
                "reached by their addresses; write ip."
            )
        users = [one for one in deployment.of(*_LISTENERS) if _forwards(one, entry)]
        if not users:
            yield (
                f"{title(service)}: its target group {group.name} is used by no listener, and AWS "
                "refuses such a service; forward to it in a listener or a rule."
            )
        for user in users:
            if not deployment.is_dependency(service, user):
                yield (
                    f"{title(service)}: it does not wait for {title(user)}; AWS refuses a service "
                    "whose target group has no load balancer yet; add depends_on."
                )


def _forwards(user: Declared, entry: dict[str, Any]) -> bool:
    arn = entry.get("targetGroupArn")
    for action in items(user.inputs.get("actions")) + items(user.inputs.get("defaultActions")):
        groups = items(fields(action.get("forward")).get("targetGroups"))
        if arn in (action.get("targetGroupArn"), *(one.get("arn") for one in groups)):
            return True
    return False


def _registries(deployment: Deployment) -> Iterator[str]:
    users: dict[str, list[Declared]] = defaultdict(list)
    for service in deployment.of(SERVICE):
        registry = service.inputs.get("serviceRegistries")
        if isinstance(registry, dict) and isinstance(registry.get("registryArn"), str):
            users[registry["registryArn"]].append(service)
    for arn, services in users.items():
        if len(services) > 1:
            names = " and ".join(one.name for one in services)
            yield (
                f"{title(services[0])}: the Cloud Map service {arn} is registered by {names}, so "
                "that its name would lead to either; give each a name of its own."
            )


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values)) or "none"
