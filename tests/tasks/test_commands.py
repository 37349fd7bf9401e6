"""What `airflow-ecs tasks` tells of an account, and removes from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber

from airflow_ecs import cli
from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.tasks import account, commands
from airflow_ecs.tasks.definitions import Definitions
from airflow_ecs.tasks.errors import TasksError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "airflow-dev-task-"
FAMILY = f"{PREFIX}etl--load"

pytestmark = pytest.mark.slow


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """ECS of an empty account, as the command itself asks for it."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with EmulatedAccount.in_process("eu-west-1"):
        yield account.aws()


def register(ecs: Any, count: int, family: str = FAMILY, **container: Any) -> list[str]:
    """So many more revisions, each with its own tag of the image."""
    arns = []
    for number in range(1, count + 1):
        described = {"name": "load", "image": f"load:{number}", "memory": 512, "essential": True}
        answer = ecs.register_task_definition(
            family=family,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[described | container],
        )
        arns.append(answer["taskDefinition"]["taskDefinitionArn"])
    return arns


def left(ecs: Any, family: str = FAMILY) -> list[int]:
    return [revision.number for revision in Definitions(ecs).revisions([family])]


def collect(ecs: Any, **given: Any) -> list[str]:
    options = {"keep": 3, "apply": True, "pause": lambda _: None} | given
    return list(commands.collect(Definitions(ecs), PREFIX, **options))


def test_nothing_is_removed_unless_it_is_asked_for(ecs: Any) -> None:
    register(ecs, 5)
    assert collect(ecs, apply=False) == [
        f"{FAMILY}: would remove 1, 2",
        "2 in all; nothing is removed without --apply",
    ]
    assert left(ecs) == [1, 2, 3, 4, 5]


def test_old_revisions_are_removed_in_tens_and_other_families_left_alone(ecs: Any) -> None:
    register(ecs, 25)
    register(ecs, 5, family="airflow-dev-web")
    calls: list[int] = []
    ecs.meta.events.register(
        "before-parameter-build.ecs.DeleteTaskDefinitions",
        lambda params, **_: calls.append(len(params["taskDefinitions"])),
    )
    collect(ecs)
    assert left(ecs) == [23, 24, 25]
    assert calls == [10, 10, 2]
    assert left(ecs, "airflow-dev-web") == [1, 2, 3, 4, 5]


def test_a_family_whose_name_only_starts_the_same_keeps_its_own_latest(ecs: Any) -> None:
    register(ecs, 5)
    register(ecs, 4, family=f"{FAMILY}_more")
    collect(ecs, keep=2)
    assert left(ecs) == [4, 5]
    assert left(ecs, f"{FAMILY}_more") == [3, 4]


def test_what_runs_and_what_a_service_uses_is_kept(ecs: Any) -> None:
    arns = register(ecs, 8)
    ecs.create_cluster(clusterName="airflow-dev")
    network = {"awsvpcConfiguration": {"subnets": [_subnet()]}}
    placed = {"cluster": "airflow-dev", "launchType": "FARGATE", "networkConfiguration": network}
    ecs.run_task(taskDefinition=arns[1], **placed)
    ecs.create_service(serviceName="old", taskDefinition=arns[3], desiredCount=0, **placed)
    listed = list(commands.list_revisions(Definitions(ecs), PREFIX))
    collect(ecs)
    assert left(ecs) == [2, 4, 6, 7, 8]
    assert "task " in listed[2]
    assert listed[4].endswith("active    service old")


def _subnet() -> str:
    found = boto3.client("ec2").describe_subnets()["Subnets"]
    return str(found[0]["SubnetId"])


def test_what_was_deregistered_before_is_deleted_too(ecs: Any) -> None:
    arns = register(ecs, 5)
    for arn in arns[:2]:
        ecs.deregister_task_definition(taskDefinition=arn)
    pauses: list[float] = []
    collect(ecs, keep=2, pause=pauses.append)
    assert left(ecs) == [4, 5]
    # Only revision 3 took of the one registration a second that AWS lets an account have.
    assert len(pauses) == 1
    assert pauses[0] > 1


