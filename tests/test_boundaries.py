"""What must hold between the parts: imports, the published schema, preview and update."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi.provider.experimental.component import ComponentProvider

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal import stack_config
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.planned import Planned
from airflow_ecs.rehearsal.program import run
from airflow_ecs.schema import PACKAGE, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_ecs.rehearsal.recording import Recording

PROJECT = Path(__file__).parent.parent
CLUSTER = "airflow-ecs:index:AirflowCluster"

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.mark.parametrize(
    "module",
    [
        "airflow_ecs",
        "airflow_ecs.remote.placement",
        "airflow_ecs.remote.registry",
        "airflow_ecs.remote.task",
        "airflow_ecs.spec",
        "airflow_ecs.catalogue",
    ],
)
def test_dag_code_and_decisions_never_need_pulumi(module: str) -> None:
    program = (
        "import sys; sys.modules['pulumi'] = sys.modules['pulumi_aws'] = None; "
        f"import {module}; print({module}.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == module, done.stderr


def test_the_published_schema_is_the_committed_one() -> None:
    committed = json.loads((PROJECT / "schema.json").read_text())
    assert schema() == committed, "run `python -m airflow_ecs.schema > schema.json`"


def test_every_key_of_the_schema_is_described() -> None:
    def keys(package: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for resource in package["resources"].values():
            yield from resource["inputProperties"].items()
            yield from resource["properties"].items()
        for type_ in package["types"].values():
            yield from type_["properties"].items()

    found = list(keys(schema()))
    assert len(found) > 70
    assert [name for name, key in found if not key.get("description", "").endswith(".")] == []


@cache
def program(stack: str, *, preview: bool = False, attempt: int = 1) -> Recording:
    """What the program declares; each attempt is a run of its own."""
    config = stack_config.load(PROJECT, stack)
    cloud = Placeholders()
    return run(
        PROJECT,
        cloud=Planned(cloud) if preview else cloud,
        project=config.project,
        stack=stack,
        config=config.values,
        secret_keys=config.secret_keys,
        preview=preview,
    )


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_preview_declares_what_update_declares(stack: str) -> None:
    planned, updated = program(stack, preview=True), program(stack)
    assert {r.urn for r in planned.resources} == {r.urn for r in updated.resources}
    assert len(planned.resources) > 150


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_second_plan_has_no_difference(stack: str) -> None:
    first, second = program(stack), program(stack, attempt=2)
    differing = [
        one.name
        for one, other in zip(
            sorted(first.resources, key=lambda r: r.urn),
            sorted(second.resources, key=lambda r: r.urn),
            strict=True,
        )
        if one != other
    ]
    assert differing == []


def test_the_program_exports_what_people_look_for() -> None:
    assert program("dev").outputs.keys() == {
        "url",
        "findUrlCommand",
        "flowerUrl",
        "openCommand",
        "username",
        "passwordCommand",
        "clusterArn",
        "securityGroupId",
        "dagsLocation",
        "parameterPath",
        "logGroups",
        "taskDefinitionArns",
    }


def test_the_program_stays_short() -> None:
    assert len((PROJECT / "__main__.py").read_text().splitlines()) <= 60


def test_children_stay_inside_the_component_whatever_the_caller_asks(
    deploy: Callable[..., Recording],
) -> None:
    def inside_another() -> None:
        platform = pulumi.ComponentResource("example:index:Platform", "platform")
        AirflowCluster(
            "airflow",
            {"environment": "dev"},
            pulumi.ResourceOptions(parent=platform, aliases=[pulumi.Alias(name="old")]),
        )

    cloud = deploy(inside_another)
    (cluster,) = cloud.of(CLUSTER)
    inside, known = {cluster.urn}, 0
    while known != len(inside):
        known = len(inside)
        inside |= {r.urn for r in cloud.resources if r.parent in inside}
    (platform,) = cloud.of("example:index:Platform")
    assert {r.urn for r in cloud.resources} - inside == {platform.urn}


def test_a_provider_of_the_callers_reaches_every_resource(
    deploy: Callable[..., Recording],
) -> None:
    def elsewhere() -> None:
        import pulumi_aws as aws

        provider = aws.Provider("ireland", region="eu-west-1")
        AirflowCluster("airflow", {"environment": "dev"}, pulumi.ResourceOptions(provider=provider))

    for declared in deploy(elsewhere).resources:
        if declared.type.startswith("aws:"):
            assert "::ireland::" in declared.provider, declared.name


@pytest.mark.slow
def test_two_clusters_live_side_by_side(deploy: Callable[..., Recording]) -> None:
    def two() -> None:
        AirflowCluster("one", {"environment": "dev"})
        AirflowCluster("two", {"environment": "dev"})

    cloud = deploy(two)
    named = [
        (r.type, r.inputs["name"])
        for r in cloud.resources
        if r.type != "aws:servicediscovery/service:Service" and r.inputs.get("name")
    ]
    assert len(set(named)) == len(named) > 30


def test_a_mistake_ends_before_anything_is_registered(deploy: Callable[..., Recording]) -> None:
    registered: list[str] = []

    class Watched(Placeholders):
        def create(self, declared: Any) -> Any:
            registered.append(declared.name)
            return super().create(declared)

    with pytest.raises(RehearsalError, match=r"^services.worker.memory is 4096 MiB"):
        run(
            lambda: AirflowCluster(
                "airflow",
                {"environment": "dev", "services": {"worker": {"cpu": 256, "memory": 4096}}},
            ),
            cloud=Watched(),
        )
    assert registered == []


def test_another_language_constructs_it_with_its_own_names_and_numbers(
    deploy: Callable[..., Recording],
) -> None:
    def hosted() -> None:
        ComponentProvider([AirflowCluster], PACKAGE).construct(
            "airflow",
            CLUSTER,
            {
                "environment": "dev",
                "enableExec": True,
                "logs": {"retentionDays": 90.0},
                "services": {"worker": {"cpu": 2048.0, "memory": 4096.0, "spotShare": 50.0}},
                "airflowConfig": {"core": {"parallelism": 64.0}},
            },
        )

    cloud = deploy(hosted)
    worker = cloud.one("aws:ecs/taskDefinition:TaskDefinition", "airflow-worker").inputs
    assert (worker["cpu"], worker["memory"]) == ("2048", "4096")
    (container,) = json.loads(worker["containerDefinitions"])
    variables = {pair["name"]: pair["value"] for pair in container["environment"]}
    assert variables["AIRFLOW__CORE__PARALLELISM"] == "64"
    group = cloud.one("aws:cloudwatch/logGroup:LogGroup", "airflow-worker").inputs
    assert group["retentionInDays"] == 90
