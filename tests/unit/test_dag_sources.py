"""Where DAGs live, as Airflow's bundles, variables, secrets and calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_ecs import catalogue, dag_bundles, edges, injection
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.dags import BakedDags

REPOSITORY = "git@github.com:you/dags.git"
GIT = {"source": "git", "repository": REPOSITORY, "deploy_key": "/team/key"}


def spec(executor: str = "celery", **dags: object) -> ClusterSpec:
    return ClusterSpec.read("af", {"environment": "dev", "executor": executor, "dags": dags})


def bundle(**dags: object) -> dict[str, Any]:
    found = dag_bundles.bundles(spec(**dags).dags, "a-bucket")
    assert found is not None
    [one] = found
    assert one["name"] == "dags"
    return one


def callers(found: ClusterSpec, target: str) -> set[str]:
    processes = [service.process for service in catalogue.services(found)]
    return {edge.source for edge in edges.edges(found, processes) if edge.target == target}


def test_the_image_needs_no_bundle() -> None:
    assert spec().dags == BakedDags()
    assert dag_bundles.bundles(BakedDags(), None) is None


@pytest.mark.parametrize(
    ("dags", "name", "place"),
    [
        ({"source": "s3"}, "S3DagBundle", {"bucket_name": "a-bucket", "prefix": "dags"}),
        ({"source": "s3", "releases": True}, "S3Releases", {"bucket_name": "a-bucket"}),
        ({"source": "efs"}, "LocalDagBundle", {"path": dag_bundles.FOLDER}),
        ({"source": "efs", "releases": True}, "FolderReleases", {"folder": dag_bundles.FOLDER}),
        (GIT | {"folder": "dags"}, "GitDagBundle", {"tracking_ref": "main", "subdir": "dags"}),
    ],
)
def test_each_source_is_a_bundle_of_its_own(
    dags: dict[str, object], name: str, place: dict[str, object]
) -> None:
    found = bundle(**dags, refresh_seconds=30)
    assert found["classpath"].endswith(f".{name}")
    assert found["kwargs"].items() >= {**place, "refresh_interval": 30}.items()


def test_only_what_reads_dags_gets_the_key_and_mounts_the_file_system() -> None:
    readers = {"dag-processor", "triggerer", "worker"}
    found = spec(**GIT)
    services = {one.name: injection.secrets(one, found) for one in catalogue.services(found)}
    assert {name for name, held in services.items() if injection.DEPLOY_KEY in held} == readers
    assert callers(found, edges.GIT_HOST) == readers
    assert callers(spec(source="efs"), edges.FILE_SYSTEM) == readers
    local = spec("local", source="efs")
    assert callers(local, edges.FILE_SYSTEM) == {"dag-processor", "triggerer", "scheduler"}


def test_a_public_repository_is_reached_by_https_which_is_open_already() -> None:
    found = spec(source="git", repository="https://github.com/you/dags")
    assert callers(found, edges.GIT_HOST) == set()
    connection = json.loads(dag_bundles.variables(found.dags)["AIRFLOW_CONN_DAGS_REPOSITORY"])
    assert "key_file" not in connection["extra"]


def test_a_port_of_the_repositorys_own_is_opened_to_what_reads_dags() -> None:
    found = spec(source="git", repository="https://git.example.com:8443/you/dags")
    assert callers(found, edges.GIT_HOST) == {"dag-processor", "triggerer", "worker"}
    processes = [service.process for service in catalogue.services(found)]
    ports = {edge.port for edge in edges.edges(found, processes) if edge.target == edges.GIT_HOST}
    assert ports == {8443}


def test_the_connection_holds_no_key() -> None:
    variables = dag_bundles.variables(spec(**GIT).dags)
    connection = json.loads(variables["AIRFLOW_CONN_DAGS_REPOSITORY"])
    assert connection["host"] == REPOSITORY
    assert connection["extra"]["key_file"] == variables["DAGS_DEPLOY_KEY_FILE"]
