"""The Dockerfile and the build context: each allows what the other needs, and no more."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
ARGUMENTS = dict(re.findall(r"^ARG (\w+)=(.*)$", DOCKERFILE, re.MULTILINE))


def allowed(path: str) -> bool:
    """Whether .dockerignore lets a file into the context: its last line that matches decides."""
    decision = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if any(fnmatch(str(part), pattern) for part in (Path(path), *Path(path).parents)):
            decision = line.startswith("!")
    return decision


def copied() -> list[str]:
    """What the Dockerfile takes from the context, with its arguments' defaults filled in."""
    lines = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = " ".join(lines).split()
    return [re.sub(r"\$\{(\w+)\}", lambda name: ARGUMENTS[name[1]], path) for path in sources]


@pytest.mark.parametrize("source", copied())
def test_the_context_has_what_the_dockerfile_copies(source: str) -> None:
    path = ROOT / source
    files = [path] if path.is_file() else [found for found in path.rglob("*") if found.is_file()]
    assert any(allowed(str(found.relative_to(ROOT))) for found in files)


@pytest.mark.parametrize("path", ["__init__.py", "runtime/users.py", "remote/placement.py"])
def test_the_context_has_what_runs_in_the_image(path: str) -> None:
    assert allowed(f"airflow_ecs/{path}")


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        "Pulumi.prod.yaml",
        "airflow_ecs/cluster.py",
        "airflow_ecs/components/service.py",
        "airflow_ecs/runtime/__pycache__/users.cpython-312.pyc",
        "docker/docker-compose.yml",
        "docker/pipelines/step.py",
        "docker/dags/__pycache__/example.cpython-312.pyc",
        "docker/requirements.in",
    ],
)
def test_the_context_has_nothing_that_the_image_does_not_need(path: str) -> None:
    assert not allowed(path)


def test_the_image_runs_as_a_user_who_is_not_root() -> None:
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users[-1] == "50000:0"


def test_every_build_argument_has_a_default_so_that_a_plain_build_works() -> None:
    declared = re.findall(r"^ARG (.+)$", DOCKERFILE, re.MULTILINE)
    assert declared
    assert all("=" in argument for argument in declared)
