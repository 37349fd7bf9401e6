"""Redis as a Fargate service, run by the Valkey of the stand-ins' wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import until

if TYPE_CHECKING:
    from .conftest import Cluster

pytestmark = pytest.mark.slow

SERVER = {
    "image": "public.ecr.aws/docker/library/redis:7",
    "entryPoint": ["sh", "-c"],
    "user": "redis",
    "secrets": [{"name": "REDIS_PASSWORD", "valueFrom": "/app/word"}],
    "healthCheck": {
        "command": ["CMD-SHELL", "REDISCLI_AUTH=$REDIS_PASSWORD redis-cli ping | grep -q PONG"],
        "startPeriod": 10,
    },
}

START = 'exec redis-server - <<CONFIG\nrequirepass $REDIS_PASSWORD\nsave ""\nCONFIG'

ASK = """
import socket
with socket.create_connection(("{}", 6379)) as server:
    answers = server.makefile()
    for words in ("PING", "AUTH swordfish", "PING"):
        server.sendall((words + "\\r\\n").encode())
        print(answers.readline().split()[0])
"""


def test_redis_runs_in_a_task_and_asks_for_its_password(cluster: Cluster) -> None:
    cluster.serve("redis", cluster.define("redis", START, **SERVER))
    task = cluster.running("redis")
    until(lambda: cluster.task(task["taskArn"])["healthStatus"] == "HEALTHY")
    address = task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]

    asked = cluster.run(cluster.define("asks-redis", ASK.format(address)))

    cluster.reaches(asked, "STOPPED")
    assert cluster.said(asked) == ["-NOAUTH", "+OK", "+PONG"]
    cluster.end_service("redis")
    assert cluster.task(task["taskArn"])["containers"][0]["exitCode"] == 0
