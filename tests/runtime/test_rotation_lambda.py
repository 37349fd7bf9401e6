"""A changed password gives every service that has it new tasks."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from airflow_ecs.runtime import rotation_lambda
from airflow_ecs.runtime.rotation_lambda import RollError

EVENT = {"detail-type": "Secret Label Updated", "detail": {"name": "rds!db-1"}}


class Ecs:
    """Notes what is asked for, and refuses one service."""

    def __init__(self, refused: str = "") -> None:
        self.refused = refused
        self.asked: list[dict[str, Any]] = []

    def update_service(self, **request: Any) -> None:
        self.asked.append(request)
        if request["service"] == self.refused:
            error = {"Error": {"Code": "ServiceNotFoundException", "Message": "Service not found."}}
            raise ClientError(error, "UpdateService")


def rolled(monkeypatch: pytest.MonkeyPatch, ecs: Ecs) -> dict[str, list[str]]:
    monkeypatch.setattr(boto3, "client", lambda _: ecs)
    monkeypatch.setenv("CLUSTER", "airflow-dev")
    monkeypatch.setenv("SERVICES", '["airflow-dev-web", "airflow-dev-scheduler"]')
    return rotation_lambda.handler(EVENT, None)


def test_every_service_is_rolled_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = Ecs()
    assert rolled(monkeypatch, ecs) == {"rolled": ["airflow-dev-web", "airflow-dev-scheduler"]}
    assert ecs.asked == [
        {"cluster": "airflow-dev", "service": service, "forceNewDeployment": True}
        for service in ("airflow-dev-web", "airflow-dev-scheduler")
    ]


def test_one_that_is_refused_keeps_none_of_the_others_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ecs = Ecs(refused="airflow-dev-web")
    with pytest.raises(RollError, match=r"password still: airflow-dev-web: Service not found\."):
        rolled(monkeypatch, ecs)
    assert [request["service"] for request in ecs.asked] == [
        "airflow-dev-web",
        "airflow-dev-scheduler",
    ]
