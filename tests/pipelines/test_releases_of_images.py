"""An image on its way to the services: all of them, or none."""

from __future__ import annotations

import contextlib
import json
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipelines.stand_in import documents, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.pipelines.conftest import Account, Ended, Steps
    from tests.pipelines.stand_in import Answer

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow"
DIGESTS = {"build-1": f"sha256:{'1' * 64}", "build-2": f"sha256:{'2' * 64}"}
OLD, NEW = (f"{REPOSITORY}@{digest}" for digest in DIGESTS.values())
ECS = {"Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/eu-west-1/ecs/aws4_request"}
ROLE = "arn:aws:iam::123456789012:role/airflow"


def push(ecr: Any) -> None:
    """The two images, as two builds push them."""
    with contextlib.suppress(ecr.exceptions.RepositoryNotFoundException):
        ecr.delete_repository(repositoryName="airflow", force=True)
    ecr.create_repository(repositoryName="airflow", imageTagMutability="IMMUTABLE")
    for tag, digest in DIGESTS.items():
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "layers": [digest]})
        ecr.put_image(
            repositoryName="airflow", imageManifest=manifest, imageTag=tag, imageDigest=digest
        )


class Cluster:
    """A cluster of two services and a migration, in the emulated account."""

    def __init__(self, steps: Steps, account: Account) -> None:
        self.url = account.url
        self.steps, self.ecs, self.ssm = steps, account.client("ecs"), account.client("ssm")
        self.ecr = account.client("ecr")
        self.name = f"airflow-{uuid.uuid4().hex[:8]}"
        self.parameter = f"/{self.name}/image/uri"
        self.migrated: list[str] = []
        self.failure = ""
        self.ecs.create_cluster(clusterName=self.name)
        for service in ("web", "worker"):
            self.register(service)
            self.ecs.create_service(
                cluster=self.name,
                serviceName=service,
                taskDefinition=f"{self.name}-{service}",
                desiredCount=1,
            )
        self.register("migration")
        self.register("runner")
        self.tell(web=True, worker=False)

    def tags(self, image: str) -> list[str]:
        """What an image is called in ECR."""
        (found,) = self.ecr.describe_images(
            repositoryName="airflow", imageIds=[{"imageDigest": image.partition("@")[2]}]
        )["imageDetails"]
        return sorted(found["imageTags"])

    def register(self, service: str, image: str = OLD) -> None:
        sidecar = {"name": "proxy", "image": "public.ecr.aws/proxy:1", "memory": 64}
        self.ecs.register_task_definition(
            family=f"{self.name}-{service}",
            networkMode="awsvpc",
            cpu="512",
            memory="1024",
            requiresCompatibilities=["FARGATE"],
            executionRoleArn=ROLE,
            containerDefinitions=[
                {
                    "name": service,
                    "image": image,
                    "essential": True,
                    "environment": [{"name": "LOG_LEVEL", "value": "INFO"}],
                },
                sidecar,
            ],
            tags=[{"key": "team", "value": "data"}],
        )

    def tell(self, **services: bool) -> None:
        event = {"cluster": self.name, "task_definition": f"{self.name}-migration"}
        target = {
            "cluster": self.name,
            "services": services,
            "migrations": [{"function": "starter", "event": event}],
            "runners": [f"{self.name}-runner"],
            "image_parameter": self.parameter,
        }
        self.ssm.put_parameter(
            Name=f"/{self.name}/target", Value=json.dumps(target), Type="String", Overwrite=True
        )

    def migrate(self, path: str, event: Any) -> Any:
        """Plays Lambda."""
        assert path == "/2015-03-31/functions/starter/invocations"
        self.migrated.append(event["task_definition"])
        return {"errorMessage": self.failure} if self.failure else {"task": "arn"}

    def ecs_but(self, change: Callable[[dict[str, Any]], None]) -> Answer:
        """ECS as the account plays it, but for what is changed in its answers."""

        def answer(operation: str, body: bytes) -> tuple[int, bytes]:
            target = f"AmazonEC2ContainerServiceV20141113.{operation}"
            headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
            request = urllib.request.Request(self.url, body, headers | ECS)  # noqa: S310
            with urllib.request.urlopen(request) as found:  # noqa: S310
                content = json.load(found)
            change(content)
            return 200, json.dumps(content).encode()

        return answer

    def release(self, image: str = NEW, *arguments: object) -> Ended:
        target = f"/{self.name}/target"
        return self.steps.run(
            "release_image.py", target, image, "--poll", 0.1, "--minutes", 0.1, *arguments
        )

    def definition(self, service: str) -> dict[str, Any]:
        (found,) = self.ecs.describe_services(cluster=self.name, services=[service])["services"]
        return dict(
            self.ecs.describe_task_definition(
                taskDefinition=found["taskDefinition"], include=["TAGS"]
            )
        )

    def image(self, service: str) -> str:
        return str(self.definition(service)["taskDefinition"]["containerDefinitions"][0]["image"])

    def latest(self, family: str) -> str:
        found = self.ecs.describe_task_definition(taskDefinition=f"{self.name}-{family}")
        return str(found["taskDefinition"]["containerDefinitions"][0]["image"])

    def released(self) -> str | None:
        found = self.ssm.get_parameters(Names=[self.parameter])["Parameters"]
        return found[0]["Value"] if found else None


