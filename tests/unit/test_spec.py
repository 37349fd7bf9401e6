"""What is decided when little or much is said."""

from __future__ import annotations

from dataclasses import fields

from airflow_ecs.args import AirflowClusterArgs
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.image import BuiltImage, packaged_context
from airflow_ecs.spec.network import NewVpc, OwnVpc


class Later:
    """Stands for a `pulumi.Output`: a value that is not there yet."""


def read(**args: object) -> ClusterSpec:
    return ClusterSpec.read("airflow", {"environment": "dev"} | args)


def test_every_key_of_the_door_is_decided_and_no_other() -> None:
    door = set(AirflowClusterArgs.__annotations__)
    assert door - {"environment"} == {field.name for field in fields(ClusterSpec)} - {"naming"}


def test_an_environment_alone_is_enough() -> None:
    spec = read()
    assert spec.naming.prefix == "airflow-dev"
    assert spec.network == NewVpc()
    assert spec.image == BuiltImage(
        context=packaged_context(), dockerfile=packaged_context() / "docker/Dockerfile"
    )
    assert [user.username for user in spec.users] == ["admin"]


def test_numbers_that_arrive_as_floats_are_whole() -> None:
    spec = read(services={"worker": {"cpu": 2048.0, "memory": 4096.0, "count": 3.0}})
    worker = spec.services["worker"]
    assert (worker.cpu, worker.memory, worker.count) == (2048, 4096, 3)
    assert all(isinstance(value, int) for value in (worker.cpu, worker.memory, worker.count))


def test_an_honest_zero_is_kept() -> None:
    spec = read(services={"worker": {"count": 0}}, database={"backup_days": 0, "max_storage": 0})
    assert spec.services["worker"].count == 0
    assert (spec.database.backup_days, spec.database.max_storage) == (0, 0)


def test_what_is_known_later_is_handed_on_untouched() -> None:
    vpc, subnets, uri, password = Later(), Later(), Later(), Later()
    spec = read(
        network={"vpc_id": vpc, "private_subnet_ids": subnets},
        image={"uri": uri},
        users=[{"username": "ada", "email": "ada@example.com", "password": password}],
    )
    assert spec.network == OwnVpc(vpc_id=vpc, private_subnet_ids=subnets)
    assert spec.image.uri is uri
    assert spec.users[0].password is password


def test_versions_may_be_written_as_numbers() -> None:
    assert read(database={"version": 16}).database.version == "16"
    assert read(broker={"version": 8.0}).broker.version == "8.0"
