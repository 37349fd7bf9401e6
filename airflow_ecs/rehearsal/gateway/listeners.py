"""The rules of a load balancer's listener: which action answers a request."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from airflow_ecs.rehearsal.gateway.wildcards import like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Action = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What rules look at; header names are in small letters."""

    method: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """The listener of a load balancer that people are meant to use.

    `rules` are in the order of their priority, the default one last; `idle` is how many
    seconds a target may be silent.
    """

    protocol: str
    port: int
    idle: float
    rules: tuple[Mapping[str, Any], ...]

    @property
    def hosts(self) -> list[str]:
        """The host names of the rules, without those that have wildcards."""
        conditions = (condition for rule in self.rules for condition in rule["Conditions"])
        named = (host for one in conditions for host in _hosts(one))
        return [host for host in named if not {"*", "?"} & set(host)]

    @property
    def group_arns(self) -> list[str]:
        """The target groups that rules forward to."""
        actions = (action for rule in self.rules for action in rule["Actions"])
        return [arn for action in actions for arn, _ in targets_of(action)]

    def action(self, asked: Asked) -> Action:
        """The last action of the first rule that holds: those before it are log-ins."""
        for rule in self.rules:
            if all(_holds(condition, asked) for condition in rule["Conditions"]):
                actions: list[Action] = sorted(rule["Actions"], key=lambda one: one.get("Order", 1))
                return actions[-1]
        raise AssertionError("a listener always has a default rule, which has no condition")


def read(elb: Any) -> list[Front]:
    """The fronts of all load balancers: for each its HTTPS listener, or else its HTTP one."""
    fronts = []
    for balancer in _pages(elb, "describe_load_balancers", "LoadBalancers"):
        arn = balancer["LoadBalancerArn"]
        listeners = [*_pages(elb, "describe_listeners", "Listeners", LoadBalancerArn=arn)]
        # HTTP beside HTTPS does nothing but send people there.
        listeners.sort(key=lambda one: (one["Protocol"] != "HTTPS", one["Port"]))
        if balancer["Type"] != "application" or not listeners:
            continue
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        idle = {one["Key"]: one["Value"] for one in attributes}.get("idle_timeout.timeout_seconds")
        rules = _pages(elb, "describe_rules", "Rules", ListenerArn=listeners[0]["ListenerArn"])
        fronts.append(
            Front(
                protocol=listeners[0]["Protocol"],
                port=listeners[0]["Port"],
                idle=float(idle or 60),
                rules=tuple(sorted(rules, key=_priority)),
            )
        )
    return fronts


def targets_of(action: Action) -> list[tuple[str, int]]:
    """The target groups of a forwarding action, each with its weight."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    if not groups and "TargetGroupArn" in action:
        groups = [{"TargetGroupArn": action["TargetGroupArn"]}]
    return [(one["TargetGroupArn"], int(one.get("Weight", 1))) for one in groups]


def redirection(action: Action, asked: Asked, protocol: str, port: int) -> str:
    """Where a redirecting action sends to."""
    config = action["RedirectConfig"]
    known = {
        "#{protocol}": protocol.lower(),
        "#{host}": asked.host,
        "#{port}": str(port),
        "#{path}": asked.path.lstrip("/"),
        "#{query}": asked.query,
    }

    def part(name: str, default: str) -> str:
        text: str = config.get(name) or default
        for key, value in known.items():
            text = text.replace(key, value)
        return text

    scheme = part("Protocol", "#{protocol}").lower()
    number = part("Port", "#{port}")
    usual = {"http": "80", "https": "443"}.get(scheme) == number
    query = part("Query", "#{query}")
    host = part("Host", "#{host}") + ("" if usual else f":{number}")
    return f"{scheme}://{host}{part('Path', '/#{path}')}" + (f"?{query}" if query else "")


def _priority(rule: Mapping[str, Any]) -> float:
    return float("inf") if rule["Priority"] == "default" else int(rule["Priority"])


def _pages(elb: Any, operation: str, member: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    for page in elb.get_paginator(operation).paginate(**parameters):
        yield from page[member]


def _hosts(condition: Mapping[str, Any]) -> Sequence[str]:
    return _values(condition) if condition["Field"] == "host-header" else ()


def _values(condition: Mapping[str, Any]) -> list[str]:
    """The values of a condition, new style or old."""
    configs = (one for key, one in condition.items() if key.endswith("Config") and one)
    config: Mapping[str, Any] = next(configs, condition)
    return list(config.get("Values") or [])


def _holds(condition: Mapping[str, Any], asked: Asked) -> bool:
    field = condition["Field"]
    if field == "host-header":
        return _any(_values(condition), asked.host)
    if field == "path-pattern":
        return any(like(one, asked.path) for one in _values(condition))
    if field == "http-request-method":
        return asked.method in _values(condition)
    if field == "source-ip":
        source = ip_address(asked.source)
        return any(source in ip_network(one) for one in _values(condition))
    if field == "http-header":
        name = condition["HttpHeaderConfig"]["HttpHeaderName"].lower()
        return name in asked.headers and _any(_values(condition), asked.headers[name])
    if field == "query-string":
        pairs = parse_qsl(asked.query, keep_blank_values=True)
        wanted = condition["QueryStringConfig"]["Values"]
        return any(
            _any([one["Value"]], value) and _any([one.get("Key", key)], key)
            for one in wanted
            for key, value in pairs
        )
    return False


def _any(patterns: Iterable[str], value: str) -> bool:
    """Whether one of them is meant; capitals are the same."""
    return any(like(one.lower(), value.lower()) for one in patterns)
