from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.account import EmulatedAccount

from .conftest import REGION, Workbench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "airflow_ecs.rehearsal.account.server", "--port", "0"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--region", REGION, "--ready-file", str(ready)],
            stdout=log,
            stderr=log,
            text=True,
        )
        try:
            for _ in range(300):
                if ready.exists():
                    break
                time.sleep(0.1)
            yield process, json.loads(ready.read_text())
        finally:
            process.kill()
            process.wait(10)


def test_an_account_is_served_until_it_is_asked_to_end(
    server: tuple[subprocess.Popen[str], dict[str, int]], tmp_path: Path
) -> None:
    process, facts = server
    bench = Workbench(EmulatedAccount(f"http://127.0.0.1:{facts['port']}", REGION))

    network = bench.network("net")
    bench.create("aws:ecs/cluster:Cluster", "c", name="airflow")
    bench.create(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "b",
        description="b",
        engine="valkey",
        nodeType="cache.t4g.micro",
    )

    command = [sys.executable, "-m", "awscli", "ecs", "list-clusters", "--output", "text"]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{facts['port']}",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": REGION,
    }
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f":{REGION}:" in answer.stdout
    assert answer.stdout.strip().endswith(":cluster/airflow")
    assert len(network["privateSubnetIds"]) == 2
    # The fixes of moto are in the serving process too.
    groups = bench.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert ".euc1.cache." in groups[0]["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    assert facts["pid"] == process.pid

    process.terminate()
    assert process.wait(10) == 0
    assert "GET" not in (tmp_path / "log").read_text()
    assert "POST" not in (tmp_path / "log").read_text()
