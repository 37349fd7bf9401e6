"""What the deployment says of the image, and what the image has: the two must agree."""

import importlib.util
import re
from pathlib import Path

import pytest

from airflow_ecs import airflow_config, catalogue
from airflow_ecs.process import Process

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
ENTRYPOINT = (ROOT / "docker" / "entrypoint.sh").read_text()

PROCESSES = [
    process
    for process in vars(catalogue).values()
    if isinstance(process, Process) and process not in (catalogue.REDIS, catalogue.RUNNER)
]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_the_entrypoint_knows_the_command_of_every_process(process: Process) -> None:
    branches = re.findall(r"^    ([a-z| -]+)\)$", ENTRYPOINT, re.MULTILINE)
    assert process.command[0] in " ".join(branches).replace("|", " ").split()


@pytest.mark.parametrize(
    "process", [p for p in PROCESSES if p.health_check], ids=lambda process: process.name
)
def test_every_health_check_is_in_the_image(process: Process) -> None:
    assert process.health_check is not None
    command = process.health_check.command
    if command[:3] == ("CMD", "python", "-m"):
        module = command[3]
        assert module.startswith("airflow_ecs.runtime.check_")
        assert importlib.util.find_spec(module) is not None
    else:
        assert command[:4] == ("CMD", "python", "-I", "-S")
        assert "COPY airflow_ecs /opt/airflow-ecs/airflow_ecs" in DOCKERFILE
        script = command[4].removeprefix("/opt/airflow-ecs/")
        assert script.startswith("airflow_ecs/runtime/check_")
        assert (ROOT / script).is_file()


def test_the_database_drivers_find_the_certificates_of_rds() -> None:
    assert re.search(rf"^ADD .* {re.escape(airflow_config.CA_BUNDLE)}$", DOCKERFILE, re.MULTILINE)


def test_the_worker_finds_its_plugin() -> None:
    source = Path(airflow_config.__file__).read_text()
    [setting] = re.findall(r'"(airflow_ecs\.runtime\.\w+)\.CELERY_CONFIG"', source)
    assert importlib.util.find_spec(setting) is not None


def test_passwords_are_where_the_migration_looks_for_them() -> None:
    from airflow_ecs import container_environment, injection
    from airflow_ecs.runtime import users

    assert users.PASSWORD.format("{index}") in Path(injection.__file__).read_text()
    assert f'"{users.USERS}"' in Path(container_environment.__file__).read_text()
