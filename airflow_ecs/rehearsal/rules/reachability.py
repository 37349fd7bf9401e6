"""Whether each service can reach what its settings name, and be reached by those who call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules import endpoints, file_systems, runs, settings
from airflow_ecs.rehearsal.rules.deployment import SERVICE, fields, items, known, texts, title
from airflow_ecs.rehearsal.rules.firewall import Firewall
from airflow_ecs.rehearsal.rules.subnets import vpc_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment
    from airflow_ecs.rehearsal.rules.runs import Run

# Airflow's servers of the logs of running tasks: on workers and on triggerers.
_LOG_PORTS = (8793, 8794)
_WEB_PORT = 8080

_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER = "aws:lb/listener:Listener"
_NAMESPACE = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"
_NAME = "aws:servicediscovery/service:Service"

# Which properties of databases and caches name hosts, and which their security groups.
_MANAGED = {
    "aws:rds/instance:Instance": (("address",), "vpcSecurityGroupIds"),
    "aws:rds/cluster:Cluster": (("endpoint", "readerEndpoint"), "vpcSecurityGroupIds"),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        ("primaryEndpointAddress", "readerEndpointAddress", "configurationEndpointAddress"),
        "securityGroupIds",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Party:
    """One end of a call: what it is, the security groups it has, and where its addresses are."""

    declared: Declared
    groups: tuple[str, ...]
    ports: frozenset[int] | None = None
    block: str | None = None


def check(deployment: Deployment) -> Iterator[str]:
    """Every call that the settings, the balancers and Airflow's log servers imply."""
    firewall = Firewall(deployment)
    running = list(runs.all_of(deployment))
    for run in running:
        yield from _settings(deployment, firewall, run)
        yield from _mounts(deployment, firewall, run)
    services = [_party(deployment, run) for run in running if run.declared.type == SERVICE]
    for source, target, port in _log_calls(services):
        why = f"shows the logs of running tasks, which {target.declared.name} serves"
        yield from _call(firewall, source, target, port, why)
    yield from _balancers(deployment, firewall)


def _party(deployment: Deployment, run: Run) -> _Party:
    blocks = {vpc_block(deployment, subnet.vpc) for subnet in run.subnets if subnet}
    return _Party(
        declared=run.declared,
        groups=run.groups,
        ports=frozenset(run.definition.ports()) if run.definition else None,
        block=blocks.pop() if len(blocks) == 1 else None,
    )


def _settings(deployment: Deployment, firewall: Firewall, run: Run) -> Iterator[str]:
    source = _party(deployment, run)
    for container in run.definition.containers if run.definition else ():
        values = settings.of(deployment, container)
        for endpoint in sorted(set(endpoints.named_in(values))):
            target = _resolve(deployment, endpoint.host)
            if target is None:
                if namespace := _namespace(deployment, endpoint.host):
                    yield (
                        f"{title(source.declared)}: {endpoint.setting} names {endpoint.host}, and "
                        f"nothing has that name in the namespace {namespace}; register a service "
                        "under it, or correct the name."
                    )
                continue
            if target.declared.urn == source.declared.urn:
                continue
            if target.ports is not None and endpoint.port not in target.ports:
                yield (
                    f"{title(source.declared)}: {endpoint.setting} names port {endpoint.port} of "
                    f"{endpoint.host}, and {target.declared.name} listens on "
                    f"{', '.join(map(str, sorted(target.ports))) or 'none'}; write its port."
                )
                continue
            why = f"calls {endpoint.host}:{endpoint.port} by {endpoint.setting}"
            yield from _call(firewall, source, target, endpoint.port, why)


def _mounts(deployment: Deployment, firewall: Firewall, run: Run) -> Iterator[str]:
    source = _party(deployment, run)
    for volume in file_systems.volumes(run):
        for target in file_systems.targets(deployment, volume["fileSystemId"]):
            party = _Party(declared=target, groups=texts(target.inputs.get("securityGroups")))
            yield from _call(
                firewall, source, party, file_systems.PORT, f"mounts {volume['fileSystemId']}"
            )


def _resolve(deployment: Deployment, host: str) -> _Party | None:
    """What a host name leads to, if it is the program's own."""
    for type_, (hosts, security_groups) in _MANAGED.items():
        for managed in deployment.of(type_):
            if host in [deployment.get(managed, name) for name in hosts]:
                groups = texts(managed.inputs.get(security_groups))
                port = deployment.get(managed, "port")
                return _Party(declared=managed, groups=groups, ports=_one(port))
    for balancer in deployment.of(_BALANCER):
        if host in _balancer_hosts(deployment, balancer):
            return _balancer(deployment, balancer)
    return _discovered(deployment, host)


