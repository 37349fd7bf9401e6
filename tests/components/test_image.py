"""The one image of all services."""

from __future__ import annotations

import json

from tests.components.conftest import container, statements

SERVICES = ("web", "scheduler", "dag-processor", "triggerer", "worker", "migration")


def test_the_image_is_built_once_and_used_by_its_digest(airflow) -> None:
    cloud = airflow()
    (image,) = cloud.of("docker:index/image:Image")
    digest = cloud.created[image.urn].outputs["repoDigest"]
    assert {container(cloud, service)["image"] for service in SERVICES} == {digest}


def test_the_repository_scans_keeps_tags_and_forgets_old_images(airflow) -> None:
    cloud = airflow()
    repository = cloud.one("aws:ecr/repository:Repository", "airflow-image").inputs
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    policy = json.loads(
        cloud.one("aws:ecr/lifecyclePolicy:LifecyclePolicy", "airflow-image").inputs["policy"]
    )
    assert policy["rules"][0]["action"] == {"type": "expire"}


def test_an_image_of_the_users_is_used_and_nothing_is_built(airflow) -> None:
    uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/airflow:1"
    cloud = airflow(image={"uri": uri})
    assert cloud.of("docker:index/image:Image") == []
    assert cloud.of("aws:ecr/repository:Repository") == []
    assert container(cloud, "web")["image"] == uri
    resources = [
        resource
        for statement in statements(cloud, "airflow-web-execution")
        if "ecr:BatchGetImage" in statement["Action"]
        for resource in statement["Resource"]
    ]
    assert resources == ["arn:aws:ecr:eu-west-1:123456789012:repository/team/airflow"]


def test_an_image_of_another_registry_needs_no_permission(airflow) -> None:
    cloud = airflow(image={"uri": "ghcr.io/team/airflow:1"})
    assert "ecr:" not in json.dumps(statements(cloud, "airflow-web-execution"))
