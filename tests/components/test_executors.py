"""Each executor deploys what it has, and nothing of what it has not."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.planned import Planned
from airflow_ecs.rehearsal.program import run
from airflow_ecs.remote.placement import Placement
from tests.components.conftest import OWN_VPC, container, environment, statements
from tests.deletion import blocked

SERVICE = "aws:ecs/service:Service"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
VPC = "awsx:ec2:Vpc"

LOCAL: dict[str, Any] = {"executor": "local"}
STANDALONE: dict[str, Any] = {
    "executor": "standalone",
    "ingress": {"allowed_cidrs": ["203.0.113.7/32"]},
}
KINDS: dict[str, dict[str, Any]] = {
    "local": LOCAL,
    "standalone": STANDALONE,
    "standalone with RDS": STANDALONE | {"database": {"kind": "rds"}},
    "Aurora": {"database": {"kind": "aurora", "multi_az": True}},
    "own": {
        "database": {"kind": "own", "host": "db.example.com", "password": "s3cret-of-mine"},
        "broker": {"kind": "own", "url": "rediss://:s3cret-of-mine@redis.example.com/0"},
    },
}


def test_local_has_no_queue_and_its_scheduler_does_the_workers_part(airflow) -> None:
    cloud = airflow(**LOCAL)
    assert {service.name for service in cloud.of(SERVICE)} == {
        "airflow-web",
        "airflow-scheduler",
        "airflow-dag-processor",
        "airflow-triggerer",
    }
    assert not [one for one in cloud.resources if "broker" in one.name or "elasticache" in one.type]
    variables = environment(cloud, "scheduler")
    assert variables["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert variables["AIRFLOW__CORE__PARALLELISM"] == "12"
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == (
        "http://api-server.services.airflow-dev.internal:8080/execution/"
    )
    assert 8793 in [port["containerPort"] for port in container(cloud, "scheduler")["portMappings"]]
    allowed = {
        action
        for statement in statements(cloud, "airflow-scheduler-task")
        for action in statement["Action"]
    }
    assert {"ecs:RunTask", "s3:PutObject"} <= allowed
    groups = cloud.one(SERVICE, "airflow-scheduler").inputs["networkConfiguration"]
    workflow = cloud.created[cloud.one(GROUP, "airflow-workflow").urn].id
    assert workflow in groups["securityGroups"]


def test_standalone_is_one_service_at_a_public_address_and_nothing_around_it(airflow) -> None:
    cloud = airflow(**STANDALONE)
    (service,) = cloud.of(SERVICE)
    vpc = cloud.one(VPC, "airflow")
    assert vpc.inputs["natGateways"] == {"strategy": "None"}
    assert vpc.inputs["subnetSpecs"] == [{"type": "Public"}]
    network = service.inputs["networkConfiguration"]
    assert network["assignPublicIp"] is True
    assert network["subnets"] == cloud.created[vpc.urn].outputs["publicSubnetIds"]
    around = ("aws:lb/", "aws:route53/", "aws:servicediscovery/", "aws:lambda/", "aws:rds/")
    assert [one.type for one in cloud.resources if one.type.startswith(around)] == []


def test_standalone_lets_in_who_is_named_and_nobody_else(airflow) -> None:
    cloud = airflow(**STANDALONE)
    (way_in,) = cloud.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert way_in.inputs["cidrIpv4"] == "203.0.113.7/32"
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"]) == (8080, 8080)


def test_standalone_has_its_own_database_and_calls_itself(airflow) -> None:
    cloud = airflow(**STANDALONE)
    variables = environment(cloud, "standalone")
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == (
        "http://localhost:8080/execution/"
    )
    assert variables["AIRFLOW__FAB__ENABLE_PROXY_FIX"] == "False"
    assert "FORWARDED_ALLOW_IPS" not in variables
    assert "PGSSLMODE" not in variables
    secrets = {secret["name"] for secret in container(cloud, "standalone")["secrets"]}
    assert secrets == {
        "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__API_AUTH__JWT_SECRET",
        "AIRFLOW__API__SECRET_KEY",
        "AIRFLOW_USER_PASSWORD_0",
    }


def test_standalone_tasks_of_dags_have_public_addresses_too(airflow) -> None:
    placement = Placement.from_environment(environment(airflow(**STANDALONE), "standalone"))
    assert placement.assign_public_ip


def test_a_preview_of_standalone_says_what_a_restart_loses_and_that_it_is_plain_http(
    airflow,
) -> None:
    said = [text for severity, text in airflow(**STANDALONE).messages if severity == "warning"]
    assert len(said) == 2
    assert "no TLS" in said[0]
    assert "each restart and each update loses all runs, connections" in said[1]
    with_rds = airflow(**STANDALONE, database={"kind": "rds"}).messages
    assert [text for _, text in with_rds] == said[:1]


def test_the_database_of_standalone_is_never_public(airflow) -> None:
    private = airflow(**STANDALONE, database={"kind": "rds"}, network=OWN_VPC)
    group = private.one("aws:rds/subnetGroup:SubnetGroup", "airflow-database")
    assert group.inputs["subnetIds"] == OWN_VPC["private_subnet_ids"]
    service = private.one(SERVICE, "airflow-standalone").inputs["networkConfiguration"]
    assert service["subnets"] == OWN_VPC["public_subnet_ids"]
    database = private.one("aws:rds/instance:Instance", "airflow-database").inputs
    assert database["publiclyAccessible"] is False


@pytest.mark.parametrize("args", KINDS.values(), ids=KINDS.keys())
def test_a_preview_of_each_kind_declares_what_the_update_does(frozen: None, args: Any) -> None:
    def declared(*, preview: bool) -> set[str]:
        cloud = Placeholders()
        recording = run(
            lambda: AirflowCluster("airflow", {"environment": "dev", **args}),
            cloud=Planned(cloud) if preview else cloud,
            preview=preview,
        )
        return {one.urn for one in recording.resources}

    assert declared(preview=True) == declared(preview=False)


@pytest.mark.parametrize("args", KINDS.values(), ids=KINDS.keys())
def test_whatever_is_in_a_group_or_a_network_goes_before_it(airflow, args: Any) -> None:
    assert blocked(airflow(**args)) == []
