"""A container definition is whole, and says the same thing each time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs import catalogue, taskdef

if TYPE_CHECKING:
    from airflow_ecs.process import Process


def container(process: Process, **given: object) -> dict[str, object]:
    return taskdef.container(
        process,
        **{
            "image": "image@sha256:1",
            "environment": {"B": "2", "A": "1"},
            "secrets": {"Z": "arn:z", "Y": "arn:y"},
            "log_group": "/ecs/airflow-dev/web",
            "region": "eu-west-1",
        }
        | given,
    )


def test_the_order_of_variables_makes_no_difference() -> None:
    turned = container(catalogue.WEB, environment={"A": "1", "B": "2"})
    assert json.dumps(container(catalogue.WEB)) == json.dumps(turned)


def test_a_container_has_the_longest_time_to_stop_and_reaps_its_children() -> None:
    worker = container(catalogue.WORKER)
    assert worker["stopTimeout"] == 120
    assert worker["linuxParameters"] == {"initProcessEnabled": True}


def test_logs_never_hold_a_container_up() -> None:
    options = container(catalogue.WEB)["logConfiguration"]["options"]
    assert options["mode"] == "non-blocking"
    assert options["awslogs-group"] == "/ecs/airflow-dev/web"


def test_secrets_are_named_by_their_parameters() -> None:
    assert container(catalogue.WEB)["secrets"] == [
        {"name": "Y", "valueFrom": "arn:y"},
        {"name": "Z", "valueFrom": "arn:z"},
    ]


def test_every_service_tells_ecs_how_it_is() -> None:
    for process in (
        catalogue.WEB,
        catalogue.SCHEDULER,
        catalogue.DAG_PROCESSOR,
        catalogue.TRIGGERER,
        catalogue.WORKER,
        catalogue.FLOWER,
        catalogue.REDIS,
        catalogue.STANDALONE,
    ):
        check = container(process)["healthCheck"]
        # What ECS accepts, in seconds.
        assert 5 <= check["interval"] <= 300
        assert 2 <= check["timeout"] <= 60
        assert 0 <= check["startPeriod"] <= 300
        assert check["command"][0] in ("CMD", "CMD-SHELL")


def test_the_password_of_redis_is_on_no_command_line() -> None:
    command = container(catalogue.REDIS)["command"]
    assert command[:2] == ["sh", "-c"]
    first_line = command[2].splitlines()[0]
    assert "REDIS_PASSWORD" not in first_line
    assert first_line.startswith("exec redis-server")
