"""Where the deployment lives."""

from __future__ import annotations

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from tests.components.conftest import OWN_VPC


@pytest.mark.parametrize(
    ("nat", "strategy"), [("one", "Single"), ("per-zone", "OnePerAz"), ("none", "None")]
)
def test_a_vpc_is_made_with_the_way_out_that_was_asked_for(
    airflow, nat: str, strategy: str
) -> None:
    vpc = airflow(network={"nat": nat, "zones": 3}).one("awsx:ec2:Vpc", "airflow")
    assert vpc.inputs["natGateways"] == {"strategy": strategy}
    assert vpc.inputs["numberOfAvailabilityZones"] == 3


def test_without_nat_tasks_reach_aws_through_endpoints(airflow) -> None:
    endpoints = airflow(network={"nat": "none"}).of("aws:ec2/vpcEndpoint:VpcEndpoint")
    services = {endpoint.inputs["serviceName"].split("eu-west-1.")[1] for endpoint in endpoints}
    assert services == {"ecr.api", "ecr.dkr", "ecs", "logs", "ssm", "ssmmessages", "s3"}
    for endpoint in endpoints:
        gateway = endpoint.inputs["vpcEndpointType"] == "Gateway"
        assert gateway or endpoint.inputs["privateDnsEnabled"] is True
    assert airflow().of("aws:ec2/vpcEndpoint:VpcEndpoint") == []


def test_a_vpc_of_the_users_is_used_as_it_is(airflow) -> None:
    cloud = airflow(network=OWN_VPC)
    assert cloud.of("awsx:ec2:Vpc") == []
    service = cloud.one("aws:ecs/service:Service", "airflow-web")
    assert service.inputs["networkConfiguration"]["subnets"] == OWN_VPC["private_subnet_ids"]
    balancer = cloud.one("aws:lb/loadBalancer:LoadBalancer", "airflow")
    assert balancer.inputs["subnets"] == OWN_VPC["private_subnet_ids"]


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (
            {"private_subnet_ids": ["subnet-1", "subnet-4"]},
            "network.private_subnet_ids are all in the zone eu-west-1a",
        ),
        (
            {"private_subnet_ids": ["subnet-1", "subnet-2", "subnet-4"]},
            "holds subnet-1 and subnet-4, which are all in the zone eu-west-1a",
        ),
        ({"vpc_id": "vpc-other"}, "which is in vpc-made-up and not in network.vpc_id (vpc-other)"),
    ],
)
def test_what_only_aws_knows_of_subnets_is_a_sentence_before_they_are_used(
    airflow, network: dict[str, object], sentence: str
) -> None:
    with pytest.raises(RehearsalError) as raised:
        airflow(network=OWN_VPC | network)
    assert sentence in str(raised.value)


def test_no_task_has_a_public_address(airflow) -> None:
    for service in airflow(flower=True).of("aws:ecs/service:Service"):
        assert service.inputs["networkConfiguration"]["assignPublicIp"] is False
