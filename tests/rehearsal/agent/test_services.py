from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Cluster

pytestmark = pytest.mark.slow

WAIT = "import time; time.sleep(600)"
# Binds to all addresses, as a container may.
SERVE = (
    "from http.server import *\n"
    "HTTPServer(('0.0.0.0', 8080), SimpleHTTPRequestHandler).serve_forever()"
)


@contextmanager
def service(cluster: Cluster, name: str, definition: str, **given: Any) -> Iterator[None]:
    cluster.serve(name, definition, **given)
    try:
        yield
    finally:
        cluster.end_service(name)


def test_a_service_has_one_task_and_counts_it(cluster: Cluster) -> None:
    with service(cluster, "counts", cluster.define("counts", WAIT), desiredCount=1):
        task = cluster.running("counts")

        described = until(
            lambda: (found := cluster.service("counts"))["runningCount"] == 1 and found
        )
        assert task["group"] == "service:counts"
        assert task["startedBy"] == described["deployments"][0]["id"]
        assert described["pendingCount"] == 0
        assert described["deployments"][0]["rolloutState"] == "COMPLETED"
    assert cluster.task(task["taskArn"])["stopCode"] == "ServiceSchedulerInitiated"


def test_a_task_that_ends_is_replaced_ever_more_slowly(cluster: Cluster) -> None:
    definition = cluster.define("crashes", "raise SystemExit('no')")
    with service(cluster, "crashes", definition):

        def ended() -> list[dict[str, Any]]:
            arns = cluster.ecs.list_tasks(
                cluster=cluster.name, family="crashes", desiredStatus="STOPPED"
            )["taskArns"]
            tasks = [cluster.task(arn) for arn in arns]
            return sorted(tasks, key=lambda task: task["createdAt"])

        tasks = until(lambda: len(found := ended()) >= 4 and found)
        begun = [task["createdAt"].timestamp() for task in tasks]
        pauses = [
            after - task["stoppedAt"].timestamp()
            for task, after in zip(tasks, begun[1:], strict=False)
        ]
        assert cluster.service("crashes")["deployments"][0]["failedTasks"] >= 4
    assert all(task["containers"][0]["exitCode"] == 1 for task in tasks)
    for pause, least in zip(pauses, (1, 2, 4), strict=False):
        assert pause == pytest.approx(least, abs=0.9)


def test_a_health_check_is_told_and_its_failure_replaces_the_task(cluster: Cluster) -> None:
    program = "import pathlib, time; pathlib.Path('well').touch(); time.sleep(4)\n"
    program += "pathlib.Path('well').unlink(); time.sleep(600)"
    check = {
        "command": ["CMD-SHELL", "test -e well"],
        "interval": 1,
        "timeout": 2,
        "retries": 2,
        "startPeriod": 5,
    }
    definition = cluster.define("checked", program, healthCheck=check)
    with service(cluster, "checked", definition):
        first = cluster.running("checked")["taskArn"]
        until(lambda: cluster.task(first)["healthStatus"] == "HEALTHY")
        assert cluster.task(first)["containers"][0]["healthStatus"] == "HEALTHY"
        assert cluster.service("checked")["deployments"][0]["rolloutState"] == "COMPLETED"

        task = cluster.reaches(first, "STOPPED")
        assert task["healthStatus"] == "UNHEALTHY"
        assert task["stoppedReason"] == "Task failed container health checks"
        assert task["stopCode"] == "ServiceSchedulerInitiated"
        assert cluster.running("checked")["taskArn"] != first


def test_a_changed_definition_starts_before_the_old_one_stops(cluster: Cluster) -> None:
    with service(cluster, "rolls", cluster.define("rolls", WAIT)):
        first = cluster.running("rolls")["taskArn"]

        changed = cluster.define("rolls", WAIT, environment=[{"name": "NEW", "value": "1"}])
        cluster.ecs.update_service(cluster=cluster.name, service="rolls", taskDefinition=changed)

        old = cluster.reaches(first, "STOPPED")
        new = cluster.running("rolls")
        assert new["taskDefinitionArn"] == changed
        assert new["startedAt"] < old["stoppedAt"]