def test_the_difference_is_that_of_the_last_two_revisions(ecs: Any) -> None:
    register(ecs, 11)
    assert list(commands.diff(Definitions(ecs), FAMILY)) == [
        f"{FAMILY}: 10 -> 11",
        "~ containerDefinitions[load].image: 'load:10' -> 'load:11'",
    ]


def test_revisions_that_would_run_the_same_have_no_difference(ecs: Any) -> None:
    register(ecs, 1)
    register(ecs, 1, environment=[])
    assert list(commands.diff(Definitions(ecs), FAMILY))[1:] == ["no difference"]


def test_an_unknown_family_is_a_sentence_with_the_nearest_one(ecs: Any) -> None:
    register(ecs, 2)
    with pytest.raises(TasksError, match=f"did you mean {FAMILY}"):
        list(commands.diff(Definitions(ecs), f"{PREFIX}etl--loda"))
    with pytest.raises(TasksError, match="no family of task definitions starts with 'nothing'"):
        list(commands.list_revisions(Definitions(ecs), "nothing"))


def test_every_page_of_an_answer_is_read() -> None:
    ecs = boto3.client("ecs", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    arn = f"arn:aws:ecs:eu-west-1:123456789012:task-definition/{FAMILY}"
    active, inactive = (
        {"familyPrefix": FAMILY, "status": status} for status in ("ACTIVE", "INACTIVE")
    )
    with Stubber(ecs) as stub:
        for operation, answer, asked in (
            ("definitions", {"taskDefinitionArns": [f"{arn}:1"], "nextToken": "more"}, active),
            ("definitions", {"taskDefinitionArns": [f"{arn}:2"]}, active | {"nextToken": "more"}),
            ("definitions", {"taskDefinitionArns": []}, inactive),
        ):
            stub.add_response(f"list_task_{operation}", answer, asked)
        stub.add_response("list_clusters", {"clusterArns": []}, {})
        found = Definitions(ecs).revisions([FAMILY])
        stub.assert_no_pending_responses()
    assert [revision.number for revision in found] == [1, 2]


def test_a_call_that_comes_too_fast_is_made_again(ecs: Any) -> None:
    register(ecs, 4)
    refusals = [b'{"__type": "ThrottlingException", "message": "Rate exceeded"}']

    class Raw:
        def __init__(self, body: bytes) -> None:
            self._body = body

        def stream(self, **_: Any) -> Iterator[bytes]:
            yield self._body

    def refuse(request: Any, **_: Any) -> AWSResponse | None:
        return AWSResponse(request.url, 400, {}, Raw(refusals.pop())) if refusals else None

    ecs.meta.events.register_first("before-send.ecs.DeregisterTaskDefinition", refuse)
    collect(ecs)
    assert refusals == []
    assert left(ecs) == [2, 3, 4]


def test_a_refusal_of_aws_is_a_sentence(
    ecs: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps({"__type": "AccessDeniedException", "message": "You may not."}).encode()

    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield body

    ecs.meta.events.register_first(
        "before-send.ecs", lambda request, **_: AWSResponse(request.url, 400, {}, Raw())
    )
    monkeypatch.setattr(account, "aws", lambda: ecs)
    assert cli.main(["tasks", "list", PREFIX]) == 1
    said = capsys.readouterr().err
    assert said == "error: AWS refused ListTaskDefinitionFamilies: You may not.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["list", PREFIX], "error: AWS can't be asked: You must specify a region."),
        (["list", PREFIX, "--project", "."], "error: nothing is served for the stack dev in"),
        (["gc", PREFIX, "--keep", "0"], "'0' is not how many to keep; write a number from 1"),
        (["gc", ""], "argument prefix: it is empty, which stands for all families"),
    ],
    ids=["no region", "nothing rehearsed", "keep nothing", "every family"],
)
def test_a_mistake_of_the_user_is_a_sentence(
    arguments: list[str], sentence: str, tmp_path: Any
) -> None:
    variables = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "airflow_ecs.cli", "tasks", *arguments],
        cwd=tmp_path,
        env=variables | {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
