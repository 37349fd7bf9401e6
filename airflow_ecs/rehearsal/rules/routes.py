"""Whether tasks can reach what they need before they start: their image, logs and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules import subnets
from airflow_ecs.rehearsal.rules.deployment import SERVICE, fields, items, texts, title
from airflow_ecs.rehearsal.rules.firewall import Firewall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_HTTPS = 443
_ANYWHERE = "0.0.0.0/0"


def check(deployment: Deployment) -> Iterator[str]:
    """All services whose subnets the program makes."""
    firewall = Firewall(deployment)
    for service in deployment.of(SERVICE):
        network = fields(service.inputs.get("networkConfiguration"))
        found = [subnets.find(deployment, one) for one in items(network.get("subnets"))]
        wanted = _needs(deployment, service)
        if not wanted or not found or any(subnet is None for subnet in found):
            continue
        public = network.get("assignPublicIp") is True
        ways = {subnet.way_out for subnet in found if subnet}
        if "internet" in ways and not public:
            yield (
                f"{title(service)}: its subnets are public and its tasks have no public address, "
                "so that they reach nothing outside; use private subnets with a NAT gateway, or "
                "set assignPublicIp."
            )
        elif "" in ways:
            vpc = next(subnet.vpc for subnet in found if subnet)
            yield from _by_endpoints(deployment, firewall, service, vpc, wanted)
        else:
            yield from _by_internet(firewall, service, wanted)


def _needs(deployment: Deployment, service: Declared) -> dict[str, str]:
    """The AWS services, or "internet", that the tasks call, each with the reason."""
    definition = deployment.task_definition(service)
    needs: dict[str, str] = {}
    for container in definition.containers if definition else ():
        image = container.get("image")
        if isinstance(image, str):
            if ".dkr.ecr." in image:
                # The layers themselves are in S3.
                needs |= dict.fromkeys(("ecr.api", "ecr.dkr", "s3"), f"pull {image}")
            else:
                needs["internet"] = f"pull {image}"
        if fields(container.get("logConfiguration")).get("logDriver") == "awslogs":
            needs["logs"] = "write its logs"
        for secret in items(container.get("secrets")):
            store = "secretsmanager" if ":secretsmanager:" in str(secret) else "ssm"
            needs[store] = f"read the secret {secret.get('name')}"
    if needs and service.inputs.get("enableExecuteCommand") is True:
        needs["ssmmessages"] = "be reached by ECS Exec"
    return needs


def _by_endpoints(
    deployment: Deployment, firewall: Firewall, service: Declared, vpc: str, wanted: dict[str, str]
) -> Iterator[str]:
    endpoints = {
        _service_of(endpoint): endpoint
        for endpoint in deployment.of(_ENDPOINT)
        if endpoint.inputs.get("vpcId") == vpc
    }
    groups = _groups(service)
    block = subnets.vpc_block(deployment, vpc) or _ANYWHERE
    for need, why in wanted.items():
        if need == "internet":
            yield (
                f"{title(service)}: it could not {why}: its subnets have no NAT gateway, and only "
                "ECR is reached without one; copy the image to ECR, or add a NAT gateway."
            )
        elif need not in endpoints:
            yield (
                f"{title(service)}: it could not {why}: its subnets have neither a NAT gateway nor "
                f"an endpoint for {need}; add one of them."
            )
        else:
            theirs = texts(endpoints[need].inputs.get("securityGroupIds"))
            if not theirs or not firewall.knows((*groups, *theirs)):
                continue
            call: dict[str, Any] = {"sources": groups, "targets": theirs, "blocks": [block]}
            if not firewall.lets_in(_HTTPS, **call) or not firewall.lets_out(_HTTPS, **call):
                yield (
                    f"{title(service)}: it could not {why}: no rule allows port {_HTTPS} from "
                    f"{firewall.names(groups)} to {firewall.names(theirs)}, the security group of "
                    f"{title(endpoints[need])}; allow it on both."
                )


def _by_internet(firewall: Firewall, service: Declared, wanted: dict[str, str]) -> Iterator[str]:
    groups = _groups(service)
    if not groups or not firewall.knows(groups):
        return
    if not firewall.lets_out(_HTTPS, sources=groups, targets=(), blocks=[_ANYWHERE]):
        yield (
            f"{title(service)}: it could not {next(iter(wanted.values()))}: no rule of "
            f"{firewall.names(groups)} lets out port {_HTTPS} to {_ANYWHERE}; add an egress rule."
        )


def _groups(service: Declared) -> tuple[str, ...]:
    network = fields(service.inputs.get("networkConfiguration"))
    return texts(network.get("securityGroups"))


def _service_of(endpoint: Declared) -> str:
    # com.amazonaws.eu-west-1.ecr.api is ecr.api.
    return str(endpoint.inputs.get("serviceName")).split(".", 3)[-1]
