"""The one image of all services."""

from __future__ import annotations

import json
from typing import Any

from tests.components.conftest import container, statements

SERVICES = ("web", "scheduler", "dag-processor", "triggerer", "worker", "migration")


def test_the_image_is_built_once_and_used_by_its_digest(airflow) -> None:
    cloud = airflow()
    (image,) = cloud.of("docker:index/image:Image")
    digest = cloud.created[image.urn].outputs["repoDigest"]
    assert {container(cloud, service)["image"] for service in SERVICES} == {digest}


def test_the_repository_scans_and_keeps_tags(airflow) -> None:
    cloud = airflow()
    repository = cloud.one("aws:ecr/repository:Repository", "airflow-image").inputs
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}


def dropped(rules: list[dict[str, Any]], pushed: list[set[str]]) -> set[int]:
    """Which images, newest first and each with its tags, the rules drop by their count.

    As ECR does: the first rule that is about an image decides on it, and a rule's count goes by
    all images that it is about.
    """
    decided: set[int] = set()
    found: set[int] = set()
    for rule in sorted(rules, key=lambda one: one["rulePriority"]):
        selection = rule["selection"]
        about = [
            number
            for number, tags in enumerate(pushed)
            if selection["tagStatus"] == "tagged"
            and any(tag.startswith(selection["tagPrefixList"][0]) for tag in tags)
        ]
        if selection["countType"] == "imageCountMoreThan":
            found |= set(about[selection["countNumber"] :]) - decided
        decided |= set(about)
    return found


def test_images_in_use_are_kept_however_many_pushes_are_refused(airflow) -> None:
    cloud = airflow()
    policy = cloud.one("aws:ecr/lifecyclePolicy:LifecyclePolicy", "airflow-image").inputs["policy"]
    (made,) = cloud.of("docker:index/image:Image")
    by_update = made.inputs["imageName"].rpartition(":")[2]
    refused = [{f"build-{number}-c0ffee"} for number in range(100)]
    used = [{"build-1-abc", "released-20261121T101500.0Z"}, {by_update}]
    gone = dropped(json.loads(policy)["rules"], [*refused, *used])
    assert gone == set(range(30, 100))


def test_old_images_are_forgotten_of_each_kind(airflow) -> None:
    policy = airflow().one("aws:ecr/lifecyclePolicy:LifecyclePolicy", "airflow-image").inputs
    *kinds, rest = json.loads(policy["policy"])["rules"]
    prefixes = [rule["selection"].pop("tagPrefixList") for rule in kinds]
    assert prefixes == [["released-"], ["build-"], ["update-"]]
    assert {rule["action"]["type"] for rule in (*kinds, rest)} == {"expire"}
    assert rest["selection"] == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 7,
    }


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
