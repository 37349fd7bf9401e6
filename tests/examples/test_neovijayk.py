"""Every part a Fargate service, Redis among them, as its example makes it."""

from __future__ import annotations

import pytest

from tests.components.conftest import INGRESS, container, groups, rules
from tests.examples.conftest import deployed

pytestmark = pytest.mark.slow

EXAMPLE = "neovijayk"
SERVICE = "aws:ecs/service:Service"
COMMANDS = {
    "web": ["web"],
    "scheduler": ["scheduler"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer"],
    "worker": ["worker"],
    "flower": ["flower"],
}
ALLOWED = "10.8.0.0/16"


def test_every_part_is_a_service_on_fargate() -> None:
    cloud = deployed(EXAMPLE)
    services = {service.name.removeprefix("airflow-") for service in cloud.of(SERVICE)}
    assert services == {"broker", *COMMANDS}
    assert not [one for one in cloud.resources if one.type.startswith("aws:elasticache/")]
    assert len(cloud.of("aws:rds/instance:Instance")) == 1
    for service in cloud.of(SERVICE):
        assert service.inputs["networkConfiguration"]["assignPublicIp"] is False
        (strategy,) = service.inputs["capacityProviderStrategies"]
        assert strategy["capacityProvider"] == "FARGATE"


def test_one_image_is_every_process_by_its_command() -> None:
    cloud = deployed(EXAMPLE)
    assert {service: container(cloud, service)["command"] for service in COMMANDS} == COMMANDS
    (image,) = {container(cloud, service)["image"] for service in COMMANDS}
    assert not any("entryPoint" in container(cloud, service) for service in COMMANDS)
    assert image != container(cloud, "broker")["image"]


def test_parts_listen_where_the_design_says() -> None:
    cloud = deployed(EXAMPLE)
    listening = {
        service: [port["containerPort"] for port in container(cloud, service)["portMappings"]]
        for service in (*COMMANDS, "broker")
    }
    assert listening == {
        "web": [8080],
        "flower": [5555],
        "worker": [8793],
        "broker": [6379],
        "triggerer": [8794],
        "scheduler": [],
        "dag-processor": [],
    }
    assert cloud.one("aws:rds/instance:Instance", "airflow-database").inputs["port"] == 5432


def test_each_part_has_a_group_of_its_own_and_only_who_must_calls_it() -> None:
    cloud = deployed(EXAMPLE)
    assert {*COMMANDS, "broker", "database", "balancer"} <= set(groups(cloud).values())
    assert rules(cloud, INGRESS) == {
        ("balancer", ALLOWED, 80),
        ("balancer", "web", 80),
        ("web", "balancer", 8080),
        ("web", "worker", 8080),
        ("flower", "balancer", 5555),
        ("worker", "web", 8793),
        ("triggerer", "web", 8794),
        ("broker", "scheduler", 6379),
        ("broker", "worker", 6379),
        ("broker", "flower", 6379),
        *(
            ("database", part, 5432)
            for part in ("web", "scheduler", "dag-processor", "triggerer", "migration")
        ),
    }


def test_only_the_web_page_and_flower_are_behind_the_balancer_and_it_is_internal() -> None:
    cloud = deployed(EXAMPLE)
    behind = {service.name for service in cloud.of(SERVICE) if service.inputs.get("loadBalancers")}
    assert behind == {"airflow-web", "airflow-flower"}
    (balancer,) = cloud.of("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["internal"] is True
    assert cloud.outputs["url"] == "http://airflow.airflow-dev.internal"
    assert cloud.outputs["flowerUrl"] == "http://flower.airflow-dev.internal"


def test_redis_is_found_by_its_name_and_asks_for_a_password() -> None:
    cloud = deployed(EXAMPLE)
    name = cloud.one("aws:servicediscovery/service:Service", "airflow-redis")
    registry = cloud.one(SERVICE, "airflow-broker").inputs["serviceRegistries"]
    assert registry == {"registryArn": cloud.created[name.urn].outputs["arn"]}
    url = cloud.one("aws:ssm/parameter:Parameter", "airflow-system-broker-url")
    assert "@redis.services.airflow-dev.internal:6379/" in url.inputs["value"]
    assert "value" in url.secrets
    for service in ("scheduler", "worker", "flower"):
        told = {
            secret["name"]: secret["valueFrom"] for secret in container(cloud, service)["secrets"]
        }
        assert told["AIRFLOW__CELERY__BROKER_URL"] == cloud.created[url.urn].outputs["arn"]
    (password,) = container(cloud, "broker")["secrets"]
    assert password["name"] == "REDIS_PASSWORD"
