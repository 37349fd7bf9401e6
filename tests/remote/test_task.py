"""What a DAG states of a remote task: refused in a sentence, or defined as stated."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.remote import CpuValues, EfsVolume, HealthCheck, RemoteTaskError
from airflow_ecs.remote.overrides import run_tags
from airflow_ecs.remote.placement import VARIABLE
from tests.remote.conftest import PLACEMENT, remote_task

if TYPE_CHECKING:
    from airflow_ecs.remote import Placement


def container(placement: Placement, **changes: Any) -> dict[str, Any]:
    (found,) = remote_task(**changes).definition(placement).to_request()["containerDefinitions"]
    return dict(found)


def test_every_size_offers_its_least_memory_by_default() -> None:
    assert {size.name: size.default_memory() for size in CpuValues} == {
        "QUARTER_VCPU": 512,
        "HALF_VCPU": 1024,
        "ONE_VCPU": 2048,
        "TWO_VCPU": 4096,
        "FOUR_VCPU": 8192,
        "EIGHT_VCPU": 16384,
        "SIXTEEN_VCPU": 32768,
    }
    assert CpuValues.SIXTEEN_VCPU.memory_values()[-1] == 120 * 1024


def test_any_fargate_pair_is_registered_as_given(placement: Placement) -> None:
    for size in CpuValues:
        for memory in size.memory_values():
            request = remote_task(cpu=size, memory=memory).definition(placement).to_request()
            assert (request["cpu"], request["memory"]) == (str(size.value), str(memory))


def test_an_instance_of_the_users_takes_any_size_and_gives_gpus(placement: Placement) -> None:
    task = remote_task(capacity_provider="gpu", cpu=3000, memory=7000, gpus=1)
    request = task.definition(placement).to_request()
    assert request["requiresCompatibilities"] == ["EC2"]
    assert (request["cpu"], request["memory"]) == ("3000", "7000")
    (found,) = request["containerDefinitions"]
    assert found["resourceRequirements"] == [{"type": "GPU", "value": "1"}]


@pytest.mark.parametrize(
    ("given", "registered"),
    [
        ("reports:1.4", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/reports:1.4"),
        ("team/reports", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/reports"),
        ("public.ecr.aws/docker/library/busybox:1", "public.ecr.aws/docker/library/busybox:1"),
        ("registry:5000/reports", "registry:5000/reports"),
        ("localhost/reports", "localhost/reports"),
    ],
)
def test_an_image_comes_from_the_registry_it_names_or_from_the_deployments_own(
    placement: Placement, given: str, registered: str
) -> None:
    assert container(placement, image=given)["image"] == registered


def test_values_and_secrets_are_injected_and_never_read(placement: Placement) -> None:
    found = container(
        placement,
        environment={"STAGE": "test", "EMPTY": ""},
        values={"WAREHOUSE": "warehouse"},
        secrets={"TOKEN": "api/token"},
    )
    path = "arn:aws:ssm:eu-central-1:123456789012:parameter/airflow/dev"
    assert found["secrets"] == [
        {"name": "TOKEN", "valueFrom": f"{path}/secrets/api/token"},
        {"name": "WAREHOUSE", "valueFrom": f"{path}/values/warehouse"},
    ]
    assert found["environment"] == [
        {"name": "EMPTY", "value": ""},
        {"name": "STAGE", "value": "test"},
    ]


def test_a_key_that_the_deployment_does_not_hand_on_is_named_with_its_nearest(
    placement: Placement,
) -> None:
    with pytest.raises(RemoteTaskError, match=r"'warehose'.*did you mean warehouse\?"):
        remote_task(values={"W": "warehose"}).definition(placement)


def test_a_health_check_of_one_text_goes_to_the_shell(placement: Placement) -> None:
    assert container(placement, health_check=HealthCheck(command="test -f /tmp/ok"))[
        "healthCheck"
    ] == {"command": ["CMD-SHELL", "test -f /tmp/ok"]}
    assert container(placement, health_check=HealthCheck(command=["ok"], interval=60))[
        "healthCheck"
    ] == {"command": ["CMD", "ok"], "interval": 60}


def test_a_file_system_is_mounted_with_encryption_on_the_way(placement: Placement) -> None:
    volume = EfsVolume(file_system_id="fs-0123abcd", path="/data", access_point_id="fsap-0123abcd")
    request = remote_task(volumes=[volume]).definition(placement).to_request()
    (found,) = request["volumes"]
    assert found["efsVolumeConfiguration"]["transitEncryption"] == "ENABLED"
    (mounted,) = request["containerDefinitions"][0]["mountPoints"]
    assert mounted == {"sourceVolume": found["name"], "containerPath": "/data"}


def test_no_two_tasks_share_a_family(placement: Placement) -> None:
    one = remote_task(group="a-b", name="c").family(placement)
    other = remote_task(group="a", name="b-c").family(placement)
    assert (one, other) == ("airflow-dev-task-a-b--c", "airflow-dev-task-a--b-c")


def test_a_family_over_the_limit_is_a_sentence(placement: Placement) -> None:
    place = replace(placement, family_prefix="x" * 200)
    with pytest.raises(RemoteTaskError, match="has 302 characters, and ECS takes 255"):
        remote_task(group="g" * 50, name="n" * 50).family(place)


def test_the_tags_of_a_task_and_its_run_are_no_more_than_ecs_takes(placement: Placement) -> None:
    tags = {str(n): "" for n in range(45)}
    of_definition = remote_task(tags=tags).definition(placement).tags
    assert len({key for key, _ in of_definition} | run_tags("sales", "r1").keys()) == 50


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a size": ({"cpu": 300}, r"task_cpus is 300, .*CpuValues.QUARTER_VCPU \(256\)"),
    "a pair": (
        {"cpu": CpuValues.QUARTER_VCPU, "memory": 4096},
        r"task_memory is 4096 MiB, .* with CpuValues.QUARTER_VCPU; write one of 512, 1024, 2048",
    ),
    "an image": ({"image": "Reports!"}, "task_container is 'Reports!', which is no image"),
    "an empty image": ({"image": ""}, "task_container is '', which is no image"),
    "no image": ({"image": None}, "task_container is None, which is no image"),
    "no name": ({"name": None}, "task_name is None, which ECS takes no family for"),
    "half a gpu": ({"gpus": 0.5, "capacity_provider": "gpu"}, "gpus is 0.5; .* from 0 to 16"),
    "a number for a tag": ({"tags": {"team": 1}}, "tags has 'team': 1"),
    "a command in one text": ({"command": "ls"}, "task_start_command is 'ls'; write a list"),
    "a group": ({"group": "my group"}, "task_group is 'my group', which ECS takes no family for"),
    "two hyphens": ({"name": "a--b"}, "task_name is 'a--b', which ECS takes no family for"),
    "storage": ({"ephemeral_storage": 20}, "ephemeral_storage is 20; .* from 21 to 200"),
    "an architecture": ({"architecture": "arm"}, "architecture is 'arm'; write X86_64 or ARM64"),
    "gpus on Fargate": ({"gpus": 1}, "gpus is 1, and Fargate has none; write capacity_provider"),
    "a variable": ({"environment": {"a-b": "1"}}, "local_values has 'a-b'"),
    "a number": ({"environment": {"A": 1}}, "local_values.A is 1; write a text"),
    "a key": ({"secrets": {"A": "/abs"}}, "secret_values.A is '/abs', which is no key"),
    "a variable twice": (
        {"environment": {"A": "1"}, "secrets": {"A": "a"}},
        "A is in local_values and in secret_values; write it in one of them",
    ),
    "a reserved tag": ({"tags": {"aws:a": "1"}}, "tags has 'aws:a'"),
    "a tag's value": ({"tags": {"team": "a|b"}}, "tags has 'team': 'a|b'"),
    "a size in parts": ({"cpu": 256.0}, "task_cpus is 256.0, which Fargate does not offer"),
    "memory in parts": ({"memory": 512.0}, "task_memory is 512.0 MiB, which Fargate does not"),
    "a command of numbers": ({"command": 5}, "task_start_command is 5; write a list of texts"),
    "a list of variables": ({"environment": ["A=1"]}, r"local_values is \['A=1'\]; write an obj"),
    "a file system's name": ({"volumes": ["fs-1"]}, r"volumes is \['fs-1'\]; write a list of Efs"),
    "no list of volumes": ({"volumes": 1}, "volumes is 1; write a list of EfsVolume"),
    "Fargate as one's own": (
        {"capacity_provider": "FARGATE_SPOT"},
        "capacity_provider is 'FARGATE_SPOT', which is none of your own; .* write spot_share",
    ),
    "no provider's name": ({"capacity_provider": ""}, "capacity_provider is '', which is none"),
    "a disk of an instance": (
        {"capacity_provider": "gpu", "ephemeral_storage": 30},
        "ephemeral_storage is 30, and the instances of gpu have the disk",
    ),
    "many tags": ({"tags": {str(n): "" for n in range(46)}}, "There are 46 tags; .* at most 45"),
}


@pytest.mark.parametrize(("changes", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RemoteTaskError, match=message):
        remote_task(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"file_system_id": ""}, "file_system_id of an EfsVolume is ''; write an ID such as fs-"),
        ({"path": "data"}, "path of an EfsVolume is 'data'; write a path in the container"),
        ({"access_point_id": "fs-1"}, "access_point_id of an EfsVolume is 'fs-1'; write an ID"),
    ],
)
def test_a_file_system_that_is_none_is_a_sentence(changes: dict[str, str], message: str) -> None:
    with pytest.raises(RemoteTaskError, match=message):
        EfsVolume(**{"file_system_id": "fs-0123abcd", "path": "/data"} | changes)


def test_a_deployment_that_is_known_refuses_a_key_when_the_task_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps(PLACEMENT))
    with pytest.raises(RemoteTaskError, match=r"'warehose'.*did you mean warehouse\?"):
        remote_task(values={"W": "warehose"})
    # Secrets may have been put below the parameter path by others.
    remote_task(values={"W": "warehouse"}, secrets={"TOKEN": "token"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"command": []}, r"healthcheck_command is \[\]; write a text for the container's shell"),
        ({"command": ""}, "healthcheck_command is ''; write a text"),
        ({"command": ["curl", 80]}, "healthcheck_command is .'curl', 80.; write a list of texts"),
        ({"start_period": 301}, "healthcheck_waittime is 301; .* from 0 to 300"),
        ({"interval": 4}, "healthcheck_interval is 4; .* from 5 to 300"),
        ({"timeout": 61}, "healthcheck_timeout is 61; .* from 2 to 60"),
        ({"retries": 0}, "healthcheck_retries is 0; .* from 1 to 10"),
    ],
)
def test_a_health_check_that_cannot_be_is_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RemoteTaskError, match=message):
        HealthCheck(**{"command": "true"} | changes)
