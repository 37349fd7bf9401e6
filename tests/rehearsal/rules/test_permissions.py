from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import Declared
from airflow_ecs.rehearsal.rules.policies import Permissions

from .building import ARN, one, policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program

PULL = (
    ("ecr:GetAuthorizationToken", "*"),
    (["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], ARN.format("ecr", "repository")),
)
LOG = (["logs:CreateLogStream", "logs:PutLogEvents"], ARN.format("cloudwatch", "*"))
READ = ("ssm:GetParameters", ARN.format("ssm", "*"))


def test_the_execution_role_reads_the_secrets(spoil: Callable[..., str]) -> None:
    only_broker = ("ssm:GetParameters", ARN.format("ssm", "broker-url"))

    sentence = spoil("execution-policy", policy=policy(*PULL, LOG, only_broker))

    assert f"may not ssm:GetParameters on {ARN.format('ssm', 'database-url')}" in sentence
    assert '"web-task" would not start' in sentence


@pytest.mark.parametrize("key", ["key", ARN.format("kms", "key")])
def test_the_execution_role_decrypts_with_the_parameters_key(program: Program, key: str) -> None:
    if key == "key":
        program.add("aws:kms/key:Key", "key")
    program.change("database-url", keyId=key)

    assert f"may not kms:Decrypt on {ARN.format('kms', 'key')}" in one(program.violations())


def test_the_execution_role_pulls_the_image(program: Program) -> None:
    program.change("execution-policy", policy=policy(PULL[0], LOG, READ))

    assert all("may not ecr:" in sentence for sentence in program.violations())
    assert len(program.violations()) == 4


def test_the_execution_role_writes_to_the_log_group(program: Program) -> None:
    streams = f"{ARN.format('cloudwatch', 'web-logs')}:*"
    logs = (["logs:CreateLogStream", "logs:PutLogEvents"], streams)
    program.change("execution-policy", policy=policy(*PULL, logs, READ))

    assert all('"worker-task"' in sentence for sentence in program.violations())
    assert len(program.violations()) == 2


def test_a_task_without_execution_role_is_refused_when_it_needs_one(program: Program) -> None:
    program.change("worker-task", executionRoleArn=None)

    assert "it has no executionRoleArn, and its containers need" in one(program.violations())


def test_a_role_with_a_policy_of_someone_elses_is_not_judged(program: Program) -> None:
    program.change("execution-policy", policy=policy())
    program.change("execution", managedPolicyArns=["arn:aws:iam::aws:policy/PowerUserAccess"])

    assert program.violations() == []


def test_a_policy_of_the_program_counts_when_it_is_attached(program: Program) -> None:
    document = program.declared["execution-policy"].inputs["policy"]
    program.remove("execution-policy")
    program.add("aws:iam/policy:Policy", "managed", {"policy": document})
    attachment = {"role": "execution", "policyArn": ARN.format("iam", "managed")}
    program.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", attachment)

    assert program.violations() == []


@pytest.mark.parametrize("role", ["execution", "task"])
def test_ecs_must_be_trusted(program: Program, role: str) -> None:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}]}
    program.change(role, assumeRolePolicy=json.dumps(trust))

    sentences = program.violations()

    # One for each task definition that has the role.
    assert len(sentences) == 2
    assert all("does not let ecs-tasks.amazonaws.com take it" in one for one in sentences)


def test_ecs_exec_needs_its_channels(spoil: Callable[..., str]) -> None:
    sentence = spoil("worker", enableExecuteCommand=True)

    assert "may not ssmmessages:CreateControlChannel" in sentence


def test_who_runs_a_task_hands_over_both_roles(program: Program) -> None:
    _starter(program, ("ecs:RunTask", ARN.format("ecs", "worker-task")))

    sentences = program.violations()

    assert len(sentences) == 2
    assert f"allow iam:PassRole on {ARN.format('iam', 'execution')}" in sentences[0]
    assert f"allow iam:PassRole on {ARN.format('iam', 'task')}" in sentences[1]


def test_a_function_may_run_what_it_is_told_to(program: Program) -> None:
    _starter(program, ("ecs:RunTask", ARN.format("ecs", "web-task")), ("iam:PassRole", "*"))

    assert f"allow ecs:RunTask on {ARN.format('ecs', 'worker-task')}" in one(program.violations())


def test_a_sound_starter_is_not_complained_about(program: Program) -> None:
    _starter(program, ("ecs:RunTask", ARN.format("ecs", "worker-*")), ("iam:PassRole", "*"))

    assert program.violations() == []


def test_lambda_must_be_trusted(program: Program) -> None:
    _starter(program, ("ecs:RunTask", "*"), ("iam:PassRole", "*"))
    program.change("starter", assumeRolePolicy=json.dumps({"Statement": []}))

    assert "does not let lambda.amazonaws.com take it" in one(program.violations())


def _starter(program: Program, *allowed: tuple[str, str]) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}}
    program.add(
        "aws:iam/role:Role", "starter", {"assumeRolePolicy": json.dumps({"Statement": trust})}
    )
    program.add(
        "aws:iam/rolePolicy:RolePolicy",
        "starter-policy",
        {"role": "starter", "policy": policy(*allowed)},
    )
    program.add("aws:lambda/function:Function", "function", {"role": ARN.format("iam", "starter")})
    event = json.dumps({"task_definition": ARN.format("ecs", "worker-task")})
    program.add(
        "aws:lambda/invocation:Invocation",
        "invocation",
        {"functionName": "function", "input": event},
    )


@pytest.mark.parametrize(
    ("prefix", "allowed"), [("logs", True), ("logs/task", True), ("other", False)]
)
def test_a_task_may_read_the_bucket_that_it_is_told_of(
    program: Program, prefix: str, allowed: bool
) -> None:
    program.add("aws:s3/bucket:Bucket", "bucket", outputs={"arn": "arn:aws:s3:::bucket"})
    program.add(
        "aws:iam/rolePolicy:RolePolicy",
        "task-policy",
        {"role": "task", "policy": policy(("s3:*", "arn:aws:s3:::bucket/logs/*"))},
    )
    setting = {"name": "REMOTE_BASE_LOG_FOLDER", "value": f"s3://bucket/{prefix}"}
    program.change_container("worker-task", environment=[setting])

    refused = f"may not s3:GetObject on arn:aws:s3:::bucket/{prefix}/any"
    assert [refused in one for one in program.violations()] == ([] if allowed else [True])


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}], True),
        ([{"Effect": "Allow", "Action": "S3:GETOBJECT", "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::B/*"}], False),
        ([{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}], False),
        ([{"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*"}], False),
        ([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/[k]"}], False),
        (
            [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
            ],
            False,
        ),
        ([], False),
    ],
)
def test_policies_are_read_as_iam_reads_them(
    statements: list[dict[str, Any]], allowed: bool
) -> None:
    role = Declared(type="", name="", urn="", custom=True, remote=False, parent="", inputs={})
    permissions = Permissions(role=role, statements=tuple(statements))

    assert permissions.allow("s3:GetObject", "arn:aws:s3:::b/k") is allowed


def test_an_image_of_another_registry_needs_no_permission(program: Program) -> None:
    program.change("execution-policy", policy=policy(LOG, READ))
    for name in ("web-task", "worker-task"):
        program.change_container(name, image="public.ecr.aws/docker/library/redis:8")

    assert program.violations() == []
