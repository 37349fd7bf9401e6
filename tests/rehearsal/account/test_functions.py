from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

from .conftest import REGION
from .test_identity import TRUST

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Workbench

CODE = """
import os
import boto3
from greeting import GREETING

def handler(event, context):
    if event.get("fail"):
        raise ValueError(event["fail"])
    names = boto3.client("ecs").list_clusters()["clusterArns"]
    return {
        "clusters": names,
        "region": os.environ["AWS_REGION"],
        "greeting": GREETING + os.environ["WHO"],
        "left": context.get_remaining_time_in_millis() > 0,
        "event": event,
    }
"""

GREETING = "GREETING = 'hello '"


@pytest.fixture
def function(bench: Workbench) -> str:
    trust = TRUST.replace("ecs-tasks", "lambda")
    role = bench.create("aws:iam/role:Role", "starter", assumeRolePolicy=trust)
    return bench.create(
        "aws:lambda/function:Function",
        "starter",
        role=role.outputs["arn"],
        runtime="python3.13",
        architectures=["arm64"],
        handler="main.handler",
        timeout=60,
        environment={"variables": {"WHO": "you"}},
        code={
            "assets": {"main.py": {"text": CODE}, "greeting.py": {"text": "GREETING = 'hello '"}}
        },
    ).id


def invoke(bench: Workbench, function: str, event: Any, **inputs: Any) -> Any:
    created = bench.create(
        "aws:lambda/invocation:Invocation",
        "run",
        functionName=function,
        input=json.dumps(event),
        triggers={"a": "b"},
        **inputs,
    )
    return json.loads(created.outputs["result"])


def test_a_function_runs_on_the_emulated_account(bench: Workbench, function: str) -> None:
    cluster = bench.create("aws:ecs/cluster:Cluster", "c", name="airflow").id

    assert invoke(bench, function, {"a": 1}) == {
        "clusters": [cluster],
        "region": REGION,
        "greeting": "hello you",
        "left": True,
        "event": {"a": 1},
    }


def test_what_a_function_raises_fails_the_resource(bench: Workbench, function: str) -> None:
    with pytest.raises(RehearsalError, match=r"starter.* failed: ValueError: no such task"):
        invoke(bench, function, {"fail": "no such task"})


def test_a_function_leaves_nothing_behind(
    bench: Workbench, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-users-own")
    before = dict(os.environ), list(sys.path)

    invoke(bench, function, {})

    assert (dict(os.environ), list(sys.path)) == before
    assert "main" not in sys.modules
    assert "greeting" not in sys.modules


def test_a_function_is_told_of_its_lifecycle_when_asked_to(bench: Workbench, function: str) -> None:
    answer = invoke(bench, function, {}, lifecycleScope="CRUD")

    assert answer["event"] == {"tf": {"action": "create", "prev_input": None}}


def test_a_handler_that_is_not_there_is_named(bench: Workbench) -> None:
    trust = TRUST.replace("ecs-tasks", "lambda")
    role = bench.create("aws:iam/role:Role", "r", assumeRolePolicy=trust).outputs["arn"]
    name = bench.create(
        "aws:lambda/function:Function",
        "f",
        role=role,
        runtime="python3.13",
        handler="main.start",
        code={"assets": {"main.py": {"text": ""}}},
    ).id

    with pytest.raises(RehearsalError, match=r"its handler 'main\.start' is not in its code"):
        invoke(bench, name, {})


def test_code_may_be_a_folder_or_a_zip_file(bench: Workbench, tmp_path: Path) -> None:
    trust = TRUST.replace("ecs-tasks", "lambda")
    role = bench.create("aws:iam/role:Role", "r", assumeRolePolicy=trust).outputs["arn"]
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text("def handler(event, context):\n    return 1\n")
    given = {"role": role, "runtime": "python3.13", "handler": "main.handler"}

    folder = bench.create(
        "aws:lambda/function:Function", "f", **given, code={"path": str(tmp_path / "code")}
    ).id
    assert invoke(bench, folder, {}) == 1

    archive = tmp_path / "code.zip"
    archive.write_bytes(next(iter(bench.account.archives.values())))
    zipped = bench.create(
        "aws:lambda/function:Function", "z", **given, code={"path": str(archive)}
    ).id
    assert invoke(bench, zipped, {}) == 1


def test_code_that_is_not_there_is_named(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="which is no file or folder here"):
        bench.create(
            "aws:lambda/function:Function",
            "f",
            role="r",
            code={"assets": {"main.py": {"path": "missing.py"}}},
        )


def test_a_permission_names_who_may_call(bench: Workbench, function: str) -> None:
    bench.create(
        "aws:lambda/permission:Permission",
        "p",
        function=function,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
    )

    policy = json.loads(bench.client("lambda").get_policy(FunctionName=function)["Policy"])
    assert policy["Statement"][0]["Action"] == "lambda:InvokeFunction"
