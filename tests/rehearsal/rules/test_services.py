from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .building import ARN, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program

REGISTRY = ARN.format("servicediscovery", "api-server")


def target(name: str = "web", port: int = 8080) -> list[dict[str, Any]]:
    arn = ARN.format("lb", "web-targets")
    return [{"targetGroupArn": arn, "containerName": name, "containerPort": port}]


def test_a_balancer_needs_a_container_that_is_there(spoil: Callable[..., str]) -> None:
    assert "names the container 'nginx'" in spoil("web", loadBalancers=target(name="nginx"))


def test_a_balancer_needs_a_port_that_is_mapped(program: Program) -> None:
    program.change("web", loadBalancers=target(port=9090))

    assert "loadBalancers names port 9090 of 'web', which maps 8080" in program.violations()[0]


def test_a_registry_needs_a_container_that_is_there(spoil: Callable[..., str]) -> None:
    registry = {"registryArn": REGISTRY, "containerName": "nginx"}

    assert "serviceRegistries names the container 'nginx'" in spoil(
        "web", serviceRegistries=registry
    )


def test_a_name_in_cloud_map_belongs_to_one_service(spoil: Callable[..., str]) -> None:
    sentence = spoil("worker", serviceRegistries={"registryArn": REGISTRY})

    assert "is registered by web and worker" in sentence


def test_a_launch_type_beside_a_strategy_is_refused(spoil: Callable[..., str]) -> None:
    assert "leave launchType out" in spoil("worker", launchType="FARGATE")


def test_a_strategy_needs_its_provider_on_the_cluster(spoil: Callable[..., str]) -> None:
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]

    assert "names SPOT, which the cluster does not have (FARGATE, FARGATE_SPOT)" in spoil(
        "worker", capacityProviderStrategies=[*spot, {"capacityProvider": "SPOT"}]
    )


def test_a_cluster_without_providers_takes_no_strategy(program: Program) -> None:
    program.remove("providers")

    assert all("which the cluster does not have (none)" in one for one in program.violations())
    assert len(program.violations()) == 2


def test_a_strategy_of_weight_zero_is_refused(spoil: Callable[..., str]) -> None:
    idle = [{"capacityProvider": "FARGATE", "weight": 0}]

    assert "no task could be placed" in spoil("worker", capacityProviderStrategies=idle)


def test_tasks_need_subnets(spoil: Callable[..., str]) -> None:
    assert "it has no subnets" in spoil("worker", networkConfiguration=None)


def test_a_grace_period_needs_a_balancer(spoil: Callable[..., str]) -> None:
    assert "but no load balancer" in spoil("worker", healthCheckGracePeriodSeconds=60)


def test_tasks_are_targets_by_address(spoil: Callable[..., str]) -> None:
    assert "targetType is 'instance'" in spoil("web-targets", targetType=None)


def test_a_target_group_without_listener_is_refused(program: Program) -> None:
    program.change("rule", actions=[])

    assert "is used by no listener" in one(program.violations())


def test_a_service_waits_for_its_listener_rule(program: Program) -> None:
    program.declared["web"] = replace(program.declared["web"], dependencies=frozenset())

    sentence = one(program.violations())

    assert 'does not wait for aws:lb/listenerRule:ListenerRule "rule"' in sentence


def test_waiting_through_another_resource_is_waiting(program: Program) -> None:
    program.add("aws:lambda/invocation:Invocation", "migration", needs=["rule"])
    web = program.declared.pop("web")
    between = frozenset({program.declared["migration"].urn})
    program.declared["web"] = replace(web, dependencies=between)

    assert program.violations() == []
