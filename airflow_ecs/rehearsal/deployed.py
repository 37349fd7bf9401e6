"""What the emulated account tells of an Airflow that was deployed to it."""

from __future__ import annotations

import shlex
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from airflow_ecs.rehearsal import ecs_api, public_tasks
from airflow_ecs.rehearsal.account_clients import Account
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.page import Page
from airflow_ecs.rehearsal.started_tasks import StartedTasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_ecs.rehearsal.state import State

# Airflow's tasks run in workers where there are any.
_RUNNERS = ("worker", "standalone", "scheduler")

_EXECUTOR = "AIRFLOW__AWS_ECS_EXECUTOR__"
_FLOWER_LOGIN = "AIRFLOW__CELERY__FLOWER_BASIC_AUTH"


class Deployed:
    """One deployment: its pages, its log-ins, and where its services run."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._client = Account(state.endpoint, state.region).client
        self._ecs = self._client("ecs")
        self._ssm = self._client("ssm")

    @property
    def airflow(self) -> Page:
        """Airflow's own page: at the balancer, or else at the one task with a public address."""
        if self._output("url"):
            return self._page("url")
        pages = public_tasks.pages(self._state.endpoint, self._state.region)
        if not pages:
            raise RehearsalError("the output url is empty, and no task has a public address.")
        return Page(url=next(iter(pages.values())))

    @property
    def runner(self) -> str:
        """What runs Airflow's tasks: a family of ECS tasks, or the most special of the services."""
        if self.started_tasks is not None:
            return self.started_tasks.family
        return next((name for name in _RUNNERS if any(self._services(name))), _RUNNERS[-1])

    @cached_property
    def started_tasks(self) -> StartedTasks | None:
        """What the scheduler has ECS start for Airflow's tasks; None where services run them."""
        for container in self._containers("scheduler"):
            told = {one["name"]: one["value"] for one in container["environment"]}
            if family := told.get(f"{_EXECUTOR}TASK_DEFINITION"):
                return StartedTasks(
                    ecs=self._ecs,
                    logs=self._client("logs"),
                    cluster=told[f"{_EXECUTOR}CLUSTER"],
                    family=family,
                )
        return None

    @property
    def flower(self) -> Page | None:
        """Flower's page; None where there is no Flower."""
        return self._page("flowerUrl") if self._state.outputs.get("flowerUrl") else None

    def admin(self) -> tuple[str, str]:
        """The output `username`, and the password, which the output `passwordCommand` names."""
        words = shlex.split(str(self._output("passwordCommand")))
        name = words[words.index("--name") + 1]
        return str(self._output("username")), self._parameter(name)

    def flower_login(self) -> str:
        """`user:password`, from where Flower's own container gets it."""
        for container in self._containers("flower"):
            for secret in container.get("secrets", ()):
                if secret["name"] == _FLOWER_LOGIN:
                    return self._parameter(secret["valueFrom"].partition(":parameter")[2])
        raise RehearsalError(
            f"Flower's container has no secret {_FLOWER_LOGIN}: it asks nobody for a password."
        )

    def addresses(self, service: str) -> set[str]:
        """Where the tasks of a service run, such as those of `worker`."""
        return {
            address
            for one in self._services(service)
            for address in ecs_api.addresses(
                ecs_api.tasks(self._ecs, one["clusterArn"], serviceName=one["serviceName"])
            )
        }

    def is_stored(self, url: str) -> bool:
        """Whether S3 has the object of an `s3://…` URL."""
        parts = urlsplit(url)
        try:
            self._client("s3").head_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
                return False
            raise
        return True

    def _page(self, output: str) -> Page:
        host = urlsplit(str(self._output(output))).hostname or ""
        try:
            return Page(url=self._state.pages[host])
        except KeyError:
            raise RehearsalError(
                f"the output {output} names {host!r}, for which the balancer has no rule; "
                f"its hosts are: {', '.join(self._state.pages) or 'none'}."
            ) from None

    def _output(self, name: str) -> Any:
        try:
            return self._state.outputs[name]
        except KeyError:
            raise RehearsalError(
                f"the stack has no output {name}, which a smoke test needs; write "
                f'pulumi.export("{name}", …) with what AirflowCluster has of that name.'
            ) from None

    def _services(self, service: str) -> Iterator[Mapping[str, Any]]:
        """The deployed services that are called so, in whichever cluster."""
        for one in ecs_api.active_services(self._ecs):
            if one["serviceName"].endswith(f"-{service}"):
                yield one

    def _containers(self, service: str) -> Iterator[Mapping[str, Any]]:
        """The containers of a service's definition."""
        for one in self._services(service):
            described = self._ecs.describe_task_definition(taskDefinition=one["taskDefinition"])
            yield from described["taskDefinition"]["containerDefinitions"]

    def _parameter(self, name: str) -> str:
        try:
            found = self._ssm.get_parameter(Name=name, WithDecryption=True)
        except self._ssm.exceptions.ParameterNotFound:
            raise RehearsalError(f"the account has no parameter {name}.") from None
        return str(found["Parameter"]["Value"])
