"""What each service may do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.components.conftest import container, statements

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording

POLICY = "aws:iam/rolePolicy:RolePolicy"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"

# The API knows no resource for these (Service Authorization Reference).
KNOW_NO_RESOURCE = {
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTasks",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}


def every_statement(cloud: Recording) -> list[dict[str, object]]:
    return [
        statement
        for policy in cloud.of(POLICY)
        for statement in json.loads(policy.inputs["policy"])["Statement"]
    ]


def test_no_role_may_do_everything(airflow) -> None:
    found = every_statement(airflow(flower=True, enable_exec=True))
    assert len(found) > 30
    for statement in found:
        assert not [action for action in statement["Action"] if "*" in action]
        if "*" in statement["Resource"]:
            assert set(statement["Action"]) <= KNOW_NO_RESOURCE


def test_each_service_has_two_roles_of_its_own(airflow) -> None:
    definitions = airflow(flower=True).of(DEFINITION)
    roles = [
        definition.inputs[key]
        for definition in definitions
        for key in ("executionRoleArn", "taskRoleArn")
    ]
    assert len(set(roles)) == len(roles) == 2 * len(definitions)


def test_ecs_may_read_exactly_the_parameters_that_it_injects(airflow) -> None:
    cloud = airflow(flower=True)
    for service in ("web", "scheduler", "worker", "flower", "migration"):
        injected = {secret["valueFrom"] for secret in container(cloud, service)["secrets"]}
        (read,) = (
            set(statement["Resource"])
            for statement in statements(cloud, f"airflow-{service}-execution")
            if statement["Action"] == ["ssm:GetParameters"]
        )
        assert read == injected


def test_a_role_of_the_users_is_taken_instead(airflow) -> None:
    role = "arn:aws:iam::123456789012:role/mine"
    cloud = airflow(services={"worker": {"task_role_arn": role, "execution_role_arn": role}})
    worker = cloud.one(DEFINITION, "airflow-worker")
    assert (worker.inputs["taskRoleArn"], worker.inputs["executionRoleArn"]) == (role, role)
    made = {resource.name for resource in cloud.of("aws:iam/role:Role")}
    assert not {name for name in made if name.startswith("airflow-worker")}


def test_only_what_runs_user_code_may_run_tasks_and_none_of_the_services_own(airflow) -> None:
    cloud = airflow()
    may_run = {
        policy.name for policy in cloud.of(POLICY) if "ecs:RunTask" in policy.inputs["policy"]
    }
    assert may_run == {"airflow-worker-task", "airflow-triggerer-task", "airflow-migration-starter"}
    (run,) = (s for s in statements(cloud, "airflow-worker-task") if s["Action"] == ["ecs:RunTask"])
    assert run["Resource"] == [
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-dev-task-*:*"
    ]


def test_the_starter_of_the_migration_passes_the_migrations_roles_and_no_other(airflow) -> None:
    cloud = airflow()
    migration = cloud.one(DEFINITION, "airflow-migration")
    (passed,) = (
        statement
        for statement in statements(cloud, "airflow-migration-starter")
        if statement["Action"] == ["iam:PassRole"]
    )
    assert set(passed["Resource"]) == {
        migration.inputs["executionRoleArn"],
        migration.inputs["taskRoleArn"],
    }
    assert passed["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }


def test_a_key_of_the_users_encrypts_secrets_and_is_let_to_decrypt(airflow) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    cloud = airflow(kms_key_arn=key)
    secure = [p for p in cloud.of("aws:ssm/parameter:Parameter") if p.inputs["type"] != "String"]
    assert secure
    assert {parameter.inputs["keyId"] for parameter in secure} == {key}
    assert {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [key]} in statements(
        cloud, "airflow-web-execution"
    )


@pytest.mark.parametrize("enable_exec", [True, False])
def test_a_shell_is_possible_only_where_it_is_on(airflow, enable_exec: bool) -> None:
    cloud = airflow(enable_exec=enable_exec)
    assert ("ssmmessages:" in json.dumps(every_statement(cloud))) is enable_exec
    for service in cloud.of("aws:ecs/service:Service"):
        assert service.inputs["enableExecuteCommand"] is enable_exec


def test_the_web_reads_task_logs_and_the_worker_writes_them_below_their_prefix(airflow) -> None:
    cloud = airflow()
    web = {a for s in statements(cloud, "airflow-web-task") for a in s["Action"]}
    assert web == {"s3:ListBucket", "s3:GetObject"}
    (put,) = (
        s for s in statements(cloud, "airflow-worker-task") if s["Action"] == ["s3:PutObject"]
    )
    (resource,) = put["Resource"]
    assert resource.endswith("/task-logs/*")


@pytest.mark.slow
@pytest.mark.parametrize(("releases", "prefixes"), [(True, ["dags/*"]), (False, None)])
def test_who_reads_dags_lists_no_more_of_the_bucket_than_its_bundle_asks(
    airflow, releases: bool, prefixes: list[str] | None
) -> None:
    cloud = airflow(dags={"source": "s3", "bucket": "team-dags", "releases": releases})
    bucket = "arn:aws:s3:::team-dags"
    for service in ("dag-processor", "triggerer", "worker"):
        (listing,) = (
            one
            for one in statements(cloud, f"airflow-{service}-task")
            if one["Action"] == ["s3:ListBucket"] and one["Resource"] == [bucket]
        )
        condition = listing.get("Condition", {}).get("StringLike", {})
        assert condition.get("s3:prefix") == prefixes
