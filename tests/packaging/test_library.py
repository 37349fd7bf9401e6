"""A project that installs the wheel deploys with it, knowing nothing of this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the pins and the wheel, and nothing of the repository."""
    folder = tmp_path_factory.mktemp("library")
    run = {"check": True, "capture_output": True, "text": True}
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
    subprocess.run([*build, ROOT], **run)
    [wheel] = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], **run)
    pip = [folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    pins = ["--no-compile", "--require-hashes", "-r", ROOT / "requirements/dev.txt"]
    subprocess.run([*pip, *pins], **run)
    subprocess.run([*pip, "--no-deps", wheel], **run)
    return folder / "venv"


def test_the_readmes_twelve_lines_deploy_from_an_empty_environment(
    environment: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples/minimal", project)
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}

    def command(verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        stack = ("--project", project, "--stack", "dev")
        return subprocess.run(
            [environment / "bin/airflow-ecs", verb, *options, *stack],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    try:
        up = command("rehearse", "--no-services")
        assert up.returncode == 0, up.stdout + up.stderr
        status = json.loads(command("status").stdout)
        assert status["up"] is True
        assert "airflow-dev-web" in status["outputs"]["openCommand"]
    finally:
        down = command("down")
    assert down.returncode == 0, down.stderr
    assert json.loads(command("status").stdout)["up"] is False
