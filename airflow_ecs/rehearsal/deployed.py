"""What the emulated account tells of an Airflow that was deployed to it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from airflow_ecs.rehearsal import aws_environment
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.state import State

_FLOWER_LOGIN = "AIRFLOW__CELERY__FLOWER_BASIC_AUTH"


class Deployed:
    """One deployment: its pages, its log-ins, and where its services run."""

    def __init__(self, state: State) -> None:
        self._state = state
        keys = aws_environment.variables(state.region, state.endpoint)
        self._session: Any = boto3.Session(
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            region_name=state.region,
        )
        self._ecs = self._client("ecs")
        self._ssm = self._client("ssm")

    @property
    def airflow(self) -> Page:
        """Airflow's own page."""
        return self._page("url")

    @property
    def flower(self) -> Page | None:
        """Flower's page; None where there is no Flower."""
        return self._page("flowerUrl") if self._state.outputs.get("flowerUrl") else None

    def admin(self) -> tuple[str, str]:
        """The first user and the password, which the output `passwordCommand` names."""
        words = shlex.split(str(self._output("passwordCommand")))
        name = words[words.index("--name") + 1]
        return name.rsplit("/", 1)[-1], self._parameter(name)

    def flower_login(self) -> str:
        """`user:password`, from where Flower's own container gets it."""
        for secret in self._container("flower").get("secrets", ()):
            if secret["name"] == _FLOWER_LOGIN:
                return self._parameter(secret["valueFrom"].partition(":parameter")[2])
        raise RehearsalError(
            f"Flower's container has no secret {_FLOWER_LOGIN}: it asks nobody for a password."
        )

    def addresses(self, service: str) -> set[str]:
        """Where the tasks of a service run, such as those of `worker`."""
        cluster = self._output("clusterArn")
        named = [
            arn
            for arn in self._ecs.list_services(cluster=cluster, maxResults=100)["serviceArns"]
            if arn.endswith(f"-{service}")
        ]
        tasks = [
            arn
            for name in named
            for arn in self._ecs.list_tasks(cluster=cluster, serviceName=name)["taskArns"]
        ]
        if not tasks:
            return set()
        return {
            interface["privateIpv4Address"]
            for task in self._ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"]
            for container in task["containers"]
            for interface in container.get("networkInterfaces", ())
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

    def _client(self, service: str) -> Any:
        # Loopback goes through no proxy; a bucket's name is no host here.
        config = Config(proxies={}, retries={"max_attempts": 2}, s3={"addressing_style": "path"})
        return self._session.client(service, endpoint_url=self._state.endpoint, config=config)

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

    def _container(self, service: str) -> Mapping[str, Any]:
        definition = self._output("taskDefinitionArns")[service]
        described = self._ecs.describe_task_definition(taskDefinition=definition)
        container: Mapping[str, Any] = described["taskDefinition"]["containerDefinitions"][0]
        return container

    def _parameter(self, name: str) -> str:
        try:
            found = self._ssm.get_parameter(Name=name, WithDecryption=True)
        except self._ssm.exceptions.ParameterNotFound:
            raise RehearsalError(f"the account has no parameter {name}.") from None
        return str(found["Parameter"]["Value"])
