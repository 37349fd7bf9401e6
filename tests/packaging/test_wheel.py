"""The wheel: what it carries, and what it does without any other package."""

import os
import subprocess
import sys
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*command, str(folder), str(ROOT)], check=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True)
    return folder


def run(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run `code` with the standard library and the packages of `path`, and no others."""
    return subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": str(path)},
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_asks_for_no_other_package_unless_an_extra_does(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    requirements = metadata.get_all("Requires-Dist", [])
    assert requirements
    assert all("extra ==" in requirement for requirement in requirements)
    assert {"deploy", "dag", "rehearsal"} <= set(metadata.get_all("Provides-Extra", []))


@pytest.mark.parametrize(
    "path",
    [
        ".dockerignore",
        "docker/Dockerfile",
        "docker/entrypoint.sh",
        "docker/requirements.txt",
        "docker/pools.json",
        "docker/dags/example.py",
        "docker/pipelines/step.py",
        "airflow_ecs/__init__.py",
        "airflow_ecs/remote/placement.py",
        "airflow_ecs/runtime/check_http.py",
    ],
)
def test_it_carries_a_whole_build_context(path: str, installed: Path) -> None:
    carried = installed / "airflow_ecs" / "build_context" / path
    assert carried.read_bytes() == (ROOT / path).read_bytes()


def test_its_entrypoint_can_be_executed(installed: Path) -> None:
    assert os.access(installed / "airflow_ecs/build_context/docker/entrypoint.sh", os.X_OK)


def test_its_types_and_its_licence_are_in_it(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert "airflow_ecs/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.parametrize("inside", ["", "airflow_ecs/build_context"], ids=["wheel", "image"])
def test_dag_code_and_health_checks_work_without_pulumi(inside: str, installed: Path) -> None:
    code = """
import airflow_ecs.remote.placement
import airflow_ecs.runtime.check_http
import airflow_ecs.runtime.check_worker
import airflow_ecs.runtime.users
import sys
assert not any(name.startswith("pulumi") for name in sys.modules)
print(airflow_ecs.__file__)
"""
    done = run(code, installed / inside)
    assert done.stderr == ""
    assert done.stdout.strip() == str(installed / inside / "airflow_ecs" / "__init__.py")


def test_the_component_without_its_extra_says_what_is_missing(installed: Path) -> None:
    done = run("from airflow_ecs import AirflowCluster", installed)
    assert done.returncode == 1
    assert "No module named 'pulumi'" in done.stderr
