"""Made-up answers look like AWS's, and are the same in each run."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.placeholders import Placeholders


@pytest.mark.parametrize(
    ("resource", "id_", "arn"),
    [
        (
            lambda: aws.ecs.Cluster("c", name="shop"),
            "arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
            "arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
        ),
        (
            lambda: aws.iam.Role("r", name="web", assume_role_policy="{}"),
            "web",
            "arn:aws:iam::123456789012:role/web",
        ),
        (
            lambda: aws.ssm.Parameter("p", name="/shop/key", type="String", value="x"),
            "/shop/key",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key",
        ),
        (
            lambda: aws.cloudwatch.LogGroup("l", name="/ecs/web"),
            "/ecs/web",
            "arn:aws:logs:eu-west-1:123456789012:log-group:ecs/web",
        ),
    ],
)
def test_identities_look_like_those_of_aws(deploy, resource, id_, arn):
    recording = deploy(resource)
    (created,) = recording.created.values()
    assert (created.id, created.outputs["arn"]) == (id_, arn)


def test_a_name_that_is_not_given_is_made_from_the_resources_own(deploy):
    recording = deploy(lambda: aws.ecs.Cluster("shop"))
    (created,) = recording.created.values()
    assert created.outputs["name"].startswith("shop-")
    assert deploy(lambda: aws.ecs.Cluster("shop")).created == recording.created


def test_ids_carry_the_prefix_of_their_kind(deploy):
    recording = deploy(lambda: aws.ec2.SecurityGroup("web"))
    (created,) = recording.created.values()
    assert created.id.startswith("sg-")


def test_stand_ins_have_the_promised_types(deploy):
    def program():
        group = aws.ec2.LaunchTemplate("t")
        pulumi.export("number", group.latest_version)
        pulumi.export("flag", aws.ec2.Vpc("v").assign_generated_ipv6_cidr_block)
        pulumi.export("list", aws.rds.Cluster("db", engine="aurora-postgresql").cluster_members)

    outputs = deploy(program).outputs
    assert outputs["number"] == 4242
    assert outputs["list"] == ["placeholder-db-clusterMembers"]
    assert outputs.get("flag") in (None, False)


@pytest.mark.parametrize(
    "token",
    [
        "aws:index/getRegion:getRegion",
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getPartition:getPartition",
        "aws:index/getAvailabilityZones:getAvailabilityZones",
        "aws:ec2/getVpc:getVpc",
        "aws:ec2/getSubnet:getSubnet",
        "aws:ec2/getPrefixList:getPrefixList",
        "aws:route53/getZone:getZone",
        "aws:ssm/getParameter:getParameter",
        "aws:ecr/getAuthorizationToken:getAuthorizationToken",
    ],
)
def test_the_look_ups_of_a_deployment_are_answered(token):
    assert Placeholders().invoke(token, {"name": "n", "id": "subnet-1"})["id"]


def test_an_unknown_look_up_is_an_error_and_no_empty_answer():
    with pytest.raises(RehearsalError, match="no made-up answer for the look-up aws:x/y:y"):
        Placeholders().invoke("aws:x/y:y", {})
