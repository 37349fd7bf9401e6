"""AWS would take it: what the component makes of its choices, in the emulated account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_awsx as awsx
import pytest

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal import linter, rules
from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.program import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.recording import Recording

pytestmark = pytest.mark.slow

DOMAIN = {"domain": "airflow.example.com", "zone": "example.com"}

STANDALONE = {"executor": "standalone", "ingress": {"allowed_cidrs": ["203.0.113.7/32"]}}

CHOICES: dict[str, dict[str, Any]] = {
    "endpoints instead of NAT": {"network": {"nat": "none"}},
    "Redis on Fargate": {"broker": {"kind": "fargate"}, "flower": True},
    "no broker and no workers": {"executor": "local", "enable_exec": True},
    "a task of ECS for each of Airflow's": {"executor": "ecs", "network": {"nat": "none"}},
    "DAGs on EFS for tasks of ECS": {
        "executor": "ecs",
        "dags": {"source": "efs"},
        "enable_exec": True,
        "services": {"runner": {"spot_share": 100}},
    },
    "one container": STANDALONE,
    "one container and a database": STANDALONE | {"database": {"kind": "rds"}},
    "Aurora that pauses": {
        "database": {"kind": "aurora", "min_capacity": 0, "multi_az": True},
        "protect_data": True,
    },
    "a password that rotates": {
        "database": {"credentials": "secrets-manager"},
        "network": {"nat": "none"},
    },
    "a password of Aurora that rotates": {
        "database": {"kind": "aurora", "credentials": "secrets-manager"},
    },
    "state of the user's own": {
        "database": {"kind": "own", "host": "db.example.com", "password": "p@ss/w0rd"},
        "broker": {"kind": "own", "url": "rediss://:t0ken@redis.example.com:6380/0", "port": 6380},
    },
    "DAGs in S3": {"dags": {"source": "s3", "releases": True}, "network": {"nat": "none"}},
    "DAGs on EFS": {"dags": {"source": "efs"}, "executor": "local"},
    "DAGs on EFS for one container": STANDALONE | {"dags": {"source": "efs", "releases": True}},
    "DAGs in Git": {"dags": {"source": "git", "repository": "https://github.com/you/dags"}},
    "facing the internet": {
        "ingress": {**DOMAIN, "internet_facing": True, "allowed_cidrs": ["203.0.113.7/32"]}
    },
    "pipelines for image and DAGs": {
        "pipelines": {
            "connection_arn": "arn:aws:codeconnections:eu-west-1:123456789012:connection/c-1",
            "image": {"repository": "https://gitlab.com/team/platform"},
            "dags": {
                "repository": "https://github.com/team/dags.git",
                "destination": "s3://dags-dev/airflow",
                "gate": {"project": "dags", "token_parameter": "/sonar/token"},
            },
        }
    },
    "a DAG pipeline to EFS": {
        "dags": {"source": "efs", "releases": True},
        "pipelines": {
            "connection_arn": "arn:aws:codeconnections:eu-west-1:123456789012:connection/c-1",
            "dags": {"repository": "https://github.com/team/dags"},
        },
    },
    "everything at once": {
        "architecture": "arm64",
        "flower": True,
        "enable_exec": True,
        "protect_data": True,
        "broker": {"replicas": 1},
        "database": {"multi_az": True},
        "services": {"worker": {"count": 3, "spot_share": 60}},
        "values": {"warehouse": "wh-1"},
        "secret_values": {"token": "t0ken"},
        "users": [
            {"username": "ada", "email": "ada@example.com"},
            {"username": "ben", "email": "ben@example.com", "role": "Viewer"},
        ],
    },
}


def deployed(program: Callable[[], object]) -> tuple[Recording, list[str]]:
    """What was created, and what linter and rules say of it."""
    with EmulatedAccount.in_process("eu-west-1") as account:
        recording = run(program, cloud=account)
    said = [text for declared in recording.resources for text in linter.findings(declared)]
    return recording, said + rules.violations(recording)


@pytest.mark.parametrize("args", CHOICES.values(), ids=CHOICES.keys())
def test_aws_would_take_every_choice(args: Any) -> None:
    recording, said = deployed(lambda: AirflowCluster("airflow", {"environment": "dev", **args}))
    assert said == []
    assert recording.of("aws:ecs/service:Service")


def test_a_network_of_the_programs_own_is_used_and_checked() -> None:
    def program() -> None:
        vpc = awsx.ec2.Vpc("platform", number_of_availability_zones=2, enable_dns_hostnames=True)
        network = {"vpc_id": vpc.vpc_id, "private_subnet_ids": vpc.private_subnet_ids}
        AirflowCluster("airflow", {"environment": "dev", "network": network})  # type: ignore[typeddict-item]

    recording, said = deployed(program)
    assert said == []
    assert len(recording.of("awsx:ec2:Vpc")) == 1


def test_a_network_without_dns_ends_the_deployment_with_a_sentence() -> None:
    def program() -> None:
        vpc = awsx.ec2.Vpc("platform", number_of_availability_zones=2)
        network = {"vpc_id": vpc.vpc_id, "private_subnet_ids": vpc.private_subnet_ids}
        AirflowCluster("airflow", {"environment": "dev", "network": network})  # type: ignore[typeddict-item]

    with pytest.raises(RehearsalError, match="where DNS is off") as raised:
        deployed(program)
    assert "turn on DNS support and DNS host names of that VPC" in str(raised.value)


def test_subnets_in_one_zone_end_the_deployment_with_a_sentence() -> None:
    import pulumi_aws as aws

    def program() -> None:
        vpc = aws.ec2.Vpc("platform", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
        subnets = [
            aws.ec2.Subnet(
                f"private-{n}",
                vpc_id=vpc.id,
                cidr_block=f"10.0.{n}.0/24",
                availability_zone="eu-west-1a",
            )
            for n in range(2)
        ]
        ids = [subnet.id for subnet in subnets]
        AirflowCluster(
            "airflow",
            {"environment": "dev", "network": {"vpc_id": vpc.id, "private_subnet_ids": ids}},
        )

    with pytest.raises(RehearsalError, match="are all in the zone eu-west-1a") as raised:
        deployed(program)
    assert "write subnets in at least two zones" in str(raised.value)


def test_an_image_that_no_pipeline_has_released_yet_ends_the_deployment_with_a_sentence() -> None:
    pipelines = CHOICES["pipelines for image and DAGs"]

    with pytest.raises(RehearsalError, match="/airflow/dev/image/uri names no image yet") as raised:
        deployed(
            lambda: AirflowCluster(
                "airflow",
                {"environment": "dev", "image": {"source": "pipeline"}, **pipelines},  # type: ignore[typeddict-item]
            )
        )
    assert "Deploy with image.source build once" in str(raised.value)


def of_the_pipeline(source: str, before: str | None) -> tuple[Recording, str]:
    """A deployment where the parameter says something before, and what it says afterwards."""
    pipelines = CHOICES["pipelines for image and DAGs"]
    args: Any = {"environment": "dev", "image": {"source": source}, **pipelines}
    with EmulatedAccount.in_process("eu-west-1") as account:
        ssm = account.connect("ssm", "eu-west-1")
        if before is not None:
            ssm.put_parameter(Name="/airflow/dev/image/uri", Value=before, Type="String")
        recording = run(lambda: AirflowCluster("airflow", args), cloud=account)
        return recording, ssm.get_parameter(Name="/airflow/dev/image/uri")["Parameter"]["Value"]


def test_what_the_pipeline_has_released_goes_with_the_deployment_and_is_never_overwritten() -> None:
    made, none_yet = of_the_pipeline("build", None)
    parameter = made.one("aws:ssm/parameter:Parameter", "airflow-released-image")
    assert parameter.ignore_changes == ("value",)
    with pytest.raises(RehearsalError, match="/airflow/dev/image/uri names no image yet"):
        of_the_pipeline("pipeline", none_yet)
    image = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow@sha256:{'1' * 64}"
    taken, after = of_the_pipeline("pipeline", image)
    assert after == image
    assert f'"{image}"' in next(
        one.inputs["containerDefinitions"]
        for one in taken.of("aws:ecs/taskDefinition:TaskDefinition")
        if one.name == "airflow-web"
    )


def test_a_type_that_the_emulation_does_not_know_fails_by_its_name() -> None:
    import pulumi_aws as aws

    with pytest.raises(RehearsalError, match=r"aws:glacier/vault:Vault"):
        deployed(lambda: pulumi.export("arn", aws.glacier.Vault("old", name="old").arn))
