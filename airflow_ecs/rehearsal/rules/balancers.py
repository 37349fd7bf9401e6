"""Load balancers: zones, certificates, ports and priorities."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import fields, items, known, title
from airflow_ecs.rehearsal.rules.subnets import zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER = "aws:lb/listener:Listener"
_RULE = "aws:lb/listenerRule:ListenerRule"
_TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"

# Source: Elastic Load Balancing quotas: condition values of one rule.
_CONDITION_VALUES = 5
# Source: ELBv2 API reference, CreateRule.
_HIGHEST_PRIORITY = 50_000


def check(deployment: Deployment) -> Iterator[str]:
    """Balancers, listeners, rules and target groups."""
    for balancer in deployment.of(_BALANCER):
        yield from _zones(deployment, balancer)
    for listener in deployment.of(_LISTENER):
        yield from _certificate(listener)
    for rule in deployment.of(_RULE):
        yield from _conditions(rule)
        yield from _hosts(deployment, rule)
    for group in deployment.of(_TARGET_GROUP):
        yield from _health_check(group)
    yield from _twice(deployment, _LISTENER, "loadBalancerArn", "port")
    yield from _twice(deployment, _RULE, "listenerArn", "priority")


def _zones(deployment: Deployment, balancer: Declared) -> Iterator[str]:
    subnets = balancer.inputs.get("subnets")
    if balancer.inputs.get("loadBalancerType", "application") != "application":
        return
    if not isinstance(subnets, list):
        return
    where = zones(deployment, subnets)
    if len(subnets) < 2:
        yield (
            f"{title(balancer)}: it is in {len(subnets)} subnet, and a load balancer needs two in "
            "different zones; write at least two subnets."
        )
    elif where is not None and len(where) < 2:
        yield (
            f"{title(balancer)}: its subnets are all in the zone {', '.join(where)}, and a load "
            "balancer needs two; write subnets of different zones."
        )
    elif where is not None and len(where) < len(subnets):
        yield (
            f"{title(balancer)}: its {len(subnets)} subnets are in {len(where)} zones, and a load "
            "balancer takes one subnet of a zone; write one of each."
        )


def _certificate(listener: Declared) -> Iterator[str]:
    protocol = listener.inputs.get("protocol", "HTTP")
    certificate = listener.inputs.get("certificateArn")
    if protocol in ("HTTPS", "TLS") and certificate is None:
        yield (
            f"{title(listener)}: protocol is {protocol} without a certificate, which AWS refuses; "
            "write certificateArn."
        )
    if protocol in ("HTTP", "TCP") and certificate is not None:
        yield (
            f"{title(listener)}: it has a certificate, and protocol is {protocol}, which has no "
            "use for one; write HTTPS."
        )


def _conditions(rule: Declared) -> Iterator[str]:
    priority = rule.inputs.get("priority")
    if isinstance(priority, int) and not 1 <= priority <= _HIGHEST_PRIORITY:
        yield (
            f"{title(rule)}: priority is {priority}; write a number from 1 to {_HIGHEST_PRIORITY}."
        )
    values = [
        value
        for condition in items(rule.inputs.get("conditions"))
        for inner in condition.values()
        if isinstance(inner, dict)
        for value in items(inner.get("values"))
    ]
    if len(values) > _CONDITION_VALUES:
        yield (
            f"{title(rule)}: its conditions have {len(values)} values, and a rule holds "
            f"{_CONDITION_VALUES}; make two rules."
        )


def _hosts(deployment: Deployment, rule: Declared) -> Iterator[str]:
    """A host that the rule waits for, beneath a zone of the program, has a record there."""
    zones_here = [deployment.get(zone, "name") for zone in deployment.of("aws:route53/zone:Zone")]
    records = [deployment.get(one, "fqdn") for one in deployment.of("aws:route53/record:Record")]
    if any(not known(name) for name in (*zones_here, *records)):
        return
    for condition in items(rule.inputs.get("conditions")):
        for host in items(fields(condition.get("hostHeader")).get("values")):
            beneath = any(host.endswith(f".{zone}") for zone in zones_here)
            if beneath and host not in records:
                yield (
                    f"{title(rule)}: it waits for the host {host}, which no record leads to; add "
                    "a record for it."
                )


def _health_check(group: Declared) -> Iterator[str]:
    check = group.inputs.get("healthCheck")
    if not isinstance(check, dict):
        return
    interval, timeout = check.get("interval", 30), check.get("timeout", 5)
    if isinstance(interval, int) and isinstance(timeout, int) and timeout >= interval:
        yield (
            f"{title(group)}: the health check's timeout is {timeout} and its interval {interval}, "
            "and AWS wants the timeout shorter; write a longer interval."
        )


def _twice(deployment: Deployment, type_: str, parent: str, key: str) -> Iterator[str]:
    users: dict[tuple[Any, Any], list[Declared]] = defaultdict(list)
    for declared in deployment.of(type_):
        place, value = declared.inputs.get(parent), declared.inputs.get(key)
        if known(place) and known(value):
            users[place, value].append(declared)
    for (_, value), sharing in users.items():
        for other in sharing[1:]:
            yield (
                f"{title(other)}: its {key} {value} is that of {title(sharing[0])} too, which AWS "
                f"refuses; give each a {key} of its own."
            )
