"""An image that was pushed to ECR, and the tag that says it has been released."""

from __future__ import annotations

from datetime import UTC, datetime

import boto3
from step import StepError

# Otherwise ECR may answer with the manifest in another format, which has another digest.
_FORMATS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)

# The repository's lifecycle policy keeps released images apart from those that were refused.
_RELEASED = "released-"


class PushedImage:
    """One image, by `<registry>/<name>@sha256:<hex>`; it must be there."""

    def __init__(self, reference: str) -> None:
        repository, at, self._digest = reference.partition("@")
        self._name = repository.partition("/")[2]
        if not at or not self._name:
            raise StepError(f"{reference} is not an image by its digest; write …@sha256:<hex>.")
        self._ecr = boto3.client("ecr")
        found = self._ecr.batch_get_image(
            repositoryName=self._name,
            imageIds=[{"imageDigest": self._digest}],
            acceptedMediaTypes=list(_FORMATS),
        )["images"]
        if not found:
            raise StepError(
                f"{reference} is not in ECR, and nothing was changed; push it first, or write one "
                "that is there."
            )
        self._manifest = found[0]

    def keep(self) -> None:
        """Tag it as released, at a time, since a tag of the repository can't be given twice."""
        media = self._manifest.get("imageManifestMediaType")
        self._ecr.put_image(
            repositoryName=self._name,
            imageManifest=self._manifest["imageManifest"],
            imageTag=f"{_RELEASED}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}",
            imageDigest=self._digest,
            **({"imageManifestMediaType": media} if media else {}),
        )
