"""Each executor deploys what it has, and nothing of what it has not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.planned import Planned
from airflow_ecs.rehearsal.program import run
from airflow_ecs.remote.placement import Placement
from tests.components.conftest import OWN_VPC, container, environment, statements
from tests.deletion import blocked, waits_of

# What few deployments have: with those of all, the fast tests would be slow.
pytestmark = pytest.mark.slow

SERVICE = "aws:ecs/service:Service"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
VPC = "awsx:ec2:Vpc"

LOCAL: dict[str, Any] = {"executor": "local"}
ECS: dict[str, Any] = {"executor": "ecs"}
STANDALONE: dict[str, Any] = {
    "executor": "standalone",
    "ingress": {"allowed_cidrs": ["203.0.113.7/32"]},
}
KINDS: dict[str, dict[str, Any]] = {
    "local": LOCAL,
    "ecs": ECS,
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


def test_ecs_has_a_definition_that_no_service_runs_and_the_scheduler_is_told_of(airflow) -> None:
    cloud = airflow(**ECS, services={"runner": {"spot_share": 60}})
    assert "airflow-runner" not in {service.name for service in cloud.of(SERVICE)}
    family = cloud.one(DEFINITION, "airflow-runner").inputs["family"]
    variables = environment(cloud, "scheduler")
    assert variables["AIRFLOW__CORE__EXECUTOR"].endswith(".AwsEcsExecutor")
    told = {
        name.removeprefix("AIRFLOW__AWS_ECS_EXECUTOR__").lower(): value
        for name, value in variables.items()
        if name.startswith("AIRFLOW__AWS_ECS_EXECUTOR__")
    }
    assert told.pop("task_definition") == family == "airflow-dev-runner"
    assert told.pop("container_name") == container(cloud, "runner")["name"]
    assert told.pop("cluster") == "airflow-dev"
    assert told.pop("assign_public_ip") == "False"
    network = cloud.one(SERVICE, "airflow-scheduler").inputs["networkConfiguration"]
    assert told.pop("subnets") == ",".join(network["subnets"])
    groups = [cloud.one(GROUP, f"airflow-{name}").urn for name in ("runner", "workflow")]
    assert told.pop("security_groups") == ",".join(cloud.created[urn].id for urn in groups)
    run_task = json.loads(told.pop("run_task_kwargs"))
    assert run_task["capacity_provider_strategy"] == [
        {"capacityProvider": "FARGATE", "weight": 40, "base": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 60, "base": 0},
    ]
    assert list(told) == ["region_name"]


def test_ecs_gives_the_scheduler_rights_on_that_definition_and_its_two_roles_alone(airflow) -> None:
    cloud = airflow(**ECS)
    allowed = statements(cloud, "airflow-scheduler-task")
    resources = {
        action: statement["Resource"] for statement in allowed for action in statement["Action"]
    }
    assert [arn.rpartition("/")[2] for arn in resources["ecs:RunTask"]] == ["airflow-dev-runner:*"]
    (tasks,) = resources["ecs:StopTask"]
    assert tasks.endswith(":task/airflow-dev/*")
    assert resources["ecs:DescribeTasks"] == [tasks]
    runner = cloud.one(DEFINITION, "airflow-runner").inputs
    assert resources["iam:PassRole"] == [runner["executionRoleArn"], runner["taskRoleArn"]]
    assert "ecs:ListTasks" not in resources


def test_ecs_gives_a_task_no_key_of_airflows(airflow) -> None:
    cloud = airflow(**ECS)
    assert container(cloud, "runner")["secrets"] == []
    variables = environment(cloud, "runner")
    assert "PGSSLMODE" not in variables
    assert variables["AIRFLOW__LOGGING__REMOTE_LOGGING"] == "True"
    assert not [name for name in variables if name.startswith("AIRFLOW__AWS_ECS_EXECUTOR__")]
    rolled = airflow(**ECS, secrets={"TOKEN": "/team/token"})
    assert [one["name"] for one in container(rolled, "runner")["secrets"]] == ["TOKEN"]
    assert environment(rolled, "runner")["SECRETS_VERSION"] != variables["SECRETS_VERSION"]


def test_ecs_starts_no_new_image_before_the_database_is_prepared_for_it(airflow) -> None:
    cloud = airflow(**ECS)
    waits = waits_of(cloud)
    definition = cloud.one(DEFINITION, "airflow-runner").urn
    (migrated,) = cloud.of("aws:lambda/invocation:Invocation")
    assert migrated.urn in waits[definition]
    scheduler = waits[cloud.one(SERVICE, "airflow-scheduler").urn]
    policies = [
        cloud.one("aws:iam/rolePolicy:RolePolicy", f"airflow-runner-{role}").urn
        for role in ("execution", "task")
    ]
    assert {definition, *policies} <= scheduler


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


def test_standalone_takes_two_subnets_of_a_zone_unless_a_file_system_is_mounted(airflow) -> None:
    two = {"vpc_id": "vpc-made-up", "public_subnet_ids": ["subnet-1", "subnet-4"]}
    airflow(**STANDALONE, network=two)
    with pytest.raises(RehearsalError, match=r"network\.public_subnet_ids holds subnet-1 and"):
        airflow(**STANDALONE, network=two, dags={"source": "efs"})


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


@pytest.mark.parametrize(
    ("executor", "said"), [("celery", 0), ("ecs", 0), ("local", 1), ("standalone", 1)]
)
def test_a_preview_says_where_a_rotation_ends_long_tasks(airflow, executor: str, said: int) -> None:
    args = STANDALONE if executor == "standalone" else {"executor": executor}
    rotating = airflow(**args, database={"kind": "rds", "credentials": "secrets-manager"})
    sentence = "a task that takes longer than 120 seconds from then is ended"
    assert len([text for _, text in rotating.messages if sentence in text]) == said
    assert not [text for _, text in airflow(**args).messages if sentence in text]


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
