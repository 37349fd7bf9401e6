"""A definition is equal to what ECS made of it, and to nothing else."""

from __future__ import annotations

import json
import random
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_ecs.remote import (
    CpuValues,
    EfsVolume,
    HealthCheck,
    Placement,
    RemoteTask,
    RemoteTaskError,
    TaskDefinition,
)
from tests.remote.conftest import PLACEMENT, remote_task

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Placement.from_json(json.dumps(PLACEMENT))

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
parts = st.from_regex(r"[a-z0-9_]{1,8}(-[a-z0-9_]{1,8})?", fullmatch=True)
keys = st.from_regex(r"[a-z0-9_.-]{1,8}", fullmatch=True)


def variables(prefix: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    names = st.from_regex(r"[A-Z_]{0,6}", fullmatch=True).map(lambda name: f"{prefix}_{name}")
    return st.dictionaries(names, values, max_size=3)


health_checks = st.builds(
    HealthCheck,
    command=st.one_of(texts.filter(bool), st.lists(texts, min_size=1, max_size=3)),
    start_period=st.integers(0, 300),
    interval=st.integers(5, 300),
    timeout=st.integers(2, 60),
    retries=st.integers(1, 10),
)
ids = st.from_regex(r"[0-9a-f]{8,17}", fullmatch=True)
volumes = st.builds(
    EfsVolume,
    file_system_id=ids.map(lambda number: f"fs-{number}"),
    path=parts.map(lambda part: f"/{part}"),
    access_point_id=st.none() | ids.map(lambda number: f"fsap-{number}"),
    read_only=st.booleans(),
)
sizes = st.sampled_from([(cpu.value, m) for cpu in CpuValues for m in cpu.memory_values()])


@st.composite
def tasks(draw: st.DrawFn) -> RemoteTask:
    cpu, memory = draw(sizes)
    return RemoteTask(
        group=draw(parts),
        name=draw(parts),
        image=draw(st.from_regex(r"[a-z]{1,6}(/[a-z]{1,6})?:[0-9]{1,3}", fullmatch=True)),
        command=draw(st.lists(texts, max_size=3)),
        cpu=cpu,
        memory=memory,
        health_check=draw(st.none() | health_checks),
        environment=draw(variables("E", texts)),
        values=draw(variables("V", st.sampled_from(sorted(HERE.values)))),
        secrets=draw(variables("S", keys)),
        ephemeral_storage=draw(st.none() | st.integers(21, 200)),
        architecture=draw(st.sampled_from(["X86_64", "ARM64"])),
        volumes=draw(st.lists(volumes, max_size=2)),
        tags=draw(st.dictionaries(keys, keys, max_size=3)),
    )


def answered(definition: TaskDefinition, seed: int = 0) -> dict[str, Any]:
    """What ECS answers about it: with its defaults, empty lists, own members, in its order."""
    request = definition.to_request()
    tags = request.pop("tags")
    shuffle = random.Random(seed).shuffle  # noqa: S311 - any order will do
    for container in request["containerDefinitions"]:
        container |= {"cpu": 0, "essential": True, "portMappings": [], "volumesFrom": []}
        for member in ("environment", "secrets", "mountPoints", "systemControls"):
            container.setdefault(member, [])
            shuffle(container[member])
        if "healthCheck" in container:
            defaults = {"interval": 30, "timeout": 5, "retries": 3}
            container["healthCheck"] = defaults | container["healthCheck"]
    request.setdefault("volumes", [])
    shuffle(request["volumes"])
    shuffle(tags)
    return {
        "taskDefinition": request
        | {
            "taskDefinitionArn": f"{request['family']}:3",
            "revision": 3,
            "status": "ACTIVE",
            "placementConstraints": request.get("placementConstraints", []),
            "compatibilities": ["EC2", "FARGATE"],
            "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
            "registeredAt": 1.0,
            "registeredBy": "arn:aws:sts::1:assumed-role/worker",
            "anotherMemberOneDay": {"new": True},
        },
        "tags": [*tags, {"key": "aws:cloudformation:stack-name", "value": "s"}],
    }


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(task=tasks(), seed=st.integers())
def test_what_is_registered_and_read_back_is_equal(task: RemoteTask, seed: int) -> None:
    registered = task.definition(HERE)
    read = TaskDefinition.from_aws(answered(registered, seed))
    assert read == registered
    assert read.fingerprint == registered.fingerprint
    assert read.serves(registered)
    assert read.diff(registered) == []
    assert TaskDefinition.from_request(without_fingerprint(read)) == registered


def without_fingerprint(definition: TaskDefinition) -> dict[str, Any]:
    request = definition.to_request()
    tags = [tag for tag in request["tags"] if tag["value"] != definition.fingerprint]
    return request | {"tags": tags}


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(one=tasks(), other=tasks(), data=st.data())
def test_any_single_change_makes_another_definition(
    one: RemoteTask, other: RemoteTask, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([field.name for field in fields(RemoteTask)]))
    if name in ("cpu", "memory"):
        changes: Mapping[str, Any] = {"cpu": other.cpu, "memory": other.memory}
    else:
        changes = {name: getattr(other, name)}
    changed = replace(one, **changes)
    before, after = one.definition(HERE), changed.definition(HERE)
    same = one == changed or (before.body, before.tags) == (after.body, after.tags)
    if one != changed and name != "health_check":
        assert not same
    assert (before == after) == same
    assert (before.fingerprint == after.fingerprint) == same
    assert bool(before.diff(after)) != same
    assert before.serves(after) == same


@pytest.mark.parametrize(
    "place",
    [
        {"execution_role": "arn:aws:iam::123456789012:role/other"},
        {"task_role": "arn:aws:iam::123456789012:role/other"},
        {"log_group": "/ecs/other"},
        {"log_prefix": "other"},
        {"family_prefix": "other-"},
        {"environment": "prod"},
        {"registry": "210987654321.dkr.ecr.eu-central-1.amazonaws.com"},
    ],
)
def test_another_place_makes_another_definition(place: dict[str, str]) -> None:
    elsewhere = Placement.from_json(json.dumps(PLACEMENT | place))
    assert remote_task().definition(elsewhere) != remote_task().definition(HERE)


def test_tags_of_others_do_not_make_it_another_one_to_run() -> None:
    wanted = remote_task(tags={"team": "data"}).definition(HERE)
    answer = answered(wanted)
    answer["tags"].append({"key": "cost-center", "value": "7"})
    read = TaskDefinition.from_aws(answer)
    assert read != wanted
    assert read.serves(wanted)


def test_a_tag_that_is_no_longer_wanted_makes_it_another_one_to_run() -> None:
    before = remote_task(tags={"team": "data"}).definition(HERE)
    assert not before.serves(remote_task().definition(HERE))


def test_a_revision_that_was_changed_by_hand_is_another_one_though_it_has_the_fingerprint() -> None:
    wanted = remote_task().definition(HERE)
    answer = answered(wanted)
    answer["taskDefinition"]["containerDefinitions"].append({"name": "sidecar", "image": "x"})
    assert not TaskDefinition.from_aws(answer).serves(wanted)


def test_the_difference_is_read_line_by_line() -> None:
    before = remote_task(environment={"STAGE": "test", "OLD": "1"}).definition(HERE)
    after = remote_task(environment={"STAGE": "live"}, cpu=512, tags={"team": "a"}).definition(HERE)
    assert before.diff(after) == [
        "- containerDefinitions[daily].environment[OLD].value: '1'",
        "~ containerDefinitions[daily].environment[STAGE].value: 'test' -> 'live'",
        "~ cpu: '256' -> '512'",
        "~ memory: '512' -> '1024'",
        "+ tags.team: 'a'",
    ]


def test_a_member_that_ecs_does_not_know_is_refused() -> None:
    with pytest.raises(RemoteTaskError, match="A task definition has no containers; it may have"):
        TaskDefinition.from_request({"family": "a", "containers": []})
