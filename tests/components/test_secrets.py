"""Secrets stay secret: generated, kept in Parameter Store, and handed on by name alone."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.declared import Created
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run
from tests.components.conftest import container, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.recording import Recording

PARAMETER = "aws:ssm/parameter:Parameter"
SENTINEL = "s3cret-sentinel"


class Marked(Placeholders):
    """Random values and parameters whose content can be told from everything else."""

    def __init__(self, version: int = 1) -> None:
        super().__init__()
        self.version = version

    def create(self, declared: Declared) -> Created:
        made = super().create(declared)
        outputs: dict[str, Any] = dict(made.outputs)
        if declared.type == "random:index/randomPassword:RandomPassword":
            outputs["result"] = f"{SENTINEL}-{declared.name}"
        if declared.type == "random:index/randomBytes:RandomBytes":
            outputs["base64"] = base64.b64encode(b"\xfb\xff" + SENTINEL.encode()).decode()
        if declared.type == PARAMETER:
            outputs["version"] = self.version
        return Created(id=made.id, outputs=outputs)


# What each kind of database and broker is, besides what all have.
KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "made": lambda: {"broker": {"kind": "fargate"}, "flower": True},
    "aurora": lambda: {"database": {"kind": "aurora"}},
    "own": lambda: {
        "database": {
            "kind": "own",
            "host": "db.example.com",
            "password": pulumi.Output.secret(f"{SENTINEL}-of-mine"),
        },
        "broker": {
            "kind": "own",
            "url": pulumi.Output.secret(f"rediss://:{SENTINEL}-of-mine@redis.example.com/0"),
        },
    },
    "local": lambda: {"executor": "local"},
    "standalone": lambda: {
        "executor": "standalone",
        "ingress": {"allowed_cidrs": ["203.0.113.7/32"]},
    },
}


def deployed_of(kind: str) -> Recording:
    def program() -> None:
        cluster = AirflowCluster(
            "airflow",
            {
                "environment": "dev",
                "enable_exec": True,
                "secret_values": {"api-key": pulumi.Output.secret(f"{SENTINEL}-value")},
                "users": [
                    {
                        "username": "ada",
                        "email": "ada@example.com",
                        "password": pulumi.Output.secret(f"{SENTINEL}-password"),
                    }
                ],
                **KINDS[kind](),  # type: ignore[typeddict-item]
            },
        )
        for output in ("url", "open_command", "find_url_command", "password_command", "log_groups"):
            pulumi.export(output, getattr(cluster, output))

    return run(program, cloud=Marked())


@pytest.fixture(scope="module")
def marked() -> Recording:
    return deployed_of("made")


@pytest.fixture(scope="module", params=KINDS)
def of_each_kind(request: pytest.FixtureRequest) -> Recording:
    return deployed_of(request.param)


def leaks(value: Any) -> bool:
    return SENTINEL in json.dumps(value, default=str)


def test_a_secret_travels_in_inputs_that_are_marked_as_secret_alone(
    of_each_kind: Recording,
) -> None:
    carrying = 0
    for declared in of_each_kind.resources:
        for key, value in declared.inputs.items():
            if leaks(value):
                carrying += 1
                assert key in declared.secrets, f"{declared.name}.{key}"
                assert declared.type in (
                    PARAMETER,
                    "aws:rds/cluster:Cluster",
                    "aws:rds/instance:Instance",
                    "aws:elasticache/replicationGroup:ReplicationGroup",
                )
    # Two keys of Airflow, a password and a value; in most kinds URLs too.
    assert carrying >= 4


def test_no_output_and_no_message_tells_a_secret(of_each_kind: Recording) -> None:
    assert not leaks(of_each_kind.outputs)
    assert not leaks(of_each_kind.messages)


def test_secrets_are_secure_strings(marked: Recording) -> None:
    for parameter in marked.of(PARAMETER):
        expected = "SecureString" if leaks(parameter.inputs["value"]) else "String"
        if "fernet" not in parameter.name:
            assert parameter.inputs["type"] == expected
        assert parameter.inputs["name"].startswith("/airflow/dev/")


def test_the_fernet_key_is_in_the_alphabet_that_fernet_reads(marked: Recording) -> None:
    key = marked.one(PARAMETER, "airflow-system-fernet-key").inputs["value"]
    assert "+" not in key
    assert "/" not in key
    assert base64.urlsafe_b64decode(key).startswith(b"\xfb\xff")


def test_containers_get_secrets_by_the_arn_of_their_parameters(marked: Recording) -> None:
    arns = {marked.created[p.urn].outputs["arn"] for p in marked.of(PARAMETER)}
    for service in ("web", "scheduler", "worker", "flower", "migration", "broker"):
        injected = container(marked, service)["secrets"]
        assert injected
        assert {secret["valueFrom"] for secret in injected} <= arns


def test_a_changed_secret_rolls_the_services_that_use_it() -> None:
    def deployed(version: int) -> Recording:
        cloud = Marked(version)
        return run(lambda: AirflowCluster("airflow", {"environment": "dev"}), cloud=cloud)

    before, unchanged, after = deployed(1), deployed(1), deployed(2)
    for service in ("web", "scheduler", "worker", "migration"):
        version = environment(before, service)["SECRETS_VERSION"]
        assert version == environment(unchanged, service)["SECRETS_VERSION"]
        assert version != environment(after, service)["SECRETS_VERSION"]


def test_a_parameter_of_the_users_is_named_and_never_read() -> None:
    asked: list[tuple[str, Mapping[str, Any]]] = []

    class Asked(Placeholders):
        def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
            asked.append((token, arguments))
            return super().invoke(token, arguments)

    cloud = run(
        lambda: AirflowCluster(
            "airflow",
            {"environment": "dev", "services": {"worker": {"secrets": {"KEY": "/mine/key"}}}},
        ),
        cloud=Asked(),
    )
    (lookup,) = (given for token, given in asked if token.endswith("getParameter"))
    assert lookup == {"name": "/mine/key", "withDecryption": False}
    injected = {s["name"]: s["valueFrom"] for s in container(cloud, "worker")["secrets"]}
    assert injected["KEY"].endswith("parameter/mine/key")
    assert "KEY" not in {s["name"] for s in container(cloud, "web")["secrets"]}