@pytest.fixture
def cluster(in_aws: Steps, account: Account) -> Iterator[Cluster]:
    cluster = Cluster(in_aws, account)
    push(cluster.ecr)
    with serving(documents(cluster.migrate)) as url:
        in_aws.environment["AWS_ENDPOINT_URL_LAMBDA"] = url
        yield cluster


def test_a_release_migrates_then_updates_every_service_and_says_so(cluster: Cluster) -> None:
    assert cluster.release().ok()
    (migration,) = cluster.migrated
    described = cluster.ecs.describe_task_definition(taskDefinition=migration)["taskDefinition"]
    assert described["revision"] == 2
    assert described["containerDefinitions"][0]["image"] == NEW
    assert {cluster.image("web"), cluster.image("worker")} == {NEW}
    assert cluster.released() == NEW


def test_a_release_is_what_the_scheduler_starts_next(cluster: Cluster) -> None:
    assert cluster.release().ok()
    assert cluster.latest("runner") == NEW


def test_a_release_changes_the_image_and_preserves_all_else(cluster: Cluster) -> None:
    before = cluster.definition("web")
    assert cluster.release().ok()
    after = cluster.definition("web")
    old, new = before["taskDefinition"], after["taskDefinition"]
    assert old.pop("containerDefinitions")[0] | {"image": NEW} == new["containerDefinitions"][0]
    assert new.pop("containerDefinitions")[1]["image"] == "public.ecr.aws/proxy:1"
    # They are those of the revision.
    for definition in (old, new):
        for key in ("revision", "taskDefinitionArn", "registeredAt"):
            definition.pop(key, None)
    assert old == new
    assert before["tags"] == after["tags"]


def test_an_earlier_image_is_the_way_back(cluster: Cluster) -> None:
    assert cluster.release().ok()
    assert cluster.release(OLD).ok()
    assert {cluster.image("web"), cluster.image("worker"), cluster.released()} == {OLD}


def test_an_image_is_told_to_be_released_each_time_that_it_is(cluster: Cluster) -> None:
    for image in (NEW, OLD, NEW):
        assert cluster.release(image).ok()
    build, *released = cluster.tags(NEW)
    assert build == "build-2"
    assert len(released) == 2
    assert all(tag.startswith("released-") for tag in released)
    assert len(cluster.tags(OLD)) == 2


def test_an_image_that_is_not_in_ecr_stops_before_the_migration(cluster: Cluster) -> None:
    ended = cluster.release(f"{REPOSITORY}@sha256:{'0' * 64}")
    assert "is not in ECR, and nothing was changed; push it first" in ended.refused()
    assert cluster.migrated == []


def test_a_migration_that_fails_changes_no_service(cluster: Cluster) -> None:
    cluster.failure = "The migration failed: its container ended with code 1"
    assert cluster.release().refused() == (
        "No service was changed. The migration failed: its container ended with code 1"
    )
    assert {cluster.image("web"), cluster.image("worker")} == {OLD}
    assert cluster.released() is None


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("FAILED", "web did not become healthy with the new image, and all services go back"),
        ("IN_PROGRESS", "web had not become steady after 0 minutes, and all services go back"),
    ],
)
def test_a_service_that_does_not_become_steady_takes_all_back(
    cluster: Cluster, state: str, sentence: str
) -> None:
    def deployed(answer: dict[str, Any]) -> None:
        for service in answer.get("services", []):
            service["deployments"][0]["rolloutState"] = state

    with serving(cluster.ecs_but(deployed)) as url:
        cluster.steps.environment["AWS_ENDPOINT_URL_ECS"] = url
        assert sentence in cluster.release(NEW, "--minutes", 0).refused()
    assert {cluster.image("web"), cluster.image("worker"), cluster.latest("runner")} == {OLD}
    assert cluster.released() is None
    assert cluster.tags(NEW) == ["build-2"]


def test_a_worker_that_drains_for_hours_is_not_waited_for(cluster: Cluster) -> None:
    def deployed(answer: dict[str, Any]) -> None:
        for service in answer.get("services", []):
            if service["serviceName"] == "worker":
                service["deployments"][0]["rolloutState"] = "IN_PROGRESS"

    with serving(cluster.ecs_but(deployed)) as url:
        cluster.steps.environment["AWS_ENDPOINT_URL_ECS"] = url
        assert cluster.release(NEW, "--minutes", 0).ok()


def test_a_service_that_is_not_there_stops_before_the_migration(cluster: Cluster) -> None:
    cluster.tell(web=True, flower=True)
    assert "has no service flower; nothing was changed" in cluster.release().refused()
    assert cluster.migrated == []


def test_an_image_of_another_repository_stops(cluster: Cluster) -> None:
    other = f"registry.example.com/{NEW.partition('/')[2]}"
    ended = cluster.release(other)
    assert "has an image of registry.example.com/airflow; nothing more was" in ended.refused()
    assert cluster.migrated == []


def test_an_image_by_its_tag_is_refused(cluster: Cluster) -> None:
    assert "is not an image by its digest" in cluster.release(f"{REPOSITORY}:latest").refused()
