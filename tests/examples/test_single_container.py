"""The simplest Airflow on Fargate, as its example makes it."""

from __future__ import annotations

import pytest

from tests.components.conftest import INGRESS, container, environment, rules
from tests.examples.conftest import deployed

pytestmark = pytest.mark.slow

EXAMPLE = "single-container"


def test_it_is_one_service_of_one_container_with_nothing_around_it() -> None:
    cloud = deployed(EXAMPLE)
    (service,) = cloud.of("aws:ecs/service:Service")
    assert service.inputs["desiredCount"] == 1
    assert len(cloud.of("aws:ecs/taskDefinition:TaskDefinition")) == 1
    around = ("aws:lb/", "aws:route53/", "aws:servicediscovery/", "aws:lambda/", "aws:elasticache/")
    assert [one.name for one in cloud.resources if one.type.startswith(around)] == []


def test_its_database_is_a_file_in_it() -> None:
    cloud = deployed(EXAMPLE)
    assert not [one for one in cloud.resources if one.type.startswith("aws:rds/")]
    told = {secret["name"] for secret in container(cloud, "standalone")["secrets"]}
    told |= environment(cloud, "standalone").keys()
    assert not {name for name in told if name.startswith(("AIRFLOW__DATABASE__SQL", "PG"))}


def test_it_has_a_public_address_and_no_nat_gateway() -> None:
    cloud = deployed(EXAMPLE)
    vpc = cloud.one("awsx:ec2:Vpc", "airflow")
    assert vpc.inputs["natGateways"] == {"strategy": "None"}
    service = cloud.one("aws:ecs/service:Service", "airflow-standalone")
    network = service.inputs["networkConfiguration"]
    assert network["assignPublicIp"] is True
    assert network["subnets"] == cloud.created[vpc.urn].outputs["publicSubnetIds"]


def test_its_page_is_open_to_one_address_and_nothing_else_comes_in() -> None:
    cloud = deployed(EXAMPLE)
    (port,) = container(cloud, "standalone")["portMappings"]
    assert port["containerPort"] == 8080
    assert rules(cloud, INGRESS) == {("standalone", "203.0.113.7/32", 8080)}


def test_it_tells_how_to_find_the_page_and_how_to_log_in() -> None:
    outputs = deployed(EXAMPLE).outputs
    find = outputs["findUrlCommand"]
    assert "--cluster airflow-dev --service-name airflow-dev-standalone" in find
    assert 'echo "http://$ADDRESS:8080"' in find
    assert outputs["username"] == "admin"
    assert "--name /airflow/dev/system/users/admin" in outputs["passwordCommand"]


def test_its_image_and_its_logs_go_with_it() -> None:
    cloud = deployed(EXAMPLE)
    assert cloud.one("aws:ecr/repository:Repository", "airflow-image").inputs["forceDelete"] is True
    (logs,) = cloud.of("aws:s3/bucket:Bucket")
    assert logs.inputs["forceDestroy"] is True
