from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

from .conftest import REGION

if TYPE_CHECKING:
    from .conftest import Workbench


def test_the_account_says_where_it_is(bench: Workbench) -> None:
    invoke = bench.account.invoke

    assert invoke("aws:index/getRegion:getRegion", {})["region"] == REGION
    assert invoke("aws:index/getPartition:getPartition", {})["dnsSuffix"] == "amazonaws.com"
    identity = invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
    assert identity["accountId"] == "123456789012"
    zones = invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {})
    assert f"{REGION}a" in zones["names"]


def test_another_region_is_looked_up_there(bench: Workbench) -> None:
    zones = bench.account.invoke(
        "aws:index/getAvailabilityZones:getAvailabilityZones", {"region": "us-west-2"}
    )

    assert "us-west-2a" in zones["names"]


def test_a_zone_by_name_is_assumed_to_exist(bench: Workbench) -> None:
    invoke = bench.account.invoke

    first = invoke("aws:route53/getZone:getZone", {"name": "example.com."})
    second = invoke("aws:route53/getZone:getZone", {"name": "example.com"})

    assert first["zoneId"] == second["zoneId"]
    assert first["privateZone"] is False
    assert len(first["nameServers"]) == 4
    assert bench.account.assumed == [
        "A public hosted zone example.com is assumed to exist in your account."
    ]


def test_a_private_zone_is_another_one(bench: Workbench) -> None:
    vpc = bench.network("net")["vpcId"]
    asked = {"name": "example.com", "privateZone": True, "vpcId": vpc}

    found = bench.account.invoke("aws:route53/getZone:getZone", asked)

    assert found["privateZone"] is True


@pytest.mark.parametrize(
    ("token", "arguments", "sentence"),
    [
        ("aws:route53/getZone:getZone", {"zoneId": "Z1"}, "write the zone's name instead"),
        (
            "aws:route53/getZone:getZone",
            {"name": "example.com", "privateZone": True},
            "can't be assumed without a network; write vpcId too",
        ),
        ("aws:ec2/getVpc:getVpc", {"id": "vpc-0"}, "the VPC vpc-0 is not in the emulated account"),
        ("aws:ec2/getSubnet:getSubnet", {"id": "subnet-0"}, "the subnet subnet-0 is not in"),
        ("aws:ssm/getParameter:getParameter", {"name": "/a"}, "the parameter /a is not in"),
        ("aws:ec2/getPrefixList:getPrefixList", {"name": "x"}, "the prefix list x does not exist"),
        ("aws:rds/getInstance:getInstance", {}, "can't answer this look-up"),
    ],
)
def test_what_is_not_there_is_named(
    bench: Workbench, token: str, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RehearsalError, match=sentence):
        bench.account.invoke(token, arguments)


def test_a_network_of_the_program_is_found(bench: Workbench) -> None:
    network = bench.network("net")

    vpc = bench.account.invoke("aws:ec2/getVpc:getVpc", {"id": network["vpcId"]})
    subnet = bench.account.invoke(
        "aws:ec2/getSubnet:getSubnet", {"id": network["privateSubnetIds"][1]}
    )

    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert vpc["enableDnsSupport"] is True
    assert subnet["vpcId"] == network["vpcId"]
    assert subnet["availabilityZone"] == f"{REGION}b"


def test_a_parameter_is_found_without_its_value(bench: Workbench) -> None:
    bench.create("aws:ssm/parameter:Parameter", "p", name="/a", type="SecureString", value="secret")

    found = bench.account.invoke(
        "aws:ssm/getParameter:getParameter", {"name": "/a", "withDecryption": False}
    )

    assert found["version"] == 1
    assert found["value"] != "secret"


def test_a_registry_may_be_logged_in_to(bench: Workbench) -> None:
    token = bench.account.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken", {})

    assert token["userName"] == "AWS"
    assert token["password"]


def test_a_prefix_list_is_found_by_its_name(bench: Workbench) -> None:
    name = f"com.amazonaws.{REGION}.s3"

    assert bench.account.invoke("aws:ec2/getPrefixList:getPrefixList", {"name": name})["id"]


def test_a_policy_document_is_written_as_json(bench: Workbench) -> None:
    statement = {
        "actions": ["s3:GetObject"],
        "resources": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
        "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}],
        "conditions": [
            {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["123456789012"]}
        ],
    }

    document = bench.account.invoke(
        "aws:iam/getPolicyDocument:getPolicyDocument", {"statements": [statement]}
    )

    assert json.loads(document["json"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    ]
