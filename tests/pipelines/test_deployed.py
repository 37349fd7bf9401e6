"""What a deployment tells its pipelines is what their steps need: one release, end to end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.program import run
from tests.pipelines.stand_in import documents, serving

if TYPE_CHECKING:
    from tests.pipelines.conftest import Account, Steps

ARGS: Any = {
    "environment": "pushed",
    "executor": "ecs",
    "pipelines": {
        "connection_arn": "arn:aws:codeconnections:eu-west-1:123456789012:connection/c-1",
        "image": {"repository": "https://github.com/team/platform"},
    },
}
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CLUSTER, PATH = "airflow-pushed", "/airflow/pushed"


def images(ecs: Any) -> set[str]:
    """The images of all services, and of what the scheduler starts."""
    names = [arn.rpartition("/")[2] for arn in ecs.list_services(cluster=CLUSTER)["serviceArns"]]
    services = ecs.describe_services(cluster=CLUSTER, services=names)["services"]
    found = set()
    for used in [*(service["taskDefinition"] for service in services), f"{CLUSTER}-runner"]:
        definition = ecs.describe_task_definition(taskDefinition=used)
        (container,) = definition["taskDefinition"]["containerDefinitions"]
        found.add(container["image"])
    return found


def test_a_deployment_and_a_release_after_it_agree_on_the_image(
    in_aws: Steps, account: Account
) -> None:
    run(lambda: AirflowCluster("airflow", ARGS), cloud=account.emulated)
    ecs, ssm = account.client("ecs"), account.client("ssm")
    (built,) = images(ecs)
    repository = built.partition("@")[0]
    pushed = account.client("ecr").put_image(
        repositoryName=repository.partition("/")[2],
        imageManifest=json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "layers": []}),
        imageTag="build-1-c0ffee",
    )
    released = f"{repository}@{pushed['image']['imageId']['imageDigest']}"
    told: list[Any] = []

    def migrate(path: str, event: Any) -> Any:
        told.append(event)
        return {"task": "arn"}

    with serving(documents(migrate)) as url:
        in_aws.environment["AWS_ENDPOINT_URL_LAMBDA"] = url
        ended = in_aws.run("release_image.py", f"{PATH}/pipelines/image", released, "--minutes", 0)
    assert ended.ok(), ended
    assert images(ecs) == {released}
    definition = ecs.describe_task_definition(taskDefinition=told[0]["task_definition"])
    assert definition["taskDefinition"]["family"] == f"{CLUSTER}-migration"
    assert definition["taskDefinition"]["containerDefinitions"][0]["image"] == released
    found = ssm.get_parameters_by_path(Path=f"{PATH}/image")["Parameters"]
    assert {one["Name"]: one["Value"] for one in found} == {f"{PATH}/image/uri": released}
    target = json.loads(ssm.get_parameter(Name=f"{PATH}/pipelines/image")["Parameter"]["Value"])
    assert told[0] == target["migrations"][0]["event"] | {
        "task_definition": told[0]["task_definition"]
    }
