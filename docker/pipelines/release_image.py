"""Releases an image: migrates the database with it, then has every service use it.

The target is a parameter, a JSON object with `cluster`, `migrations` (each with `function`, a
Lambda function's name, and `event`, what it is told), `services` (name -> whether to wait until
it is steady), `runners` (families of which others start the latest revision) and
`image_parameter`, which holds the released image afterwards. An image by its digest that was
released before is a way back, as long as its Airflow is the same version.

Nothing is changed before the migration has succeeded. When a service does not become steady, all
go back to the definitions they had. A released image has a tag that says so, by which ECR keeps it.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from pushed_image import PushedImage
from step import StepError, run

if TYPE_CHECKING:
    from collections.abc import Mapping

# Longer than Lambda lets a function run; and never a second migration beside a slow one.
_PATIENT = Config(read_timeout=910, retries={"total_max_attempts": 1})

# What DescribeTaskDefinition tells of a revision that RegisterTaskDefinition does not take.
_OF_A_REVISION = (
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
)


def main() -> None:
    """Release one image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", help="the name of the parameter that describes the target")
    parser.add_argument("image", help="<repository>@sha256:<hex>")
    parser.add_argument("--minutes", type=float, default=20, help="the longest to wait")
    parser.add_argument("--poll", type=float, default=10, help="seconds between two looks")
    given = parser.parse_args()
    parameter = boto3.client("ssm").get_parameter(Name=given.target)["Parameter"]
    Release(json.loads(parameter["Value"]), given.image).make(given.minutes, given.poll)


class Release:
    """One image on its way to the services of a cluster."""

    def __init__(self, target: Mapping[str, Any], image: str) -> None:
        self.target = target
        self.image = image
        self.pushed = PushedImage(image)
        self.ecs = boto3.client("ecs")

    def make(self, minutes: float, poll: float) -> None:
        """Migrate, update, wait, and say which image is released."""
        before = self._running()
        for migration in self.target["migrations"]:
            self._migrate(migration)
        after = {name: self._register(definition) for name, definition in before.items()}
        try:
            self._update(after)
            self._wait(after, minutes, poll)
            self.pushed.keep()
            # Last, since a revision can't be taken back: it counts from now on.
            for family in self.target["runners"]:
                self._register(family)
        except Exception:
            self._update(before)
            raise
        boto3.client("ssm").put_parameter(
            Name=self.target["image_parameter"], Value=self.image, Type="String", Overwrite=True
        )
        print(f"{self.image} is released to {', '.join(sorted(after))}.")

    def _running(self) -> dict[str, str]:
        """The definitions that the services have now."""
        described = self._describe()
        missing = sorted(set(self.target["services"]) - set(described))
        if missing:
            raise StepError(
                f"{self.target['cluster']} has no service {', '.join(missing)}; nothing was "
                "changed. Run `pulumi up`, which tells this pipeline of the services."
            )
        return {name: service["taskDefinition"] for name, service in described.items()}

    def _describe(self) -> dict[str, dict[str, Any]]:
        names = sorted(self.target["services"])
        # DescribeServices takes ten at a time; a cluster has fewer.
        answer = self.ecs.describe_services(cluster=self.target["cluster"], services=names)
        return {one["serviceName"]: one for one in answer["services"] if one["status"] == "ACTIVE"}

    def _migrate(self, migration: Mapping[str, Any]) -> None:
        definition = self._register(migration["event"]["task_definition"])
        print("The database is being migrated.", flush=True)
        answer = boto3.client("lambda", config=_PATIENT).invoke(
            FunctionName=migration["function"],
            Payload=json.dumps(migration["event"] | {"task_definition": definition}).encode(),
        )
        said = answer["Payload"].read().decode()
        if answer.get("FunctionError"):
            raise StepError(f"No service was changed. {json.loads(said)['errorMessage']}")

    def _register(self, definition: str) -> str:
        """A new revision of a definition that differs in the image alone."""
        found = self.ecs.describe_task_definition(taskDefinition=definition, include=["TAGS"])
        request = {
            key: value
            for key, value in found["taskDefinition"].items()
            if key not in _OF_A_REVISION
        }
        repository = self.image.partition("@")[0]
        containers = [
            one
            for one in request["containerDefinitions"]
            if _repository(one["image"]) == repository
        ]
        if not containers:
            raise StepError(
                f"No container of {definition} has an image of {repository}; nothing more was "
                "changed. Was the stack deployed with another image?"
            )
        for container in containers:
            container["image"] = self.image
        tags = {"tags": found["tags"]} if found.get("tags") else {}
        registered = self.ecs.register_task_definition(**request, **tags)
        arn: str = registered["taskDefinition"]["taskDefinitionArn"]
        return arn

    def _update(self, definitions: Mapping[str, str]) -> None:
        for name, definition in definitions.items():
            self.ecs.update_service(
                cluster=self.target["cluster"], service=name, taskDefinition=definition
            )

    def _wait(self, definitions: Mapping[str, str], minutes: float, poll: float) -> None:
        """Wait for the services that become steady soon; a worker may drain for hours."""
        waiting = {name for name, waits in self.target["services"].items() if waits}
        give_up = time.monotonic() + minutes * 60
        while True:
            described = self._describe()
            for name in sorted(waiting):
                state = _rollout(described[name], definitions[name])
                if state == "FAILED":
                    raise StepError(
                        f"{name} did not become healthy with the new image, and all services go "
                        "back to the one before; see its log."
                    )
                if state == "COMPLETED":
                    waiting.remove(name)
            if not waiting:
                return
            if time.monotonic() >= give_up:
                raise StepError(
                    f"{', '.join(sorted(waiting))} had not become steady after {minutes:g} "
                    "minutes, and all services go back to the image before."
                )
            time.sleep(poll)


def _repository(image: str) -> str:
    """An image without its tag and digest; a port of the registry stays."""
    name = image.partition("@")[0]
    head, _, last = name.rpartition("/")
    return f"{head}/{last.partition(':')[0]}" if head else last.partition(":")[0]


def _rollout(service: Mapping[str, Any], definition: str) -> str:
    """How far the deployment of a definition is; FAILED too when another has replaced it."""
    for deployment in service["deployments"]:
        if deployment["taskDefinition"] == definition:
            return str(deployment["rolloutState"])
    return "FAILED"


if __name__ == "__main__":
    run(main)
