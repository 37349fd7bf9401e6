"""Releases DAGs to EFS, or goes back to an earlier release, by one Fargate task.

A build can't mount the file system as the services do: CodeBuild's own mount has neither TLS nor
IAM authorisation. So the DAGs go to S3 as one archive, and a task that mounts the file system
read-write unpacks it there (airflow_ecs/runtime/dag_release.py).

The target is a parameter, a JSON object with `artifacts` (s3://bucket/prefix), `cluster`,
`task_definition`, `container`, `network` (an awsvpcConfiguration), `capacity_providers` (a
strategy) and `folder` (where the task has the file system).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import boto3
from step import StepError, released_files, run


def main() -> None:
    """Publish a folder, or roll back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15, help="the longest to wait")
    parser.add_argument("--poll", type=float, default=3, help="seconds between two looks")
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help="upload a folder, then make it count")
    publish.add_argument("target", help="the name of the parameter that describes the target")
    publish.add_argument("folder", type=Path)
    publish.add_argument("release", help="an id that no release has yet")
    back = commands.add_parser("roll-back", help="make an earlier release count again")
    back.add_argument("target", help="the name of the parameter that describes the target")
    back.add_argument("release", nargs="?", help="default: the one before")
    given = parser.parse_args()
    parameter = boto3.client("ssm").get_parameter(Name=given.target)["Parameter"]
    target = json.loads(parameter["Value"])
    if given.command == "publish":
        archive = _upload(given.folder, target["artifacts"], given.release)
        command = ["publish", target["folder"], given.release, archive]
    else:
        command = ["roll-back", target["folder"], *filter(None, [given.release])]
    _run_task(target, ["dag-release", *command], given.minutes, given.poll)
    print(f"{given.release or 'The release before'} is released.")


def _upload(folder: Path, artifacts: str, release: str) -> str:
    """Put the folder to S3 as one archive; its URL."""
    files = released_files(folder)
    url = f"{artifacts.rstrip('/')}/{release}.zip"
    bucket, _, key = url.removeprefix("s3://").partition("/")
    with tempfile.TemporaryFile() as archive:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as content:
            for path in files:
                content.write(path, path.relative_to(folder))
        archive.seek(0)
        boto3.client("s3").upload_fileobj(archive, bucket, key)
    return url


def _run_task(target: dict[str, Any], command: list[str], minutes: float, poll: float) -> None:
    """Run the task to its end; raise unless its container ended with code 0."""
    client = boto3.client("ecs")
    override = {"name": target["container"], "command": command}
    started = client.run_task(
        cluster=target["cluster"],
        taskDefinition=target["task_definition"],
        networkConfiguration={"awsvpcConfiguration": target["network"]},
        capacityProviderStrategy=target["capacity_providers"],
        overrides={"containerOverrides": [override]},
        startedBy="dag-pipeline",
    )
    if not started["tasks"]:
        reasons = "; ".join(str(one.get("reason")) for one in started["failures"])
        raise StepError(f"The task that releases could not start ({reasons}); nothing has changed.")
    task = started["tasks"][0]["taskArn"]
    give_up = time.monotonic() + minutes * 60
    while True:
        for found in client.describe_tasks(cluster=target["cluster"], tasks=[task])["tasks"]:
            if found["lastStatus"] == "STOPPED":
                _check(found, target["container"])
                return
        if time.monotonic() >= give_up:
            client.stop_task(cluster=target["cluster"], task=task, reason="It took too long")
            raise StepError(
                f"The task that releases ({task}) had not ended after {minutes:g} minutes, and "
                "was stopped; run this again."
            )
        time.sleep(poll)


def _check(task: dict[str, Any], name: str) -> None:
    codes = {one["name"]: one.get("exitCode") for one in task.get("containers", [])}
    if codes.get(name) == 0:
        return
    ended = "never started" if codes.get(name) is None else f"ended with code {codes[name]}"
    raise StepError(
        f"The task that releases {ended}, and what was released before still is "
        f"({task['taskArn']}: {task.get('stoppedReason', 'no reason given')}); see its log."
    )


if __name__ == "__main__":
    run(main)
