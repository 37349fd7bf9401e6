"""A place for the tasks of an Airflow that runs elsewhere, and of Amazon MWAA."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi.provider.experimental.component import ComponentProvider

from airflow_ecs import AirflowCluster, RemoteTasks
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.remote.placement import Placement
from airflow_ecs.schema import PACKAGE
from tests.components.conftest import statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.recording import Recording

DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
PARAMETER = "aws:ssm/parameter:Parameter"
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster"
ROLE = "arn:aws:iam::123456789012:role"

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def remote(deploy: Callable[..., Recording]) -> Callable[..., Recording]:
    """`remote(mwaa={…})` is what RemoteTasks with these arguments declares."""

    def remote(**args: Any) -> Recording:
        given: Any = {"environment": "dev", "subnet_ids": ["subnet-1", "subnet-2"]}

        def program() -> None:
            made = RemoteTasks("jobs", given | {"vpc_id": "vpc-1"} | args)
            pulumi.export("placement", made.placement)
            pulumi.export("policy", made.policy)

        return deploy(program)

    return remote


def test_dag_code_reads_from_the_placement_where_its_tasks_run(remote) -> None:
    cloud = remote(values={"warehouse": "wh-1"})
    placement = Placement.from_json(cloud.outputs["placement"])
    assert placement.cluster == f"{CLUSTER}/jobs-dev"
    assert placement.subnets == ("subnet-1", "subnet-2")
    assert placement.security_groups[0].startswith("sg-")
    assert placement.log_group == "/ecs/jobs-dev/tasks"
    assert placement.values == {"warehouse": "wh-1"}
    kept = cloud.one(PARAMETER, "jobs-tasks").inputs
    assert (kept["name"], kept["value"]) == ("/jobs/dev/placement", cloud.outputs["placement"])


def test_the_policy_runs_tasks_on_this_cluster_and_passes_these_two_roles(remote) -> None:
    cloud = remote()
    placement = Placement.from_json(cloud.outputs["placement"])
    allowed = json.loads(cloud.outputs["policy"])["Statement"]
    (run,) = (one for one in allowed if one["Action"] == ["ecs:RunTask"])
    assert run["Condition"] == {"ArnEquals": {"ecs:cluster": placement.cluster}}
    (passed,) = (one for one in allowed if one["Action"] == ["iam:PassRole"])
    assert set(passed["Resource"]) == {placement.execution_role, placement.task_role}


def test_what_the_user_has_is_used_and_not_made_again(remote) -> None:
    cloud = remote(
        vpc_id=None,
        security_group_id="sg-mine",
        cluster_arn=f"{CLUSTER}/mine",
        execution_role_arn=f"{ROLE}/start",
        task_role_arn=f"{ROLE}/work",
        public_addresses=True,
    )
    placement = Placement.from_json(cloud.outputs["placement"])
    assert placement.security_groups == ("sg-mine",)
    assert placement.cluster == f"{CLUSTER}/mine"
    assert (placement.execution_role, placement.task_role) == (f"{ROLE}/start", f"{ROLE}/work")
    assert placement.assign_public_ip is True
    made = {resource.type for resource in cloud.resources if resource.type.startswith("aws:")}
    assert made == {"aws:cloudwatch/logGroup:LogGroup", PARAMETER}


def test_secret_values_are_secure_strings_and_not_in_the_placement(remote) -> None:
    cloud = remote(secret_values={"token": "swordfish"})
    token = cloud.one(PARAMETER, "jobs-secrets-token").inputs
    assert (token["name"], token["type"]) == ("/jobs/dev/secrets/token", "SecureString")
    assert "swordfish" not in cloud.outputs["placement"]


def test_two_places_and_a_cluster_live_side_by_side(deploy: Callable[..., Recording]) -> None:
    def program() -> None:
        AirflowCluster("airflow", {"environment": "dev"})
        for name in ("one", "two"):
            RemoteTasks(name, {"environment": "dev", "subnet_ids": ["subnet-1"], "vpc_id": "vpc-1"})

    cloud = deploy(program)
    named = [
        (r.type, r.inputs["name"])
        for r in cloud.resources
        if r.type != "aws:servicediscovery/service:Service" and r.inputs.get("name")
    ]
    assert len(set(named)) == len(named)


def test_mwaa_has_the_published_names_unless_it_is_told_others(remote) -> None:
    cloud = remote(mwaa={"execution_role": "mwaa"})
    task = cloud.one(DEFINITION, "jobs-mwaa").inputs
    assert (task["family"], task["cpu"], task["memory"]) == ("airflow-ecs-operator", "256", "512")
    names = {
        "execution_role": f"{ROLE}/service-role/mwaa",
        "cluster_name": "batch",
        "family": "job",
        "container_name": "main",
        "image": "busybox",
        "cpu": 512,
        "memory": 2048,
        "log_group": "/batch/jobs",
        "log_prefix": "runs",
        "parameters": {"cluster": "/batch/cluster"},
    }
    told = remote(mwaa=names)
    task = told.one(DEFINITION, "jobs-mwaa").inputs
    (container,) = json.loads(task["containerDefinitions"])
    assert (task["family"], task["cpu"], task["memory"]) == ("job", "512", "2048")
    assert (container["name"], container["image"]) == ("main", "busybox")
    assert container["logConfiguration"]["options"]["awslogs-stream-prefix"] == "runs"
    assert told.one("aws:ecs/cluster:Cluster", "jobs").inputs["name"] == "batch"
    assert told.one("aws:cloudwatch/logGroup:LogGroup", "jobs").inputs["name"] == "/batch/jobs"
    read = {p.inputs["name"]: p.inputs["value"] for p in told.of(PARAMETER)}
    assert read["/batch/cluster"] == "batch"
    assert read["/mwaa/cw/log_stream"] == "runs/main"
    assert told.one("aws:iam/rolePolicy:RolePolicy", "jobs-mwaa").inputs["role"] == "mwaa"


def test_mwaa_on_a_cluster_of_the_users_may_run_tasks_there_alone(remote) -> None:
    cloud = remote(cluster_arn=f"{CLUSTER}/mine", mwaa={"execution_role": "mwaa"})
    read = {p.inputs["name"]: p.inputs["value"] for p in cloud.of(PARAMETER)}
    assert read["/mwaa/ecs/cluster"] == "mine"
    (tasks,) = (s for s in statements(cloud, "jobs-mwaa") if "ecs:StopTask" in s["Action"])
    assert tasks["Resource"] == ["arn:aws:ecs:eu-west-1:123456789012:task/mine/*"]


def test_another_language_constructs_it(deploy: Callable[..., Recording]) -> None:
    def hosted() -> None:
        ComponentProvider([RemoteTasks], PACKAGE).construct(
            "jobs",
            "airflow-ecs:index:RemoteTasks",
            {
                "environment": "dev",
                "vpcId": "vpc-1",
                "subnetIds": ["subnet-1"],
                "retentionDays": 7.0,
                "mwaa": {"executionRole": "mwaa", "cpu": 512.0, "memory": 1024.0},
            },
        )

    cloud = deploy(hosted)
    assert cloud.one(DEFINITION, "jobs-mwaa").inputs["memory"] == "1024"


MISTAKES = [
    ("no subnets", {"subnet_ids": None}, "subnet_ids is missing; write the ids of the subnets"),
    ("no group and no VPC", {"vpc_id": None}, "vpc_id and security_group_id are both missing"),
    ("unknown key", {"cluser_arn": "x"}, "cluser_arn is not a setting; did you mean cluster_arn?"),
    ("no role", {"mwaa": {}}, "mwaa.execution_role is missing; write the name or the ARN"),
    (
        "role with a space",
        {"mwaa": {"execution_role": "my role"}},
        "mwaa.execution_role is 'my role', which is no role; write its name, or its ARN",
    ),
    (
        "impossible size",
        {"mwaa": {"execution_role": "mwaa", "memory": 4096}},
        "mwaa.memory is 4096 MiB, which Fargate does not offer with 256 CPU units; write one of",
    ),
    (
        "name with a slash",
        {"mwaa": {"execution_role": "mwaa", "family": "my/task"}},
        "mwaa.family is 'my/task', which AWS does not take; write letters, digits, hyphens and",
    ),
    (
        "prefix with a slash at its end",
        {"mwaa": {"execution_role": "mwaa", "log_prefix": "ecs/"}},
        "mwaa.log_prefix is 'ecs/', which AWS does not take; write letters, digits and",
    ),
    (
        "parameter without a slash",
        {"mwaa": {"execution_role": "mwaa", "parameters": {"cluster": "cluster"}}},
        "mwaa.parameters.cluster is 'cluster', which AWS does not take; write the full name",
    ),
    (
        "parameter of AWS's own",
        {"mwaa": {"execution_role": "mwaa", "parameters": {"cluster": "/aws/cluster"}}},
        "mwaa.parameters.cluster is '/aws/cluster', and AWS keeps names that start so for itself",
    ),
    (
        "one parameter twice",
        {"mwaa": {"execution_role": "mwaa", "parameters": {"log_group": "/mwaa/ecs/cluster"}}},
        "mwaa.parameters.cluster and mwaa.parameters.log_group are both '/mwaa/ecs/cluster'",
    ),
    (
        "two clusters",
        {"cluster_arn": f"{CLUSTER}/x", "mwaa": {"execution_role": "mwaa", "cluster_name": "y"}},
        "mwaa.cluster_name names a cluster to make, and cluster_arn one that exists; write one",
    ),
    (
        "name for an ARN",
        {"cluster_arn": "mine"},
        "cluster_arn is 'mine', which is not the ARN of a cluster; write one that starts with",
    ),
    (
        "another kind of ARN",
        {"task_role_arn": f"{CLUSTER}/mine"},
        "which is not the ARN of a role; write one that starts with arn:aws:iam: and has :role/",
    ),
    ("long name", {"environment": "e" * 70}, "a label of a DNS name 75 characters long"),
    ("retention", {"retention_days": 8}, "retention_days is 8, which CloudWatch does not offer"),
]


@pytest.mark.parametrize(
    ("args", "sentence"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_mistake_is_one_sentence(remote, args: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RehearsalError) as raised:
        remote(**args)
    assert sentence in str(raised.value)