def _one(port: Any) -> frozenset[int] | None:
    return frozenset({port}) if isinstance(port, int) else None


def _balancer(deployment: Deployment, balancer: Declared) -> _Party:
    arn = deployment.get(balancer, "arn")
    ports = {
        listener.inputs.get("port")
        for listener in deployment.of(_LISTENER)
        if listener.inputs.get("loadBalancerArn") == arn
    }
    return _Party(
        declared=balancer,
        groups=texts(balancer.inputs.get("securityGroups")),
        ports=frozenset(port for port in ports if isinstance(port, int)),
    )


def _balancer_hosts(deployment: Deployment, balancer: Declared) -> Iterator[Any]:
    own = deployment.get(balancer, "dnsName")
    yield own
    for record in deployment.of("aws:route53/record:Record"):
        if known(own) and own in [one.get("name") for one in items(record.inputs.get("aliases"))]:
            yield deployment.get(record, "fqdn")


def _namespace(deployment: Deployment, host: str) -> str | None:
    for namespace in deployment.of(_NAMESPACE):
        name = deployment.get(namespace, "name")
        if isinstance(name, str) and host.endswith(f".{name}"):
            return name
    return None


def _discovered(deployment: Deployment, host: str) -> _Party | None:
    zone = _namespace(deployment, host)
    if zone is None:
        return None
    for name in deployment.of(_NAME):
        if deployment.get(name, "name") != host.removesuffix(f".{zone}"):
            continue
        for service in deployment.of(SERVICE):
            registry = fields(service.inputs.get("serviceRegistries"))
            if deployment.find(_NAME, registry.get("registryArn")) is name:
                return _party(deployment, runs.of_service(deployment, service))
    return None


def _log_calls(services: list[_Party]) -> Iterator[tuple[_Party, _Party, int]]:
    """From each web process to each log server."""
    for source in services:
        for target in services:
            if source is target or _WEB_PORT not in (source.ports or ()):
                continue
            for port in _LOG_PORTS:
                if port in (target.ports or ()):
                    yield source, target, port


def _balancers(deployment: Deployment, firewall: Firewall) -> Iterator[str]:
    for service in deployment.of(SERVICE):
        target = _party(deployment, runs.of_service(deployment, service))
        for entry in items(service.inputs.get("loadBalancers")):
            port, arn = entry.get("containerPort"), entry.get("targetGroupArn")
            for balancer in _balancers_of(deployment, arn):
                if isinstance(port, int):
                    why = f"forwards to port {port} of {service.name}"
                    yield from _call(firewall, _balancer(deployment, balancer), target, port, why)


def _balancers_of(deployment: Deployment, target_group: Any) -> Iterator[Declared]:
    if not isinstance(target_group, str):
        return
    for balancer in deployment.of(_BALANCER):
        arn = deployment.get(balancer, "arn")
        listeners = [
            one for one in deployment.of(_LISTENER) if arn == one.inputs.get("loadBalancerArn")
        ]
        arns = {deployment.get(listener, "arn") for listener in listeners}
        rules = [
            rule
            for rule in deployment.of("aws:lb/listenerRule:ListenerRule")
            if rule.inputs.get("listenerArn") in arns
        ]
        if any(target_group in str(one.inputs) for one in [*listeners, *rules]):
            yield balancer


def _call(firewall: Firewall, source: _Party, target: _Party, port: int, why: str) -> Iterator[str]:
    """Sentences for what stands in the way of one call."""
    groups = (*source.groups, *target.groups)
    # A group that isn't the program's own may allow anything, and so may an unknown network.
    if not source.groups or not target.groups or not firewall.knows(groups):
        return
    blocks = [source.block or target.block or "0.0.0.0/0"]
    call = {"sources": source.groups, "targets": target.groups, "blocks": blocks}
    if not firewall.lets_in(port, **call):
        yield (
            f"{title(source.declared)}: it {why}, but no rule of the security group "
            f"{firewall.names(target.groups)} lets in port {port} from "
            f"{firewall.names(source.groups)}; add an ingress rule."
        )
    if not firewall.lets_out(port, **call):
        yield (
            f"{title(source.declared)}: it {why}, but no rule of the security group "
            f"{firewall.names(source.groups)} lets out port {port} to "
            f"{firewall.names(target.groups)}; add an egress rule."
        )
