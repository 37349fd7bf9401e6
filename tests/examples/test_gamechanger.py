"""Airflow, and heavy work in tasks of its own, as GameChanger's example makes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.remote.placement import Placement
from tests.components.conftest import (
    EGRESS,
    INGRESS,
    container,
    environment,
    groups,
    rules,
    statements,
)
from tests.examples.conftest import ACCOUNT, REGION, deployed

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording

pytestmark = pytest.mark.slow

PARAMETER = "aws:ssm/parameter:Parameter"
SERVICE = "aws:ecs/service:Service"
SERVICES = ("web", "scheduler", "dag-processor", "triggerer", "worker")


@pytest.fixture
def cloud() -> Recording:
    return deployed("gamechanger")


def test_there_are_controller_scheduler_and_workers_on_rds_and_elasticache(cloud) -> None:
    assert {one.name for one in cloud.of(SERVICE)} == {f"airflow-{name}" for name in SERVICES}
    assert container(cloud, "migration")["command"] == ["migrate"]
    assert environment(cloud, "scheduler")["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert len(cloud.of("aws:rds/instance:Instance")) == 1
    assert len(cloud.of("aws:elasticache/replicationGroup:ReplicationGroup")) == 1
    for service in cloud.of(SERVICE):
        (strategy,) = service.inputs["capacityProviderStrategies"]
        assert strategy["capacityProvider"] == "FARGATE"


def test_parts_call_each_other_where_the_design_says(cloud) -> None:
    calls = rules(cloud, INGRESS)
    assert {("web", "balancer", 8080), ("web", "worker", 8080)} <= calls
    assert {called for called, _, port in calls if port == 8793} == {"worker"}
    assert {caller for _, caller, port in calls if port == 6379} == {"scheduler", "worker"}


def test_one_group_is_on_whatever_runs_user_code_and_is_the_one_to_let_in(cloud) -> None:
    names = groups(cloud)
    assert names[cloud.outputs["securityGroupId"]] == "workflow"
    inside = {
        service.name.removeprefix("airflow-")
        for service in cloud.of(SERVICE)
        if cloud.outputs["securityGroupId"]
        in service.inputs["networkConfiguration"]["securityGroups"]
    }
    assert inside == {"worker", "triggerer"}
    assert ("workflow", "0.0.0.0/0", None) in rules(cloud, EGRESS)


def test_the_page_has_a_name_in_a_private_zone_at_an_internal_balancer(cloud) -> None:
    (balancer,) = cloud.of("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["internal"] is True
    assert balancer.inputs["subnets"] == list(_placement(cloud).subnets)
    (zone,) = cloud.of("aws:route53/zone:Zone")
    assert zone.inputs["vpcs"]
    (record,) = cloud.of("aws:route53/record:Record")
    assert record.inputs["name"] == "airflow.airflow-dev.internal"
    (alias,) = record.inputs["aliases"]
    assert alias["name"] == cloud.created[balancer.urn].outputs["dnsName"]
    assert cloud.outputs["url"] == "http://airflow.airflow-dev.internal"


def test_parameter_store_keeps_what_dag_code_is_handed_and_secrets_as_such(cloud) -> None:
    kept = {one.inputs["name"]: one for one in cloud.of(PARAMETER)}
    assert kept["/airflow/dev/values/warehouse_host"].inputs["value"] == "warehouse.example.com"
    password = kept["/airflow/dev/secrets/warehouse_password"]
    assert (password.inputs["type"], password.secrets) == ("SecureString", {"value"})
    generated = cloud.one("random:index/randomPassword:RandomPassword", "warehouse")
    assert password.inputs["value"] == cloud.created[generated.urn].outputs["result"]
    assert json.loads(kept["/airflow/dev/placement"].inputs["value"])
    for name in ("database-url", "broker-url", "fernet-key"):
        assert kept[f"/airflow/dev/system/{name}"].inputs["type"] == "SecureString"


@pytest.mark.parametrize("service", SERVICES)
def test_every_container_is_told_where_tasks_run_and_what_is_handed_on(cloud, service: str) -> None:
    told = environment(cloud, service)
    placement = Placement.from_environment(told)
    assert told["ENVIRONMENT"] == placement.environment == "dev"
    assert (
        told["DOCKER_ADDRESS"] == placement.registry == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    )
    assert told["PARAMETER_PATH"] == placement.parameter_path == "/airflow/dev"
    assert placement.values == {"warehouse_host": "warehouse.example.com"}
    assert placement.cluster == f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/airflow-dev"
    assert placement.security_groups == (cloud.outputs["securityGroupId"],)
    assert len(placement.subnets) == 2
    assert placement.log_group == "/ecs/airflow-dev/tasks"
    roles = {cloud.created[role.urn].outputs["arn"] for role in cloud.of("aws:iam/role:Role")}
    assert {placement.execution_role, placement.task_role} <= roles


def test_workers_register_and_run_definitions_of_their_own_families_alone(cloud) -> None:
    families = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/airflow-dev-task-*:*"
    assert _placement(cloud).family_prefix == "airflow-dev-task-"
    for service in SERVICES:
        allowed = {
            action: one["Resource"]
            for one in statements(cloud, f"airflow-{service}-task")
            for action in one["Action"]
        }
        if service in ("worker", "triggerer"):
            assert allowed["ecs:RegisterTaskDefinition"] == [families]
            assert allowed["ecs:RunTask"] == [families]
        else:
            assert not [action for action in allowed if action.startswith("ecs:")]
    services = {one.inputs["family"] for one in cloud.of("aws:ecs/taskDefinition:TaskDefinition")}
    assert not [family for family in services if family.startswith("airflow-dev-task-")]


def _placement(cloud: Recording) -> Placement:
    return Placement.from_environment(environment(cloud, "worker"))
