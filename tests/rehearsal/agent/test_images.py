from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs.rehearsal.agent import paths
from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError
from airflow_ecs.rehearsal.agent.images import Images

OWN = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/airflow-dev@sha256:0a"


def test_the_stacks_own_image_is_the_one_of_the_accounts_registry(tmp_path: Path) -> None:
    environment, context = tmp_path / "environment", tmp_path / "context"

    image = Images(tmp_path, environment=environment, context=context).find(OWN)

    assert image.entry_point == (str(context / "docker" / "entrypoint.sh"),)
    assert image.path[-1] == environment / "bin"
    assert image.python_path == (context,)


@pytest.mark.parametrize(
    "reference",
    ["etl", "etl:7", "team/etl:7", "registry.example.com:5000/team/etl@sha256:0a"],
)
def test_a_mapped_image_is_found_by_its_name_whatever_its_tag(
    tmp_path: Path, reference: str
) -> None:
    images = Images(tmp_path, mapped={"etl": ["/bin/etl", "run"]})

    assert images.find(reference).entry_point == ("/bin/etl", "run")


def test_the_more_exact_name_counts(tmp_path: Path) -> None:
    images = Images(tmp_path, mapped={"etl": ["any"], "team/etl": ["team"], "team/etl:2": ["2"]})

    found = [images.find(name).entry_point for name in ("etl:1", "team/etl:1", "team/etl:2")]

    assert found == [("any",), ("team",), ("2",)]


def test_an_image_that_nothing_stands_for_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaskFailedToStartError) as error:
        Images(tmp_path).find(OWN)

    assert str(error.value).startswith("CannotPullContainerError: ")
    assert OWN in str(error.value)
    assert "rehearsal.images" in str(error.value)


def test_an_isolated_python_gets_the_network_of_its_task(tmp_path: Path) -> None:
    environment = Path(sys.executable).parents[1]
    image = Images(tmp_path, environment=environment, context=tmp_path).find(OWN)
    script = tmp_path / "script.py"
    script.write_text("import socket, sys; print(socket.gethostbyname('localhost'), *sys.argv[1:])")
    python = image.path[0] / "python"
    own = {"REHEARSAL_ADDRESS": "127.0.7.7", "HOSTNAME": "ip-127-0-7-7"}

    def said(*arguments: str) -> str:
        answer = subprocess.run(
            [python, *arguments], env=own, capture_output=True, text=True, check=True
        )
        return answer.stdout.strip()

    assert said("-I", "-S", str(script), "8080") == "127.0.7.7 8080"
    assert said("-I", str(script)) == "127.0.7.7"
    assert said("-I", "-c", script.read_text(), "a") == "127.0.7.7 a"
    assert said("-I", "-m", "platform")
    assert said(str(script)) == "127.0.0.1"


def test_paths_of_the_image_are_found_wherever_one_begins() -> None:
    table = paths.table(
        ca_bundle=Path("/s/ca.pem"),
        context=Path("/project"),
        airflow_home=Path("/t/airflow"),
        mounts={"/opt/airflow/file-system": Path("/fs-1/dags")},
    )

    def localized(text: str) -> str:
        return paths.localize(text, table)

    assert localized("/opt/airflow-ecs/rds-ca-bundle.pem") == "/s/ca.pem"
    assert localized("/opt/airflow-ecs/docker/x.sh") == "/project/docker/x.sh"
    assert localized("/opt/airflow/dags") == "/t/airflow/dags"
    assert localized("/opt/airflow/file-system/current") == "/fs-1/dags/current"
    assert localized("--home=/opt/airflow --x") == "--home=/t/airflow --x"
    assert localized('{"a": "/opt/airflow"}') == '{"a": "/t/airflow"}'
    for other in ("/opt/airflows", "/srv/opt/airflow", "/opt/airflow-ecs2", "s3://b/opt/airflow"):
        assert localized(other) == other
