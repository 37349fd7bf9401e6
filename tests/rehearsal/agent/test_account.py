"""What the account holds of tasks, told through ECS's agent API with no agent there."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Cluster

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def alone(account: str, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    path: Path = tmp_path_factory.mktemp("none")
    return Cluster(account, path)


def tell(cluster: Cluster, task: str, status: str, **given: Any) -> None:
    cluster.ecs.submit_task_state_change(cluster=cluster.name, task=task, status=status, **given)


def test_a_task_waits_for_its_agent(alone: Cluster) -> None:
    task = alone.run(alone.define("waits", "print()"))

    found = [alone.task(task)["lastStatus"] for _ in range(3)]

    assert found == ["PROVISIONING"] * 3
    assert alone.task(task)["desiredStatus"] == "RUNNING"
    assert alone.task(task)["containers"][0]["lastStatus"] == "PENDING"


def test_a_status_never_goes_back(alone: Cluster) -> None:
    task = alone.run(alone.define("goes-on", "print()"))
    tell(alone, task, "STOPPED", reason="over", containers=[{"containerName": "main"}])

    tell(alone, task, "RUNNING")
    tell(alone, task, "STOPPED", reason="over again")

    assert alone.task(task)["lastStatus"] == "STOPPED"
    assert alone.task(task)["stoppedReason"] == "over"
    assert "startedAt" not in alone.task(task)


def test_a_stop_is_for_the_agent_to_do(alone: Cluster) -> None:
    task = alone.run(alone.define("stops", "print()"))
    tell(alone, task, "RUNNING")

    alone.ecs.stop_task(cluster=alone.name, task=task, reason="enough")
    asked = alone.task(task)
    listed = alone.ecs.list_tasks(cluster=alone.name, family="stops")["taskArns"]
    tell(alone, task, "STOPPED", reason="Essential container in task exited")

    assert (asked["desiredStatus"], asked["lastStatus"]) == ("STOPPED", "RUNNING")
    assert listed == []
    assert alone.task(task)["stoppedReason"] == "enough"
    assert alone.task(task)["stopCode"] == "UserInitiated"


def test_what_is_not_there_is_refused(alone: Cluster) -> None:
    with pytest.raises(ClientError, match="task was not found"):
        alone.ecs.stop_task(cluster=alone.name, task="nothing")
    with pytest.raises(ClientError, match="task was not found"):
        tell(alone, "nothing", "RUNNING")
    task = alone.run(alone.define("one-container", "print()"))
    with pytest.raises(ClientError, match="no container other"):
        tell(alone, task, "RUNNING", containers=[{"containerName": "other"}])


def test_who_waits_for_changes_hears_of_each_at_once(alone: Cluster) -> None:
    def changes(after: int) -> int:
        url = f"{alone.endpoint}/rehearsal/ecs/changes?after={after}"
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - http, as above
            return int(json.load(answer)["changes"])

    definition = alone.define("changes", "print()")
    known = changes(-1)
    begun = time.monotonic()
    later = threading.Timer(0.3, alone.run, [definition])
    later.start()

    assert changes(known) > known
    assert time.monotonic() - begun < 10
    later.join()
