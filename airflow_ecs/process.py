"""What is said of a process in the catalogue: its needs, ports, page, health and size."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_ecs.spec.fargate import TaskSize
    from airflow_ecs.spec.services import Changes


class Need(StrEnum):
    """What a process can't do without."""

    DATABASE = "the metadata database"
    FERNET_KEY = "the key that encrypts connections and variables"
    JWT_SECRET = "the secret that signs and checks task tokens"  # noqa: S105 - a description
    API_SECRET_KEY = "the secret that signs requests for live logs"  # noqa: S105 - a description
    BROKER = "the Celery broker"
    RESULT_BACKEND = "the Celery result backend"
    EXECUTION_API = "the task execution API of the web process"
    LIVE_LOGS = "the logs of tasks that are running, from worker and triggerer"
    READ_TASK_LOGS = "the logs of tasks that have run"
    WRITE_TASK_LOGS = "a place for the logs of the tasks it runs"
    FLOWER_LOGIN = "the login of Flower"
    USER_PASSWORDS = "the passwords of the first users"
    BROKER_PASSWORD = "the password that it asks its clients for"  # noqa: S105 - a description
    DAGS = "the DAGs, where they are not in the image"
    RELEASE_DAGS = "the file system of the DAGs, to write to"
    REMOTE_TASKS = "the right to run tasks of their own on the cluster"
    RUNNER = "the right to start a task of ECS for each of Airflow's"
    ECS_EXECUTOR = "the settings of the executor that does so"


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A page that the load balancer serves: its host's first label and its health path."""

    host: str
    health_path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthCheck:
    """A container health check; times in seconds."""

    command: tuple[str, ...]
    start_period: int = 60
    interval: int = 30
    timeout: int = 10
    retries: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """One kind of container.

    `runs_user_code` puts it into the workflow security group. `waits` is whether an update
    waits until the new tasks are steady: not for workers, whose old tasks may run for hours.
    `concurrency_setting` is Airflow's setting of how many tasks it runs at a time, for what runs
    tasks; `own_memory` is what it takes itself meanwhile, in MiB.
    """

    name: str
    command: tuple[str, ...]
    size: TaskSize
    needs: frozenset[Need]
    health_check: HealthCheck | None = None
    port: int | None = None
    log_port: int | None = None
    discovery: str | None = None
    route: Route | None = None
    concurrency_setting: tuple[str, str] | None = None
    own_memory: int = 0
    runs_user_code: bool = False
    waits: bool = True
    count: int = 1
    image: str | None = None
    user: str | None = None

    @property
    def is_airflow(self) -> bool:
        """Whether it runs from the stack's own image."""
        return self.image is None

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that others call."""
        return tuple(port for port in (self.port, self.log_port) if port is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A process with the user's changes applied."""

    process: Process
    size: TaskSize
    count: int
    changes: Changes

    @property
    def name(self) -> str:
        """The name of the process."""
        return self.process.name

    @property
    def concurrency(self) -> int:
        """How many Airflow tasks it runs at a time, at this size.

        256 MiB each: a running task takes about 100 MiB with its supervisor, measured on an
        idle one; the rest is for the user's code.
        """
        fitting = (self.size.memory - self.process.own_memory) // 256
        return self.changes.concurrency or max(1, fitting)
