"""docker-compose.yml is the catalogue, service for service."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from airflow_ecs import catalogue, cli, injection, taskdef
from airflow_ecs.addresses import addresses
from airflow_ecs.compose import compose_file
from airflow_ecs.container_environment import Handed, variables
from airflow_ecs.process import Need, Process
from airflow_ecs.spec import ClusterSpec

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docker" / "docker-compose.yml"

SPEC = ClusterSpec.read(
    "airflow", {"environment": "local", "flower": True, "broker": {"kind": "fargate"}}
)
PROCESSES = [service.process for service in (*catalogue.services(SPEC), *catalogue.migration(SPEC))]
AIRFLOW = [process for process in PROCESSES if process.is_airflow]

each_process = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
each_of_airflow = pytest.mark.parametrize("process", AIRFLOW, ids=lambda process: process.name)

DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


def interpolated(value: Any) -> Any:
    """What Compose makes of the file when no variable of it is set."""
    if isinstance(value, dict):
        return {key: interpolated(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [interpolated(inner) for inner in value]
    if isinstance(value, str):
        given = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        return given.replace("$$", "$")
    return value


def project() -> dict[str, Any]:
    return interpolated(yaml.safe_load(COMMITTED.read_text()))


def service(process: Process) -> dict[str, Any]:
    return project()["services"][process.name]


def definition(process: Process) -> dict[str, Any]:
    return taskdef.container(
        process, image="image", environment={}, secrets={}, log_group="", region=""
    )


def test_the_committed_file_is_what_the_catalogue_gives() -> None:
    assert COMMITTED.read_text() == compose_file(), "run `make compose`, and commit the file"


def test_the_verb_prints_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compose"]) == 0
    assert capsys.readouterr().out == compose_file()


def test_every_service_is_there_beside_the_database() -> None:
    assert set(project()["services"]) == {"postgres", *(process.name for process in PROCESSES)}


@each_process
def test_a_container_is_started_and_stopped_as_its_definition_says(process: Process) -> None:
    ours, ecs = service(process), definition(process)
    assert ours["command"] == ecs["command"]
    assert ours["stop_grace_period"] == f"{ecs['stopTimeout']}s"
    assert ours["init"] is ecs["linuxParameters"]["initProcessEnabled"]
    assert ours.get("user") == ecs.get("user")
    assert ours["mem_limit"] == f"{process.size.memory}m"


@each_process
def test_a_container_is_checked_as_its_definition_says(process: Process) -> None:
    ecs = definition(process).get("healthCheck")
    expected = ecs and {
        "test": ecs["command"],
        "interval": f"{ecs['interval']}s",
        "timeout": f"{ecs['timeout']}s",
        "retries": ecs["retries"],
        "start_period": f"{ecs['startPeriod']}s",
    }
    assert service(process).get("healthcheck") == expected


@each_process
def test_ports_are_the_definitions_and_pages_alone_are_opened_on_this_machine(
    process: Process,
) -> None:
    ours = service(process)
    mapped = [str(one["containerPort"]) for one in definition(process)["portMappings"]]
    assert ours.get("expose", []) == mapped
    page = [f"127.0.0.1:{process.port}:{process.port}"] if process.route else []
    assert ours.get("ports", []) == page


def test_the_pages_are_on_8080_and_5555() -> None:
    opened = [port for one in project()["services"].values() for port in one.get("ports", [])]
    assert sorted(opened) == ["127.0.0.1:5555:5555", "127.0.0.1:8080:8080"]


@each_of_airflow
def test_one_image_is_built_from_a_dockerfile_that_is_there(process: Process) -> None:
    ours = service(process)
    context = COMMITTED.parent / ours["build"]["context"]
    assert (context / ours["build"]["dockerfile"]).is_file()
    assert ours["image"] == service(catalogue.WEB)["image"]


@each_of_airflow
def test_dags_are_read_from_the_folder_of_the_repository(process: Process) -> None:
    [source, target, mode] = service(process)["volumes"][0].split(":")
    assert (COMMITTED.parent / source / "example.py").is_file()
    assert (target, mode) == ("/opt/airflow/dags", "ro")


@each_process
def test_only_who_needs_the_database_gets_it(process: Process) -> None:
    environment = service(process)["environment"]
    assert (DATABASE in environment) is (Need.DATABASE in process.needs)
    mentions = [name for name, value in environment.items() if "postgres" in value]
    assert mentions == ([DATABASE] if Need.DATABASE in process.needs else [])


@each_of_airflow
def test_a_container_is_told_what_its_task_is_told(process: Process) -> None:
    [task] = [
        one
        for one in (*catalogue.services(SPEC), *catalogue.migration(SPEC))
        if one.name == process.name
    ]
    told = variables(
        task, SPEC, addresses(SPEC, task_logs="s3://logs"), Handed(placement="", registry="")
    )
    secrets = injection.secrets(task, SPEC)
    differs = set(service(process)["environment"]) ^ {*told, *secrets}
    # No TLS to verify, and no S3 for logs.
    assert differs <= {
        "PGSSLROOTCERT",
        "AIRFLOW__LOGGING__REMOTE_LOGGING",
        "AIRFLOW__LOGGING__DELETE_LOCAL_LOGS",
    }


def test_a_worker_holds_no_database_no_fernet_key_and_no_token_secret() -> None:
    environment = service(catalogue.WORKER)["environment"]
    for secret in (DATABASE, "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET"):
        assert secret not in environment
    assert "AIRFLOW__CELERY__BROKER_URL" in environment


def test_the_same_secret_is_the_same_wherever_it_is() -> None:
    held: dict[str, set[str]] = {}
    for process in AIRFLOW:
        for name, value in service(process)["environment"].items():
            if name.endswith(("_CONN", "_KEY", "_SECRET", "_URL", "_BACKEND")):
                held.setdefault(name, set()).add(value)
    assert len(held) > 5
    assert [name for name, values in held.items() if len(values) > 1] == []


def test_defaults_are_long_enough_for_what_reads_them_and_say_that_they_are_local() -> None:
    environment = service(catalogue.WEB)["environment"]
    fernet = base64.urlsafe_b64decode(environment["AIRFLOW__CORE__FERNET_KEY"])
    assert len(fernet) == 32
    assert fernet.startswith(b"local only")
    assert len(environment["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    for text in re.findall(r"\$\{\w+(?:PASSWORD|SECRET)\w*:-([^}]*)\}", COMMITTED.read_text()):
        assert text.startswith("local-only")


def test_hosts_in_addresses_are_services_or_names_of_services() -> None:
    services = project()["services"]
    known = set(services)
    for one in services.values():
        known |= set(one.get("networks", {}).get("default", {}).get("aliases", []))
    called = {
        host
        for one in services.values()
        for value in one["environment"].values()
        for host in re.findall(r"^[a-z0-9+]+://(?:[^@/]*@)?([a-z0-9.-]+):\d+", value)
    }
    assert len(called) == 3
    assert called <= known


def test_services_wait_for_the_migration_to_succeed_and_it_for_the_database() -> None:
    name = catalogue.MIGRATION.name
    for process in AIRFLOW:
        waits_for = service(process)["depends_on"]
        if process.name == name:
            assert waits_for == {"postgres": {"condition": "service_healthy"}}
        else:
            assert waits_for == {name: {"condition": "service_completed_successfully"}}


def test_it_is_the_same_in_every_process() -> None:
    # Sets are ordered by hashes, which differ from process to process.
    command = [sys.executable, "-c", "from airflow_ecs import compose; print(compose.compose())"]
    printed = {
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
