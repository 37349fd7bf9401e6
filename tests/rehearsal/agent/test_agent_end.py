from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import Cluster, agent, is_alive, kill, until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SCRIPT = "trap 'echo goodbye; exit 0' TERM; echo $$; sleep 600 & echo $!; while :; do wait; done"


def test_nothing_outlives_an_agent_that_ends_and_nothing_one_that_is_killed(
    account: str, tmp_path: Path
) -> None:
    cluster = Cluster(account, tmp_path)
    definition = cluster.define("lives", SCRIPT, image="sh")

    def pids() -> list[int] | None:
        task = cluster.running("lives")["taskArn"]
        lines = cluster.said(task)
        return [int(line) for line in lines] if len(lines) == 2 else None

    with agent(account, tmp_path) as first:
        cluster.serve("lives", definition)
        killed = until(pids)
        task = cluster.running("lives")["taskArn"]
        kill(first)
        until(lambda: not any(is_alive(pid) for pid in killed), patience=5)

    with agent(account, tmp_path):
        # The account still took the task for running; the new agent knows that it isn't.
        lost = cluster.reaches(task, "STOPPED")
        ended = until(pids)
        task = cluster.running("lives")["taskArn"]
    assert "killed" in lost["stoppedReason"]
    assert not any(is_alive(pid) for pid in ended)
    assert cluster.task(task)["lastStatus"] == "STOPPED"
    assert cluster.said(task)[-1] == "goodbye"
    assert list((tmp_path / "processes").iterdir()) == []
    assert list((tmp_path / "tasks").iterdir()) == []
