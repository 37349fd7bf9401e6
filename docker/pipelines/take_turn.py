"""Waits until every earlier build of the same CodeBuild project has ended.

Builds of a project run side by side, and a newer commit's may be faster. Releases in the order of
their builds leave the newest commit released. CodeBuild's own limit on concurrent builds does not
help: it drops the push that comes while a build runs.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

import boto3
from step import StepError, run

# Builds that one BatchGetBuilds describes, and the newest that one ListBuildsForProject returns.
_PAGE = 100


def main() -> None:
    """Wait; outside CodeBuild there is nobody to wait for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="the longest to wait")
    parser.add_argument("--poll", type=float, default=10, help="seconds between two looks")
    given = parser.parse_args()
    build = os.environ.get("CODEBUILD_BUILD_ID")
    if not build:
        print("This is no build of CodeBuild: there is no turn to wait for.")
        return
    client = boto3.client("codebuild")
    (own,) = _described(client, [build])
    give_up = time.monotonic() + given.minutes * 60
    while earlier := _earlier(client, own):
        if time.monotonic() >= give_up:
            raise StepError(
                f"Build {_number(earlier[0])} of {own['projectName']} is still running after "
                f"{given.minutes:g} minutes, and this one has released nothing; stop that build, "
                "or wait for its end, and run this one again."
            )
        print(f"Waiting for build {', '.join(map(_number, earlier))} to end.", flush=True)
        time.sleep(given.poll)


def _earlier(client: Any, own: dict[str, Any]) -> list[dict[str, Any]]:
    """The builds of the project that began before this one and have not ended."""
    # Newest first: what is still running is on the first page.
    found = client.list_builds_for_project(projectName=own["projectName"], sortOrder="DESCENDING")
    builds = _described(client, found["ids"][:_PAGE])
    running = [one for one in builds if one["buildStatus"] == "IN_PROGRESS"]
    return [one for one in running if one["buildNumber"] < own["buildNumber"]]


def _described(client: Any, builds: list[str]) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = client.batch_get_builds(ids=builds)["builds"]
    return described


def _number(build: dict[str, Any]) -> str:
    return str(build["buildNumber"])


if __name__ == "__main__":
    run(main)
