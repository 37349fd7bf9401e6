"""What CodeBuild runs for a push: the steps of docker/pipelines, one after the other.

A step that ends with an error ends the build; none comes after it.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.spec.pipelines import DagPipeline, ImagePipeline, QualityGate

# The second source of each project, and the variables that its environment has.
STEPS = "steps"
IMAGE = "IMAGE"
REPOSITORY = "REPOSITORY"
TARGET = "TARGET"
ENVIRONMENT = "DAG_ENVIRONMENT"
TOKEN = "SONAR_TOKEN"  # noqa: S105 - a name, no token

# What the steps take that neither the image nor CodeBuild's own has.
_PYTEST = "pytest==9.2.0"
_SCANNER = "@sonar/scan@5.0.1"
# The scanner takes 22.12 and later; the build's images default to 18, and offer 22.
_NODE = 22
_SCANNER_COMMAND = "sonar-scanner-npm"


def image_pipeline(pipeline: ImagePipeline, platform: str) -> dict[str, Any]:
    """Build and push, scan, wait for earlier builds, release."""
    build = _words(pipeline.context, pipeline.dockerfile, platform)
    return _buildspec(
        f'{IMAGE}=$(sh "$STEPS/build_image.sh" "${REPOSITORY}" {build})',
        f'python3 "$STEPS/scan_image.py" "${IMAGE}" --fail-on {pipeline.fail_on.upper()}',
        'python3 "$STEPS/take_turn.py"',
        f'python3 "$STEPS/release_image.py" "${TARGET}" "${IMAGE}"',
    )


def dag_pipeline(pipeline: DagPipeline, release_step: str) -> dict[str, Any]:
    """Test, check, ask the gate, wait for earlier builds, release to `TARGET`."""
    tests = _words("--dags", pipeline.folder, "--tests", pipeline.tests)
    number = "$CODEBUILD_BUILD_NUMBER"
    commit = '$(printf %.12s "$CODEBUILD_RESOLVED_SOURCE_VERSION")'
    return _buildspec(
        f"python3 -m pip install --quiet --target /tmp/tools {_PYTEST}",
        f'sh "$STEPS/run_in_image.sh" "${IMAGE}" run_tests.py {tests}',
        f'sh "$STEPS/run_in_image.sh" "${IMAGE}" check_dags.py {_words(pipeline.folder)}',
        *(_quality(pipeline.gate) if pipeline.gate else ()),
        'python3 "$STEPS/take_turn.py"',
        f'python3 "$STEPS/{release_step}" publish "${TARGET}" {_words(pipeline.folder)} '
        f'"{number}-{commit}"',
        runtimes={"nodejs": _NODE} if pipeline.gate else None,
    )


def _quality(gate: QualityGate) -> tuple[str, str]:
    options = ["--project", gate.project, "--url", gate.url, "--rating", gate.rating]
    if gate.organization:
        options += ["--organization", gate.organization]
    return (
        f"npm install --global --silent {_SCANNER}",
        f'python3 "$STEPS/check_quality.py" {_words(*options, "--scanner", _SCANNER_COMMAND)}',
    )


def _buildspec(*commands: str, runtimes: Mapping[str, int] | None = None) -> dict[str, Any]:
    # All in one phase: after a failure CodeBuild leaves out the rest of a phase, not the next one.
    steps = f'STEPS="$CODEBUILD_SRC_DIR_{STEPS}"'
    phases: dict[str, Any] = {"build": {"commands": [steps, *commands]}}
    if runtimes:
        phases["install"] = {"runtime-versions": dict(runtimes)}
    return {"version": "0.2", "phases": phases}


def _words(*texts: str) -> str:
    return " ".join(map(shlex.quote, texts))
