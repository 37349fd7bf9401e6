from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.agent.environment import ADDED

from .conftest import REGION, is_alive, until

if TYPE_CHECKING:
    from .conftest import Cluster

pytestmark = pytest.mark.slow

UNBUFFERED = {"name": "PYTHONUNBUFFERED", "value": "1"}


def test_a_task_runs_and_tells_its_real_exit_code(cluster: Cluster) -> None:
    arn = cluster.run(cluster.define("seven", "import sys; print('seven'); sys.exit(7)"))

    task = cluster.reaches(arn, "STOPPED")

    assert task["containers"][0]["exitCode"] == 7
    assert task["desiredStatus"] == "STOPPED"
    assert task["stopCode"] == "EssentialContainerExited"
    assert task["stoppedReason"] == "Essential container in task exited"
    assert task["createdAt"] <= task["startedAt"] <= task["stoppedAt"]
    address = task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]
    assert address.startswith("127.0.")
    assert cluster.said(arn) == ["seven"]


def test_a_task_finds_its_definition_and_the_closed_list_in_its_environment(
    cluster: Cluster,
) -> None:
    definition = cluster.define(
        "environment",
        "import json, os; print(json.dumps(dict(os.environ)))",
        environment=[{"name": "PLAIN", "value": "as it is"}, {"name": "OTHER", "value": "a"}],
        secrets=[
            {"name": "BY_NAME", "valueFrom": "/app/word"},
            {
                "name": "BY_ARN",
                "valueFrom": f"arn:aws:ssm:{REGION}:123456789012:parameter/app/word",
            },
        ],
    )
    override = {"name": "main", "environment": [{"name": "OTHER", "value": "b"}]}
    arn = cluster.run(definition, overrides={"containerOverrides": [override]})
    cluster.reaches(arn, "STOPPED")

    found = json.loads("".join(cluster.said(arn)))

    given = {"PLAIN": "as it is", "OTHER": "b", "BY_NAME": "swordfish", "BY_ARN": "swordfish"}
    assert given.items() <= found.items()
    # LC_CTYPE is of Python's own making, in the C locale.
    assert found.keys() - given.keys() - {"LC_CTYPE"} <= ADDED


def test_a_command_that_a_run_overrides_is_the_one_that_runs(cluster: Cluster) -> None:
    definition = cluster.define("overridden", "print('as defined')")
    override = {"name": "main", "command": ["print('as overridden')"]}

    arn = cluster.run(definition, overrides={"containerOverrides": [override]})

    cluster.reaches(arn, "STOPPED")
    assert cluster.said(arn) == ["as overridden"]


def test_both_outputs_are_one_log_in_the_order_of_their_lines(cluster: Cluster) -> None:
    program = "import sys\nfor n in range(50): print(n, file=(sys.stdout, sys.stderr)[n % 2])"
    definition = cluster.define("outputs", program, environment=[UNBUFFERED])

    arn = cluster.run(definition)

    cluster.reaches(arn, "STOPPED")
    assert cluster.said(arn) == [str(number) for number in range(50)]
    assert "49\n" in (cluster.state / "logs" / "outputs.log").read_text()


def test_a_task_calls_aws_as_its_role(cluster: Cluster) -> None:
    program = (
        "import boto3; ssm = boto3.client('ssm')\n"
        "print(ssm.get_parameter(Name='/app/word', WithDecryption=True)['Parameter']['Value'])\n"
        "try: ssm.get_parameter(Name='/else/word')\n"
        "except ssm.exceptions.ClientError as error: print(error)"
    )

    arn = cluster.run(cluster.define("as-role", program))

    cluster.reaches(arn, "STOPPED")
    allowed, denied = cluster.said(arn)
    assert allowed == "swordfish"
    assert "assumed-role/task/" in denied
    assert "not authorized to perform: ssm:GetParameter" in denied
    latest = cluster.denials()[-1]
    assert latest["action"] == "ssm:GetParameter"
    assert latest["resource"].endswith(":parameter/else/word")
    assert latest["role"] == cluster.role


