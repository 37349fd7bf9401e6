"""How services are told of: while they start, and when one does not."""

from __future__ import annotations

import io
from typing import Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.service_table import ServiceProgress, table
from airflow_ecs.rehearsal.services import Service, Services


def service(name: str, status: str, health: str, *ends: str) -> Service:
    return Service(name=name, definition="", status=status, health=health, ends=ends)


class Told(Services):
    """Services that are as they are told, look by look."""

    def __init__(self, *looks: list[Service]) -> None:
        self.looks = list(looks)

    def now(self) -> list[Service]:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    def _said(self, service: Service) -> str:
        return f"The end of the log of {service.name}."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airflow_ecs.rehearsal.services._POLL", 0.0)


def test_services_are_waited_for_until_each_is_healthy() -> None:
    starting = [service("web", "PENDING", "UNKNOWN")]
    running = [service("web", "RUNNING", "UNKNOWN")]
    well = [service("web", "RUNNING", "HEALTHY")]
    told: list[Any] = []
    assert Told(starting, starting, running, well).wait(told.append) == well
    assert told == [starting, running, well]


def test_a_service_whose_tasks_end_again_and_again_is_named_with_its_log() -> None:
    ends = ("a", "b", "Essential container in task exited.")
    services = Told([service("worker", "STOPPED", "UNKNOWN", *ends)])
    with pytest.raises(RehearsalError) as raised:
        services.wait(lambda _: None)
    assert str(raised.value) == (
        "the service worker does not run: Essential container in task exited. "
        "The end of the log of worker."
    )


def test_a_service_that_never_gets_well_is_named_when_patience_is_over() -> None:
    services = Told([service("web", "RUNNING", "UNHEALTHY"), service("ok", "RUNNING", "HEALTHY")])
    with pytest.raises(RehearsalError, match=r"not healthy after 0 s: web\. The end of the log"):
        services.wait(lambda _: None, patience=0.0)


def test_each_service_is_told_once_when_it_is_well_and_whenever_it_starts_again() -> None:
    out = io.StringIO()
    progress = ServiceProgress(out)
    progress.show([service("web", "RUNNING", "UNKNOWN", "It was killed.")])
    progress.show([service("web", "RUNNING", "HEALTHY", "It was killed.")])
    progress.show([service("web", "RUNNING", "HEALTHY", "It was killed.")])
    lines = [line.partition("] ")[2] for line in out.getvalue().splitlines()]
    assert lines == ["web: It was killed. It is started again.", "web is healthy"]


def test_the_table_has_a_line_for_each_service() -> None:
    shown = table([service("web", "RUNNING", "HEALTHY"), service("worker", "STOPPED", "UNKNOWN")])
    assert shown.splitlines() == ["  web     RUNNING   HEALTHY", "  worker  STOPPED   UNKNOWN"]
