from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .building import one

if TYPE_CHECKING:
    from .building import Program

ENDPOINTS = ("ecr.api", "ecr.dkr", "s3", "logs", "ssm")


@pytest.fixture
def isolated(program: Program) -> Program:
    """Without NAT, and with the endpoints that this takes."""
    program.change("network", natGateways={"strategy": "None"})
    program.add("aws:ec2/securityGroup:SecurityGroup", "endpoint-group")
    program.add(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "endpoints-in",
        {
            "securityGroupId": "endpoint-group",
            "cidrIpv4": "10.0.0.0/16",
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
        },
    )
    for service in ENDPOINTS:
        groups = None if service == "s3" else ["endpoint-group"]
        program.add(
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            service,
            {
                "vpcId": "vpc-1",
                "serviceName": f"com.amazonaws.eu-west-1.{service}",
                "securityGroupIds": groups,
            },
        )
    return program


def test_endpoints_take_the_place_of_nat(isolated: Program) -> None:
    assert isolated.violations() == []


@pytest.mark.parametrize("service", ENDPOINTS)
def test_each_endpoint_is_missed(isolated: Program, service: str) -> None:
    isolated.remove(service)

    sentences = isolated.violations()

    assert len(sentences) == 2
    assert all(f"nor an endpoint for {service}; add" in sentence for sentence in sentences)


def test_exec_needs_its_endpoint(isolated: Program) -> None:
    isolated.change("worker", enableExecuteCommand=True)

    assert any("endpoint for ssmmessages" in sentence for sentence in isolated.violations())


def test_an_endpoint_lets_its_callers_in(isolated: Program) -> None:
    isolated.remove("endpoints-in")

    sentences = isolated.violations()

    assert len(sentences) == 8
    assert all("no rule allows port 443" in sentence for sentence in sentences)


def test_a_public_image_is_not_reached_without_nat(isolated: Program) -> None:
    isolated.change_container("worker-task", image="redis:8")

    assert "could not pull redis:8: its subnets have no NAT gateway" in one(isolated.violations())


def test_a_public_subnet_needs_a_public_address(program: Program) -> None:
    network = program.declared["worker"].inputs["networkConfiguration"]
    public = {**network, "subnets": ["public-a", "public-b"]}
    program.change("worker", networkConfiguration=public)
    assert "tasks have no public address" in one(program.violations())

    program.change("worker", networkConfiguration={**public, "assignPublicIp": True})
    assert program.violations() == []


def test_a_task_may_call_out(program: Program) -> None:
    program.remove("worker-internet")

    assert "worker-group lets out port 443 to 0.0.0.0/0" in one(program.violations())


@pytest.mark.parametrize(("target", "way_out"), [("natGatewayId", True), (None, False)])
def test_the_routes_of_a_programs_own_subnets_are_followed(
    program: Program, target: str | None, way_out: bool
) -> None:
    for zone in ("a", "b"):
        program.add(
            "aws:ec2/subnet:Subnet",
            zone,
            {"vpcId": "vpc-2", "availabilityZone": f"eu-west-1{zone}"},
        )
        association = {"subnetId": zone, "routeTableId": "table"}
        program.add(
            "aws:ec2/routeTableAssociation:RouteTableAssociation", f"in-{zone}", association
        )
    program.add("aws:ec2/routeTable:RouteTable", "table", {"vpcId": "vpc-2"})
    if target:
        route = {"routeTableId": "table", "destinationCidrBlock": "0.0.0.0/0", target: "nat-1"}
        program.add("aws:ec2/route:Route", "out", route)
    network = program.declared["worker"].inputs["networkConfiguration"]
    program.change("worker", networkConfiguration={**network, "subnets": ["a", "b"]})

    assert (program.violations() == []) is way_out