@pytest.mark.parametrize(
    ("container", "words"),
    [
        (
            {"secrets": [{"name": "A", "valueFrom": "/app/missing"}]},
            ["ResourceInitializationError: unable to pull secrets", "/app/missing", "role/task"],
        ),
        (
            {"secrets": [{"name": "A", "valueFrom": "/else/word"}]},
            ["ResourceInitializationError: unable to pull secrets", "/else/word", "role/task"],
        ),
        ({"image": "nowhere/nothing:1"}, ["CannotPullContainerError", "nowhere/nothing:1"]),
        ({"entryPoint": ["/nowhere/program"]}, ["CannotStartContainerError", "/nowhere/program"]),
        ({"dependsOn": [{"containerName": "main", "condition": "START"}]}, ["dependsOn"]),
        (
            {
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "nowhere", "awslogs-region": REGION},
                }
            },
            ["ResourceInitializationError: failed to validate logger args", "nowhere"],
        ),
    ],
    ids=["secret missing", "secret denied", "image", "command", "beyond", "log group"],
)
def test_a_task_that_can_not_start_says_why(
    cluster: Cluster, container: dict[str, object], words: list[str]
) -> None:
    arn = cluster.run(cluster.define("can-not-start", "print()", **container))

    task = cluster.reaches(arn, "STOPPED")

    assert task["stopCode"] == "TaskFailedToStart"
    assert all(word in task["stoppedReason"] for word in words), task["stoppedReason"]
    assert "exitCode" not in task["containers"][0]


def test_a_stopped_task_is_asked_first(cluster: Cluster) -> None:
    program = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('goodbye'), sys.exit(3)))\n"
        "print('ready')\n"
        "while True: time.sleep(60)"
    )
    arn = cluster.run(cluster.define("asked", program, environment=[UNBUFFERED]))
    until(lambda: cluster.reaches(arn, "RUNNING") and cluster.said(arn) == ["ready"])

    cluster.ecs.stop_task(cluster=cluster.name, task=arn, reason="tired of it")

    task = cluster.reaches(arn, "STOPPED")
    assert task["stoppedReason"] == "tired of it"
    assert task["stopCode"] == "UserInitiated"
    assert task["containers"][0]["exitCode"] == 3
    assert cluster.said(arn) == ["ready", "goodbye"]


def test_a_task_that_does_not_listen_is_killed_with_all_that_came_from_it(
    cluster: Cluster,
) -> None:
    script = (
        "trap '' TERM; sleep 600 & echo $!; "
        # A session of its own is no way out of a container.
        "setsid sleep 600 & sleep 0.3; pgrep -n -f 'sleep 600'; while :; do sleep 1; done"
    )
    definition = cluster.define("deaf", script, image="sh", stopTimeout=1)
    arn = cluster.run(definition)
    children = until(lambda: cluster.task(arn)["lastStatus"] == "RUNNING" and said(cluster, arn))

    begun = time.monotonic()
    cluster.ecs.stop_task(cluster=cluster.name, task=arn)

    assert cluster.reaches(arn, "STOPPED")["containers"][0]["exitCode"] == 137
    assert time.monotonic() - begun >= 1
    assert [pid for pid in children if is_alive(pid)] == []


def said(cluster: Cluster, arn: str) -> list[int] | None:
    lines = cluster.said(arn)
    return [int(line) for line in lines] if len(lines) == 2 else None


def test_a_container_that_is_not_essential_may_end_alone(cluster: Cluster) -> None:
    definition = cluster.register(
        "two",
        [
            {
                "name": "main",
                "image": "sh",
                "command": ["sleep 600"],
            },
            {"name": "side", "image": "sh", "command": ["exit 5"], "essential": False},
        ],
    )
    arn = cluster.run(definition)

    def side() -> dict[str, object]:
        found: dict[str, object] = cluster.task(arn)["containers"][1]
        return found

    until(lambda: side()["lastStatus"] == "STOPPED")
    assert side()["exitCode"] == 5
    assert cluster.task(arn)["lastStatus"] == "RUNNING"

    cluster.ecs.stop_task(cluster=cluster.name, task=arn)
    cluster.reaches(arn, "STOPPED")


def test_what_a_task_has_written_is_gone_with_it(cluster: Cluster) -> None:
    program = "import os; open('left', 'w'); print(os.getcwd(), os.environ['HOME'])"

    arn = cluster.run(cluster.define("writes", program))

    cluster.reaches(arn, "STOPPED")
    folder, home = cluster.said(arn)[0].split()
    assert folder == home
    assert str(cluster.state) in folder
    assert not Path(folder).exists()
