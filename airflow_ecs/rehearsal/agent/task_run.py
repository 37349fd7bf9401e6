"""One task, from PROVISIONING to STOPPED."""

from __future__ import annotations

import logging
import queue
import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.agent import paths, secrets
from airflow_ecs.rehearsal.agent.container_run import ContainerRun
from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError
from airflow_ecs.rehearsal.agent.host import HOOK
from airflow_ecs.rehearsal.agent.logs import Log
from airflow_ecs.rehearsal.agent.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.agent.admission import Access
    from airflow_ecs.rehearsal.agent.definition import Container, Task
    from airflow_ecs.rehearsal.agent.host import Host
    from airflow_ecs.rehearsal.agent.images import Image

log = logging.getLogger(__name__)

_STOP = None


class TaskRun:
    """Runs a task in a thread of its own, which waits for what happens to it.

    `changed` is called when it has begun to run and with each new health; `ended` is called
    last, with the task's run.
    """

    def __init__(
        self,
        task: Task,
        host: Host,
        *,
        changed: Callable[[], None],
        ended: Callable[[TaskRun], None],
    ) -> None:
        self.task = task
        self.begun = time.monotonic()
        self.health = "UNKNOWN"
        self.is_running = False
        self.stopping = False
        self._host = host
        self._reason = "Essential container in task exited"
        self._changed = changed
        self._ended = ended
        self._happened: queue.SimpleQueue[ContainerRun | None] = queue.SimpleQueue()
        self._containers: list[ContainerRun] = []
        self._address: str | None = None
        self._registered: Any = None
        self._thread = threading.Thread(target=self._run, name=f"task {task.id}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, reason: str) -> None:
        """Stop all containers, as soon as they have been started.

        The reason is of use only where the account has not been given one.
        """
        if not self.stopping:
            self.stopping = True
            self._reason = reason
            self._happened.put(_STOP)

    def join(self, patience: float | None = None) -> None:
        """Wait for the end."""
        self._thread.join(patience)

    @property
    def is_well(self) -> bool:
        """Whether it runs, and its health check, if it has one, has passed."""
        checked = any(one.essential and one.health_check for one in self.task.containers)
        return self.is_running and (not checked or self.health == "HEALTHY")

    @property
    def longest_stop(self) -> float:
        """The seconds until its last process is killed, once it is told to stop."""
        return max(one.stop_timeout for one in self.task.containers)

    def _run(self) -> None:
        failure = None
        try:
            self._begin()
            self._wait()
        except TaskFailedToStartError as error:
            self._reason, failure = str(error), error
        except Exception as error:
            log.exception("%s could not be run", self.task.label)
            self._reason = f"ResourceInitializationError: {type(error).__name__}: {error}"
        try:
            self._end(failure)
        except Exception:
            # The account may be gone, or may have lost the task; the processes are ended.
            log.exception("the end of %s could not be told", self.task.label)
        self._ended(self)

    def _begin(self) -> None:
        task, host = self.task, self._host
        host.control.tell(task, "PENDING")
        for container in task.containers:
            if container.beyond:
                message = (
                    f"ResourceInitializationError: {container.name} asks for "
                    f"{', '.join(container.beyond)}, which a rehearsal can't give"
                )
                raise TaskFailedToStartError(message, container.name)
        images = {one.name: host.images.find(one.image) for one in task.containers}
        host.stand_ins.refresh()
        self._address = host.addresses.take()
        access = host.admission.admit(task, self._address)
        values = {
            one.name: secrets.resolve(one.secrets, access.as_execution_role, task.execution_role)
            for one in task.containers
        }
        for container in task.containers:
            self._start(container, images[container.name], values[container.name], access)
        bindings = [self._binding(one) for one in self._containers]
        host.control.tell(task, "RUNNING", containers=bindings)
        self.is_running = True
        if task.service is not None:
            service = host.control.service(task.cluster, task.service)
            self._registered = service
            host.registration.enter(task, service, self._address)
        self._changed()

    def _start(
        self, container: Container, image: Image, values: dict[str, str], access: Access
    ) -> None:
        task, host = self.task, self._host
        folder = host.task_folder(task.id) / container.name
        assert self._address is not None  # noqa: S101 - taken before
        place = Place(
            address=self._address,
            host_name=f"ip-{self._address.replace('.', '-')}.{host.region}.compute.internal",
            folder=folder,
            paths=paths.table(
                ca_bundle=host.stand_ins.ca_bundle,
                context=image.context,
                airflow_home=folder / "airflow",
                mounts={
                    mount.folder: host.file_systems.mounted(task, mount)
                    for mount in container.mounts
                },
            ),
            hook=HOOK,
            names=host.names.path,
            databases=host.stand_ins.databases,
            trusted=host.stand_ins.trusted,
            git_settings=host.git_settings,
            aws=access.variables[container.name],
        )
        said = Log(
            host.log_file(task.label),
            access.as_execution_role,
            container.log_options,
            f"{container.name}/{task.id}",
        )
        run = ContainerRun(
            container,
            image,
            values,
            place,
            log=said,
            records=host.records,
            ended=self._happened.put,
            healthy=self._tell_health,
        )
        self._containers.append(run)

    def _binding(self, run: ContainerRun) -> dict[str, Any]:
        ports = run.container.ports or (0,)
        bindings = [
            {"bindIP": self._address, "containerPort": port, "hostPort": port} for port in ports
        ]
        return {
            "containerName": run.container.name,
            "runtimeId": run.runtime_id,
            "status": "RUNNING",
            "networkBindings": bindings,
        }

    def _tell_health(self, run: ContainerRun, health: str, said: str) -> None:
        if run.container.essential:
            self.health = health
        try:
            self._host.control.tell_health(self.task, run.container.name, health)
            if health == "UNHEALTHY" and run.container.essential and self.task.service is not None:
                # ECS does not say what the check has said, and leaves one to find out.
                reason = "Task failed container health checks"
                self._host.control.stop(self.task.arn, f"{reason}: {said}" if said else reason)
        except Exception:
            log.exception("the health of %s could not be told", self.task.label)
        self._changed()

    def _wait(self) -> None:
        """Return when the task shall stop, or has lost a container that it can't do without."""
        while (ended := self._happened.get()) is not _STOP:
            if ended.container.essential:
                return
            told = {"containerName": ended.container.name, "status": "STOPPED"}
            self._host.control.tell_container(self.task, told | {"exitCode": ended.exit_code})

    def _end(self, failure: TaskFailedToStartError | None) -> None:
        task, host = self.task, self._host
        self.is_running = False
        try:
            if self._registered is not None and self._address is not None:
                host.registration.leave(task, self._registered, self._address)
        finally:
            self._stop_containers()
            host.admission.dismiss(task)
            if self._address is not None:
                host.addresses.give_back(self._address)
            shutil.rmtree(host.task_folder(task.id), ignore_errors=True)
        told: list[dict[str, Any]] = [
            {
                "containerName": one.container.name,
                "status": "STOPPED",
                "exitCode": one.exit_code,
            }
            for one in self._containers
        ]
        if failure is not None and failure.container is not None:
            started = {one["containerName"] for one in told}
            if failure.container not in started:
                told.append(
                    {
                        "containerName": failure.container,
                        "status": "STOPPED",
                        "reason": str(failure),
                    }
                )
        host.control.tell(task, "STOPPED", self._reason, told)

    def _stop_containers(self) -> None:
        live = [one for one in self._containers if one.exit_code is None]
        for one in live:
            one.stop()
        for one in live:
            one.join()
