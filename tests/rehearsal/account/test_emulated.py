from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.account.names import NAMES
from airflow_ecs.rehearsal.account.resources import RESOURCES
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from .conftest import Workbench


# Each area of the SDK takes seconds to import.
@pytest.mark.slow
@pytest.mark.parametrize("type_", sorted({*RESOURCES, *NAMES} - {"pulumi:pulumi:StackReference"}))
def test_every_type_is_one_of_the_sdks(type_: str) -> None:
    package, module, name = type_.split(":")
    area = module.split("/")[0]
    sdk = import_module(f"pulumi_{package}")
    home = sdk if area == "index" else getattr(sdk, {"lambda": "lambda_"}.get(area, area))

    assert issubclass(getattr(home, name), pulumi.Resource)


def test_an_unknown_type_is_an_error_by_name(bench: Workbench) -> None:
    with pytest.raises(
        RehearsalError, match="resources of type aws:sqs/queue:Queue; leave 'q' out"
    ):
        bench.create("aws:sqs/queue:Queue", "q")


def test_an_input_that_nobody_reads_is_an_error_by_name(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="doesn't know what to do with colour, size"):
        bench.create("aws:ecs/cluster:Cluster", "c", colour="red", size=1)


def test_an_input_that_is_missing_is_an_error_by_name(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="bucket is missing; give it a value"):
        bench.create("aws:s3/bucketPolicy:BucketPolicy", "p", policy="{}")


def test_another_stack_is_an_error_by_name(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="org/network/prod in this stack's configuration"):
        bench.create("pulumi:pulumi:StackReference", "s", name="org/network/prod")


def test_a_request_that_botocore_refuses_is_explained(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match=r"AWS refuses it: (.|\n)*Invalid type for parameter"):
        bench.create("aws:ecr/repository:Repository", "r", imageTagMutability=5)


def test_a_provider_sets_region_and_tags(bench: Workbench) -> None:
    tags = '{"tags": {"team": "data", "env": "all"}}'
    created = bench.create("pulumi:providers:aws", "west", region="us-west-2", defaultTags=tags)
    provider = f"urn:pulumi:test::project::pulumi:providers:aws::west::{created.id}"

    name = "airflow"
    bench.create("aws:ecs/cluster:Cluster", "c", provider, name=name, tags={"env": "dev"})

    found = bench.client("ecs", "us-west-2").describe_clusters(clusters=[name], include=["TAGS"])
    assert {one["key"]: one["value"] for one in found["clusters"][0]["tags"]} == {
        "team": "data",
        "env": "dev",
    }
    assert bench.client("ecs").list_clusters()["clusterArns"] == []


def test_a_resource_may_have_a_region_of_its_own(bench: Workbench) -> None:
    created = bench.create("aws:ecs/cluster:Cluster", "c", region="us-west-2")

    assert ":us-west-2:" in created.outputs["arn"]


def test_providers_of_other_packages_create_nothing(bench: Workbench) -> None:
    assert bench.create("pulumi:providers:docker", "d", host="tcp://x").id


@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_PROFILE": "the-users-own"},
        {"AWS_ENDPOINT_URL": "https://example.org"},
        {"AWS_ENDPOINT_URL_ECS": "https://example.org"},
        {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"},
        {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real"},
    ],
)
def test_nothing_of_the_users_own_configuration_is_used(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    requests: list[Any] = []
    client = bench.account.connect("ecs", "eu-central-1")
    client.meta.events.register_first(
        "before-send.ecs", lambda request, **_: requests.append(request)
    )

    client.list_clusters()

    assert requests[0].url == "https://ecs.eu-central-1.amazonaws.com/"
    assert b"Credential=rehearsal/" in requests[0].headers["Authorization"]


@pytest.mark.parametrize("url", ["https://ecs.amazonaws.com", "http://10.0.0.1:5000"])
def test_an_account_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(RehearsalError, match="an emulated account is on this machine"):
        EmulatedAccount(url, "eu-central-1")
