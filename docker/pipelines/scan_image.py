"""Waits for ECR's scan of an image, and refuses findings at or above a severity."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import boto3
from step import StepError, run

if TYPE_CHECKING:
    from collections.abc import Mapping

# Least first. Those that nobody has rated yet are the least: most never get a rating.
SEVERITIES = ("UNTRIAGED", "UNDEFINED", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")

# ACTIVE is an enhanced scan that goes on for as long as the image is there.
_DONE = ("COMPLETE", "ACTIVE")
_UNDER_WAY = ("PENDING", "IN_PROGRESS")


def main() -> None:
    """Wait for the scan, then judge it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", help="an image in ECR by its digest: <repository>@sha256:<hex>")
    parser.add_argument("--fail-on", choices=SEVERITIES, default="CRITICAL")
    parser.add_argument("--minutes", type=float, default=15, help="the longest to wait")
    parser.add_argument("--poll", type=float, default=10, help="seconds between two looks")
    given = parser.parse_args()
    findings = _findings(given.image, given.minutes, given.poll)
    _judge(findings.get("findingSeverityCounts", {}), given.fail_on)


def _findings(image: str, minutes: float, poll: float) -> Mapping[str, Any]:
    repository, at, digest = image.partition("@")
    if not at or "/" not in repository:
        raise StepError(f"{image} is not an image by its digest; write <repository>@sha256:<hex>.")
    client = boto3.client("ecr")
    give_up = time.monotonic() + minutes * 60
    while True:
        status, answer = _look(client, repository.partition("/")[2], digest)
        if status in _DONE:
            found: Mapping[str, Any] = answer.get("imageScanFindings", {})
            return found
        if status not in _UNDER_WAY:
            reason = answer.get("imageScanStatus", {}).get("description", "no reason given")
            raise StepError(f"ECR did not scan the image ({status}: {reason}); it is not released.")
        if time.monotonic() >= give_up:
            raise StepError(
                f"ECR's scan has not ended after {minutes:g} minutes ({status}); the image is not "
                "released. Run the build again, or allow it more minutes."
            )
        print(f"The scan is {status}.", flush=True)
        time.sleep(poll)


def _look(client: Any, repository: str, digest: str) -> tuple[str, Mapping[str, Any]]:
    try:
        answer = client.describe_image_scan_findings(
            repositoryName=repository, imageId={"imageDigest": digest}
        )
    except client.exceptions.ScanNotFoundException:
        # A scan on push begins some seconds after the push.
        return "PENDING", {}
    return answer["imageScanStatus"]["status"], answer


def _judge(counts: Mapping[str, int], fail_on: str) -> None:
    unknown = sorted(set(counts) - set(SEVERITIES))
    if unknown:
        raise StepError(
            f"ECR counts findings as {', '.join(unknown)}, a severity that this step does not "
            "know; the image is not released."
        )
    found = [f"{counts[one]} {one}" for one in reversed(SEVERITIES) if counts.get(one)]
    print(f"ECR found {', '.join(found) or 'nothing'}.")
    severe = SEVERITIES[SEVERITIES.index(fail_on) :]
    if any(counts.get(one) for one in severe):
        raise StepError(
            f"The scan found {', '.join(found)}, and {fail_on} and above may not be released; "
            "mend what it names, or accept a higher severity."
        )


if __name__ == "__main__":
    run(main)
