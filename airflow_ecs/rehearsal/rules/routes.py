"""Whether tasks can reach what they need before they start: their image, logs and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules import runs
from airflow_ecs.rehearsal.rules.deployment import fields, items, texts, title
from airflow_ecs.rehearsal.rules.firewall import Firewall
from airflow_ecs.rehearsal.rules.subnets import vpc_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment
    from airflow_ecs.rehearsal.rules.runs import Run

_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_HTTPS = 443
_ANYWHERE = "0.0.0.0/0"


def check(deployment: Deployment) -> Iterator[str]:
    """Everything that runs in subnets which the program makes."""
    firewall = Firewall(deployment)
    for run in runs.all_of(deployment):
        wanted = _needs(run)
        if not wanted or not run.subnets or None in run.subnets:
            continue
        ways = {subnet.way_out for subnet in run.subnets if subnet}
        if "internet" in ways and not run.public:
            yield (
                f"{title(run.declared)}: its subnets are public and its tasks have no public "
                "address, so that they reach nothing outside; use private subnets with a NAT "
                "gateway, or set assignPublicIp."
            )
        elif "" in ways:
            yield from _by_endpoints(deployment, firewall, run, wanted)
        else:
            yield from _by_internet(firewall, run, wanted)


def _needs(run: Run) -> dict[str, str]:
    """The AWS services, or "internet", that the tasks call, each with the reason."""
    needs: dict[str, str] = {}
    for container in run.definition.containers if run.definition else ():
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
    if needs and run.exec:
        needs["ssmmessages"] = "be reached by ECS Exec"
    return needs


def _by_endpoints(
    deployment: Deployment, firewall: Firewall, run: Run, wanted: dict[str, str]
) -> Iterator[str]:
    vpc = next(subnet.vpc for subnet in run.subnets if subnet)
    endpoints = {
        _service_of(endpoint): endpoint
        for endpoint in deployment.of(_ENDPOINT)
        if endpoint.inputs.get("vpcId") == vpc
    }
    blocks = [vpc_block(deployment, vpc) or _ANYWHERE]
    for need, why in wanted.items():
        if need == "internet":
            yield (
                f"{title(run.declared)}: it could not {why}: its subnets have no NAT gateway, and "
                "only ECR is reached without one; copy the image to ECR, or add a NAT gateway."
            )
        elif need not in endpoints:
            yield (
                f"{title(run.declared)}: it could not {why}: its subnets have neither a NAT "
                f"gateway nor an endpoint for {need}; add one of them."
            )
        else:
            theirs = texts(endpoints[need].inputs.get("securityGroupIds"))
            if not theirs or not run.groups or not firewall.knows((*run.groups, *theirs)):
                continue
            if not (
                firewall.lets_in(_HTTPS, sources=run.groups, targets=theirs, blocks=blocks)
                and firewall.lets_out(_HTTPS, sources=run.groups, targets=theirs, blocks=blocks)
            ):
                yield (
                    f"{title(run.declared)}: it could not {why}: no rule allows port {_HTTPS} from "
                    f"{firewall.names(run.groups)} to {firewall.names(theirs)}, the security group "
                    f"of {title(endpoints[need])}; allow it on both."
                )


def _by_internet(firewall: Firewall, run: Run, wanted: dict[str, str]) -> Iterator[str]:
    if not run.groups or not firewall.knows(run.groups):
        return
    if not firewall.lets_out(_HTTPS, sources=run.groups, targets=(), blocks=[_ANYWHERE]):
        yield (
            f"{title(run.declared)}: it could not {next(iter(wanted.values()))}: no rule of "
            f"{firewall.names(run.groups)} lets out port {_HTTPS} to {_ANYWHERE}; add an egress "
            "rule."
        )


def _service_of(endpoint: Declared) -> str:
    # com.amazonaws.eu-west-1.ecr.api is ecr.api.
    return str(endpoint.inputs.get("serviceName")).split(".", 3)[-1]