def test_a_service_that_wants_no_task_has_none(cluster: Cluster) -> None:
    with service(cluster, "rests", cluster.define("rests", WAIT)):
        first = cluster.running("rests")["taskArn"]

        cluster.ecs.update_service(cluster=cluster.name, service="rests", desiredCount=0)

        cluster.reaches(first, "STOPPED")
        time.sleep(0.5)
        assert cluster.of_service("rests") == []


def test_a_task_is_found_by_its_discovery_name_and_in_its_target_group(cluster: Cluster) -> None:
    cloud_map = cluster.client("servicediscovery")
    operation = cloud_map.create_private_dns_namespace(Name="dev.internal", Vpc=cluster.vpc)
    targets = cloud_map.get_operation(OperationId=operation["OperationId"])["Operation"]["Targets"]
    registry = cloud_map.create_service(
        Name="api", NamespaceId=targets["NAMESPACE"], DnsConfig={"DnsRecords": [A_RECORD]}
    )["Service"]
    group = cluster.client("elbv2").create_target_group(
        Name="web", Protocol="HTTP", Port=8080, VpcId=cluster.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]

    def registered() -> list[tuple[str, int]]:
        answer = cluster.client("elbv2").describe_target_health(TargetGroupArn=group)
        return [
            (one["Target"]["Id"], one["Target"]["Port"])
            for one in answer["TargetHealthDescriptions"]
            if one["TargetHealth"]["State"] != "draining"
        ]

    # Both listen on the same port of all addresses, and call each other by their own.
    definition = cluster.define("web", SERVE, portMappings=[{"containerPort": 8080}])
    with (
        service(
            cluster,
            "web",
            definition,
            loadBalancers=[
                {"targetGroupArn": group, "containerName": "main", "containerPort": 8080}
            ],
            serviceRegistries=[{"registryArn": registry["Arn"]}],
        ),
        service(cluster, "other", definition),
    ):
        address = address_of(cluster.running("web"))
        other = address_of(cluster.running("other"))
        until(registered)
        (instance,) = until(lambda: cloud_map.list_instances(ServiceId=registry["Id"])["Instances"])
        asked = cluster.run(cluster.define("asks", ASK))
        cluster.reaches(asked, "STOPPED")

        assert address != other
        assert registered() == [(address, 8080)]
        assert instance["Attributes"]["AWS_INSTANCE_IPV4"] == address
        assert json.loads(cluster.said(asked)[0]) == [address, 200]
        assert "200" in (cluster.state / "logs" / "web.log").read_text()
    assert registered() == []
    assert cloud_map.list_instances(ServiceId=registry["Id"])["Instances"] == []


A_RECORD = {"Type": "A", "TTL": 10}
ASK = """
import http.client, json, socket, time
for _ in range(50):
    try:
        connection = http.client.HTTPConnection("api.dev.internal", 8080)
        connection.request("GET", "/")
        break
    except OSError:
        time.sleep(0.2)
print(json.dumps([socket.gethostbyname("api.dev.internal"), connection.getresponse().status]))
"""


def address_of(task: dict[str, Any]) -> str:
    return str(task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"])


def test_another_deployment_of_the_same_definition_has_new_tasks(cluster: Cluster) -> None:
    definition = cluster.define("rolls", WAIT)
    with service(cluster, "rolls", definition):
        old = cluster.running("rolls")["taskArn"]
        cluster.ecs.update_service(cluster=cluster.name, service="rolls", forceNewDeployment=True)
        until(lambda: cluster.task(old)["lastStatus"] == "STOPPED")
        assert cluster.running("rolls")["taskArn"] != old
        assert cluster.running("rolls")["taskDefinitionArn"] == definition
