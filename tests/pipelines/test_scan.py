"""The scan of an image: only one that has ended well lets it pass."""

from __future__ import annotations

import json
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.pipelines.conftest import Account, Ended, Steps

REGION = "eu-west-1"


class Scanned:
    """An image in ECR, and what its scan finds."""

    def __init__(self, steps: Steps, account: Account) -> None:
        self.steps, self.account = steps, account
        self.ecr = account.client("ecr")
        self.name = f"scanned/{uuid.uuid4().hex}"
        self.uri = self.ecr.create_repository(repositoryName=self.name)["repository"][
            "repositoryUri"
        ]
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "config": {"digest": f"sha256:{self.name}"},
                "layers": [],
            }
        )
        image = self.ecr.put_image(
            repositoryName=self.name, imageManifest=manifest, imageTag="build-1"
        )
        self.digest = image["image"]["imageId"]["imageDigest"]

    def scan(self, status: str, **counts: int) -> None:
        self.ecr.start_image_scan(repositoryName=self.name, imageId={"imageDigest": self.digest})
        result = {
            "repositoryName": self.name,
            "imageId": {"imageDigest": self.digest},
            "imageScanStatus": {"status": status, "description": "as the test says"},
            "imageScanFindings": {"findingSeverityCounts": counts},
        }
        request = urllib.request.Request(  # noqa: S310
            f"{self.account.url}/moto-api/static/ecr/scan-finding-results",
            json.dumps({"results": [result], "region": REGION}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request).close()  # noqa: S310

    def judged(self, *arguments: object) -> Ended:
        image = f"{self.uri}@{self.digest}"
        return self.steps.run("scan_image.py", image, "--minutes", 0.005, "--poll", 0.1, *arguments)


@pytest.fixture
def scanned(in_aws: Steps, account: Account) -> Scanned:
    return Scanned(in_aws, account)


def test_findings_below_the_limit_let_pass(scanned: Scanned) -> None:
    scanned.scan("COMPLETE", HIGH=3, UNDEFINED=9)
    ended = scanned.judged()
    assert ended.ok()
    assert ended.said == "ECR found 3 HIGH, 9 UNDEFINED.\n"


@pytest.mark.parametrize("limit", ["MEDIUM", "HIGH"])
def test_findings_at_or_above_the_limit_stop(scanned: Scanned, limit: str) -> None:
    scanned.scan("ACTIVE", HIGH=3)
    refused = scanned.judged("--fail-on", limit).refused()
    assert refused.startswith(f"The scan found 3 HIGH, and {limit} and above may not be released")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("IN_PROGRESS", "ECR's scan has not ended after 0.005 minutes (IN_PROGRESS)"),
        ("UNSUPPORTED_IMAGE", "did not scan the image (UNSUPPORTED_IMAGE: as the test says)"),
        ("FAILED", "did not scan the image (FAILED: as the test says)"),
    ],
)
def test_a_scan_that_does_not_end_well_stops(scanned: Scanned, status: str, sentence: str) -> None:
    scanned.scan(status)
    assert sentence in scanned.judged().refused()


def test_a_scan_that_never_begins_stops(scanned: Scanned) -> None:
    assert "has not ended after 0.005 minutes (PENDING)" in scanned.judged().refused()


def test_a_severity_that_nobody_knows_stops(scanned: Scanned) -> None:
    counts: dict[str, Any] = {"CATASTROPHIC": 1}
    scanned.scan("COMPLETE", **counts)
    assert "counts findings as CATASTROPHIC" in scanned.judged().refused()


def test_an_image_by_its_tag_is_refused(in_aws: Steps) -> None:
    ended = in_aws.run("scan_image.py", "1.dkr.ecr.eu-west-1.amazonaws.com/airflow:latest")
    assert "is not an image by its digest" in ended.refused()
