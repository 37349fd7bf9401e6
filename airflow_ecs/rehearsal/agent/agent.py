"""The agent: sees what shall run, and sees to it that it runs."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from airflow_ecs.rehearsal import ecs_api
from airflow_ecs.rehearsal.agent import placement
from airflow_ecs.rehearsal.agent.placement import Live, Restarts
from airflow_ecs.rehearsal.agent.task_run import TaskRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.agent.definition import Task
    from airflow_ecs.rehearsal.agent.host import Host

log = logging.getLogger(__name__)

# Seconds until the account is asked again after it did not answer.
_PAUSE = 1.0

# Seconds for what is to be told after a task's last process has been killed.
_FAREWELL = 10.0

_Service = tuple[str, str]


class Agent:
    """Runs at most `tasks_per_service` tasks of each service, and every task of others."""

    def __init__(self, host: Host, *, tasks_per_service: int = 1) -> None:
        self._host = host
        self._most = tasks_per_service
        self._lock = threading.Lock()
        self._runs: dict[str, TaskRun] = {}
        self._restarts: dict[_Service, Restarts] = {}
        self._ending = threading.Event()
        self._wake = threading.Event()
        self._loop = threading.Thread(target=self._work, name="agent", daemon=True)
        self._watcher = threading.Thread(target=self._watch, name="changes", daemon=True)

    def start(self) -> None:
        """Begin to look after the account's tasks."""
        self._loop.start()
        self._watcher.start()

    def stop(self) -> None:
        """Stop all tasks at once, and wait for their ends."""
        self._ending.set()
        self._wake.set()
        self._loop.join()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.stop("The agent that ran the task has ended.")
        for run in runs:
            run.join(run.longest_stop + _FAREWELL)

    def _watch(self) -> None:
        known = -1
        while not self._ending.is_set():
            try:
                known = self._host.control.changes(known)
            except (OSError, ValueError) as error:
                log.warning("the account does not tell of changes: %s", error)
                self._ending.wait(_PAUSE)
            self._wake.set()

    def _work(self) -> None:
        again: float | None = None
        while True:
            self._wake.wait(None if again is None else max(0.0, again - time.monotonic()))
            self._wake.clear()
            if self._ending.is_set():
                return
            try:
                again = self._look()
            except Exception:
                # Whatever it was, the tasks go on, and are looked after again.
                log.exception("the account could not be looked at")
                again = time.monotonic() + _PAUSE

    def _look(self) -> float | None:
        """Do what there is to do now; when to look again even if nothing changes."""
        # In this order: what has ended in between is not wanted any more.
        with self._lock:
            runs = dict(self._runs)
        wanted = self._host.control.wanted()
        for arn in runs.keys() - wanted:
            runs[arn].stop("Task stopped by user")
        for described in self._host.control.described(sorted(wanted - runs.keys())):
            self._take_on(described)
        due = [self._place(service) for service in self._host.control.services()]
        return min((when for when in due if when is not None), default=None)

    def _take_on(self, described: Mapping[str, Any]) -> None:
        try:
            task = self._host.control.task(described)
        except (KeyError, ValueError) as error:
            # Whatever else there is goes on being looked after.
            log.warning("%s can't be run: %r", described["taskArn"], error)
            self._host.control.refuse(described, f"ClientException: {error!r} in its definition")
            kind, _, name = described.get("group", "").partition(":")
            if kind == "service":
                self._failed(described["clusterArn"], name, 0.0)
            return
        if described["lastStatus"] != "PROVISIONING":
            self._give_up(task, described)
            return
        run = TaskRun(task, self._host, changed=self._wake.set, ended=self._ended)
        with self._lock:
            self._runs[task.arn] = run
        run.start()

    def _give_up(self, task: Task, described: Mapping[str, Any]) -> None:
        """Tell the end of a task that was run by an agent which has been killed."""
        addresses = ecs_api.addresses([described])
        if task.service is not None and addresses:
            service = self._host.control.service(task.cluster, task.service)
            self._host.registration.leave(task, service, addresses[0])
        self._host.control.tell(task, "STOPPED", "The agent that ran the task was killed.")

    def _place(self, service: Mapping[str, Any]) -> float | None:
        name, cluster = service["serviceName"], service["clusterArn"]
        restarts = self._restarts.setdefault((cluster, name), Restarts())
        definition = self._host.control.definition(service["taskDefinition"])["taskDefinitionArn"]
        with self._lock:
            runs = [
                run
                for run in self._runs.values()
                if run.task.service == name and run.task.cluster == cluster and not run.stopping
            ]
        # Another deployment of the same definition wants new tasks too.
        now = (definition, service["deployments"][0]["id"])
        live = [
            Live(
                arn=run.task.arn,
                current=(run.task.definition, run.task.deployment) == now,
                well=run.is_well,
            )
            for run in runs
        ]
        active = service["status"] == "ACTIVE"
        most = min(service["desiredCount"], self._most) if active else 0
        decision = placement.decide(most, live, restarts, time.monotonic())
        for arn in decision.stop:
            deployment = service["deployments"][0]["id"]
            self._host.control.stop(arn, f"Scaling activity initiated by deployment {deployment}")
        try:
            for _ in range(decision.start):
                arn = self._host.control.run(service)
                log.info("%s: task %s has been started", name, arn.rsplit("/", 1)[-1])
        except ClientError as error:
            log.warning("%s: no task could be started: %s", name, error)
            restarts.ended(0.0, time.monotonic())
            return restarts.not_before
        return decision.again

    def _ended(self, run: TaskRun) -> None:
        task, now = run.task, time.monotonic()
        with self._lock:
            self._runs.pop(task.arn, None)
            # A task that was asked to stop is replaced at once, and one that failed is not.
            failed = not run.stopping or run.health == "UNHEALTHY"
            if task.service is not None and failed:
                self._failed(task.cluster, task.service, now - run.begun)
        log.info("%s: task %s has stopped", task.label, task.id)
        self._wake.set()

    def _failed(self, cluster: str, service: str, lasted: float) -> None:
        """A task of a service has ended by itself after so many seconds."""
        restarts = self._restarts.setdefault((cluster, service), Restarts())
        restarts.ended(lasted, time.monotonic())
