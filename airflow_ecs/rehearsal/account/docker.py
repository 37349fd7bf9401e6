"""Images: nothing is built here; the registry gets what a push would leave in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account.inputs import Inputs
    from airflow_ecs.rehearsal.account.region import Region

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"


def create_image(region: Region, inputs: Inputs) -> Created:
    """An image that could be built from its context, pushed to the emulated registry."""
    name = inputs.required("imageName")
    build = inputs.take("build", {})
    context, dockerfile = _files(inputs, build)
    # How to build and to log in concerns Docker, which has no part here.
    inputs.aside("buildOnPreview", "registry")
    digest = ""
    if not inputs.take("skipPush", False):
        digest = f"{_repository(name)}@{_push(region, inputs, name, build)}"
    return Created(
        id=digest or name,
        outputs={
            "imageName": name,
            "baseImageName": name,
            "repoDigest": digest,
            "context": str(context),
            "dockerfile": str(dockerfile),
            "platform": build.get("platform", "linux/amd64"),
            "registryServer": name.split("/", 1)[0],
        },
    )


def _files(inputs: Inputs, build: Mapping[str, Any]) -> tuple[Path, Path]:
    context = Path(build.get("context") or ".")
    if not context.is_dir():
        raise inputs.refusal(
            f"build.context is {str(context)!r}, which is no folder; write the path of the folder "
            "that the image is built from."
        )
    dockerfile = Path(build.get("dockerfile") or context / "Dockerfile")
    if not dockerfile.is_file():
        raise inputs.refusal(
            f"build.dockerfile is {str(dockerfile)!r}, which is no file; write the path of the "
            "Dockerfile."
        )
    return context, dockerfile


def _repository(name: str) -> str:
    return name.rsplit(":", 1)[0] if ":" in name.rsplit("/", 1)[-1] else name


def _push(region: Region, inputs: Inputs, name: str, build: Mapping[str, Any]) -> str:
    repository = _repository(name)
    tag = name.removeprefix(repository).removeprefix(":") or "latest"
    registry, _, path = repository.partition("/")
    if f".dkr.ecr.{region.name}." not in registry:
        raise inputs.refusal(
            f"imageName is {name!r}, and the only registry here is ECR in {region.name}; take the "
            "repositoryUrl of an ECR repository, or set skipPush."
        )
    manifest = json.dumps(_manifest(name, build), sort_keys=True)
    digest = _digest(manifest.encode())
    region.client("ecr").put_image(
        repositoryName=path,
        imageTag=tag,
        imageManifest=manifest,
        imageManifestMediaType=_MANIFEST,
        imageDigest=digest,
    )
    return digest


def _manifest(name: str, build: Mapping[str, Any]) -> dict[str, Any]:
    # Stands for the content: another tag, or other build arguments, is another image.
    content = json.dumps([name, build], sort_keys=True, default=str).encode()
    return {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {"mediaType": _CONFIG, "size": len(content), "digest": _digest(content)},
        "layers": [],
    }


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
