"""Deployments of the component against made-up answers, each made once."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.recording import Recording

OWN_VPC = {
    "vpc_id": "vpc-made-up",
    "private_subnet_ids": ["subnet-1", "subnet-2"],
    "public_subnet_ids": ["subnet-public-1", "subnet-public-2"],
}
DOMAIN = {"domain": "airflow.example.com", "zone": "example.com"}

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


@cache
def _deployed(args: str) -> Recording:
    decoded = json.loads(args)
    return run(lambda: AirflowCluster("airflow", decoded), cloud=Placeholders())


@pytest.fixture
def airflow(frozen: None) -> Callable[..., Recording]:
    """`airflow(flower=True)` is what a cluster with these arguments declares."""

    def airflow(**args: Any) -> Recording:
        return _deployed(json.dumps({"environment": "dev"} | args, sort_keys=True))

    return airflow


def container(cloud: Recording, service: str) -> dict[str, Any]:
    """The one container of a service's task definition."""
    definition = cloud.one("aws:ecs/taskDefinition:TaskDefinition", f"airflow-{service}")
    (found,) = json.loads(definition.inputs["containerDefinitions"])
    return dict(found)


def environment(cloud: Recording, service: str) -> dict[str, str]:
    """The plain variables of a service."""
    return {pair["name"]: pair["value"] for pair in container(cloud, service)["environment"]}


def statements(cloud: Recording, role: str) -> list[dict[str, Any]]:
    """The statements of a role's policy."""
    policy = cloud.one("aws:iam/rolePolicy:RolePolicy", role)
    return list(json.loads(policy.inputs["policy"])["Statement"])


def groups(cloud: Recording) -> dict[str, str]:
    """The parts by the ids of their security groups."""
    return {
        cloud.created[group.urn].id: group.name.removeprefix("airflow-")
        for group in cloud.of("aws:ec2/securityGroup:SecurityGroup")
    }


def rules(cloud: Recording, type_: str) -> set[tuple[str, str, Any]]:
    """(the group a rule belongs to, the other side, the port)."""
    names = groups(cloud)
    return {
        (
            names[rule.inputs["securityGroupId"]],
            names.get(
                rule.inputs.get("referencedSecurityGroupId", ""),
                rule.inputs.get("cidrIpv4") or rule.inputs.get("referencedSecurityGroupId"),
            ),
            rule.inputs.get("toPort"),
        )
        for rule in cloud.of(type_)
    }
