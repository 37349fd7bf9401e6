from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

from .conftest import ARN, REGION

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Workbench

CONTAINER = {"name": "web", "image": "nginx", "portMappings": [{"containerPort": 80}]}
FARGATE = {
    "family": "web",
    "cpu": "256",
    "memory": "512",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
}


def definition(bench: Workbench, **container: Any) -> Any:
    return bench.create(
        "aws:ecs/taskDefinition:TaskDefinition",
        "web",
        **FARGATE,
        containerDefinitions=json.dumps([{**CONTAINER, **container}]),
    )


def test_a_task_definition_is_a_revision_of_its_family(bench: Workbench) -> None:
    definition(bench)
    second = definition(bench, command=["x"])

    assert second.id == "web"
    assert second.outputs == {
        "arn": ARN.format("ecs", "task-definition/web:2"),
        "arnWithoutRevision": ARN.format("ecs", "task-definition/web"),
        "revision": 2,
    }


def test_a_mistyped_key_of_a_container_is_named(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="portmappings"):
        definition(bench, portmappings=[])


def test_containers_that_are_not_json_are_refused(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="containerDefinitions is not JSON"):
        bench.create(
            "aws:ecs/taskDefinition:TaskDefinition", "w", **FARGATE, containerDefinitions="[{"
        )


def test_a_service_is_described_as_it_was_declared(bench: Workbench) -> None:
    network = bench.network("net")
    cluster = bench.create(
        "aws:ecs/cluster:Cluster",
        "c",
        name="airflow",
        settings=[{"name": "containerInsights", "value": "enabled"}],
    )
    bench.create(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        "c",
        clusterName="airflow",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategies=[{"capacityProvider": "FARGATE", "weight": 1}],
    )

    service = bench.create(
        "aws:ecs/service:Service",
        "web",
        cluster=cluster.id,
        taskDefinition=definition(bench).outputs["arn"],
        desiredCount=2,
        capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        deploymentCircuitBreaker={"enable": True, "rollback": True},
        deploymentMaximumPercent=150,
        enableExecuteCommand=True,
        enableEcsManagedTags=True,
        propagateTags="SERVICE",
        # Without groups a service has the network's default one.
        networkConfiguration={"subnets": network["privateSubnetIds"]},
        forceNewDeployment=True,
        waitForSteadyState=True,
        tags={"a": "b"},
    )

    found = bench.client("ecs").describe_services(
        cluster="airflow", services=[service.id], include=["TAGS"]
    )["services"][0]
    assert "launchType" not in found
    assert found["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    assert found["deployments"][0]["capacityProviderStrategy"] == found["capacityProviderStrategy"]
    assert found["deploymentConfiguration"] == {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 150,
        "minimumHealthyPercent": 100,
    }
    assert found["enableExecuteCommand"] is True
    assert found["enableECSManagedTags"] is True
    assert found["desiredCount"] == 2
    assert found["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
    assert found["tags"] == [{"key": "a", "value": "b"}]
    providers = bench.client("ecs").describe_clusters(clusters=["airflow"])["clusters"][0]
    assert providers["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


def test_a_task_ends_with_its_containers(bench: Workbench) -> None:
    network = bench.network("net")
    bench.create("aws:ecs/cluster:Cluster", "c", name="airflow")
    # On Fargate containers reserve no memory of their own.
    arn = definition(bench).outputs["arn"]
    ecs = bench.client("ecs")

    task = ecs.run_task(
        cluster="airflow",
        taskDefinition=arn,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE"}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": network["privateSubnetIds"]}},
    )["tasks"][0]["taskArn"]
    ecs.get_waiter("tasks_stopped").wait(
        cluster="airflow", tasks=[task], WaiterConfig={"Delay": 0, "MaxAttempts": 3}
    )

    found = ecs.describe_tasks(cluster="airflow", tasks=[task])["tasks"][0]
    assert found["lastStatus"] == "STOPPED"
    assert [(one["name"], one["lastStatus"], one["exitCode"]) for one in found["containers"]] == [
        ("web", "STOPPED", 0)
    ]


def test_a_running_task_has_no_exit_code_yet(bench: Workbench) -> None:
    network = bench.network("net")
    bench.create("aws:ecs/cluster:Cluster", "c", name="airflow")
    answer = bench.client("ecs").run_task(
        cluster="airflow",
        taskDefinition=definition(bench).outputs["arn"],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network["privateSubnetIds"]}},
    )

    container = answer["tasks"][0]["containers"][0]
    assert container["lastStatus"] == "RUNNING"
    assert "exitCode" not in container


def image(bench: Workbench, folder: Path, url: str, **inputs: Any) -> Any:
    (folder / "Dockerfile").write_text("FROM scratch\n")
    build = {"context": str(folder), **inputs}
    return bench.create("docker:index/image:Image", "i", imageName=url, build=build)


def test_an_image_is_in_the_registry_by_its_digest(bench: Workbench, tmp_path: Path) -> None:
    repository = bench.create(
        "aws:ecr/repository:Repository", "r", name="images", imageTagMutability="IMMUTABLE"
    ).outputs
    url = repository["repositoryUrl"]

    outputs = image(bench, tmp_path, f"{url}:1").outputs

    images = bench.client("ecr").describe_images(repositoryName="images")["imageDetails"]
    assert outputs["repoDigest"] == f"{url}@{images[0]['imageDigest']}"
    assert images[0]["imageTags"] == ["1"]
    with pytest.raises(RehearsalError, match="already exists"):
        image(bench, tmp_path, f"{url}:1")
    assert image(bench, tmp_path, f"{url}:2").outputs["repoDigest"] != outputs["repoDigest"]


def test_an_image_is_built_from_what_is_there(bench: Workbench, tmp_path: Path) -> None:
    url = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/images:1"

    with pytest.raises(RehearsalError, match="which is no folder; write the path"):
        image(bench, tmp_path, url, context=str(tmp_path / "missing"))
    with pytest.raises(RehearsalError, match="which is no file; write the path"):
        image(bench, tmp_path, url, dockerfile=str(tmp_path / "missing"))
    with pytest.raises(RehearsalError, match="the only registry here is ECR in eu-central-1"):
        image(bench, tmp_path, "docker.io/library/nginx:1")


def test_a_repository_keeps_what_its_policy_says(bench: Workbench) -> None:
    bench.create(
        "aws:ecr/repository:Repository",
        "r",
        name="images",
        imageScanningConfiguration={"scanOnPush": True},
        forceDelete=True,
    )
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5},
        "action": {"type": "expire"},
    }
    bench.create(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "l",
        repository="images",
        policy=json.dumps({"rules": [rule]}),
    )

    ecr = bench.client("ecr")
    found = ecr.describe_repositories()["repositories"][0]
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert (
        "imageCountMoreThan"
        in ecr.get_lifecycle_policy(repositoryName="images")["lifecyclePolicyText"]
    )
