"""How the deployed services are, asked of the emulated account's ECS API alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import ecs_api
from airflow_ecs.rehearsal.account_clients import Account
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Airflow's slowest process takes some ten seconds to answer on two idle cores.
PATIENCE = 300.0
_POLL = 1.0

# How many of a service's tasks may end before it counts as one that can't run.
_TRIES = 3

_LOG_LINES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One service: how its task is, by which definition, and how its earlier ones ended."""

    name: str
    definition: str
    status: str
    health: str
    ends: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether its task runs, and says that it is healthy."""
        return (self.status, self.health) == ("RUNNING", "HEALTHY")


class Services:
    """The services of an account's clusters."""

    def __init__(self, endpoint: str, region: str) -> None:
        client = Account(endpoint, region).client
        self._ecs, self._logs = client("ecs"), client("logs")

    def now(self) -> list[Service]:
        """Every service that shall run, as it is now."""
        return [
            self._service(service)
            for service in ecs_api.active_services(self._ecs)
            if service["desiredCount"] > 0
        ]

    def wait(
        self, tell: Callable[[list[Service]], object], patience: float = PATIENCE
    ) -> list[Service]:
        """Wait until all are well, telling of each change.

        Raises:
            RehearsalError: a service whose tasks end one after the other, or that is not well
                when the patience is over, with what its last task said.
        """
        deadline = time.monotonic() + patience
        told: list[Service] = []
        while True:
            services = self.now()
            if services != told:
                tell(services)
                told = services
            ill = [service for service in services if not service.is_well]
            if not ill:
                return services
            for service in ill:
                if len(service.ends) >= _TRIES:
                    raise RehearsalError(
                        f"the service {service.name} does not run: "
                        f"{service.ends[-1].rstrip('.')}. "
                        f"{self._said(service)}"
                    )
            if time.monotonic() > deadline:
                names = ", ".join(service.name for service in ill)
                raise RehearsalError(
                    f"not healthy after {patience:.0f} s: {names}. {self._said(ill[0])}"
                )
            time.sleep(_POLL)

    def _service(self, service: Mapping[str, Any]) -> Service:
        name, definition = service["serviceName"], service["taskDefinition"]
        running, stopped = (
            ecs_api.tasks(self._ecs, service["clusterArn"], serviceName=name, desiredStatus=status)
            for status in ("RUNNING", "STOPPED")
        )
        ends = tuple(
            task.get("stoppedReason") or "its task ended without a reason."
            for task in sorted(stopped, key=lambda task: str(task.get("stoppedAt")))
            if not str(task.get("stoppedReason", "")).startswith("Scaling activity")
        )
        if not running:
            return Service(
                name=name, definition=definition, status="STOPPED", health="UNKNOWN", ends=ends
            )
        task = running[-1]
        return Service(
            name=name,
            definition=definition,
            status=task["lastStatus"],
            health=task.get("healthStatus", "UNKNOWN"),
            ends=ends,
        )

    def _said(self, service: Service) -> str:
        """The last lines of a service's containers, from where their definition sends them."""
        found = self._ecs.describe_task_definition(taskDefinition=service.definition)
        for container in found["taskDefinition"]["containerDefinitions"]:
            options = (container.get("logConfiguration") or {}).get("options") or {}
            group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
            lines = self._lines(group, f"{prefix}/{container['name']}/") if group else []
            if lines:
                said = "\n".join(line["message"] for line in lines)
                return f"The end of its log ({group}):\n{said}"
        return "It has written no log."

    def _lines(self, group: str, prefix: str) -> list[Mapping[str, Any]]:
        try:
            found = self._logs.filter_log_events(logGroupName=group, logStreamNamePrefix=prefix)
        except self._logs.exceptions.ResourceNotFoundException:
            return []
        return list(found["events"][-_LOG_LINES:])
