"""A tag says what is in the image; a repository is known from a reference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.image_repository import Repository, ecr_repository
from airflow_ecs.image_tag import image_tag
from airflow_ecs.spec.image import BuiltImage

if TYPE_CHECKING:
    from pathlib import Path

AMD64 = "linux/amd64"


@pytest.fixture
def image(tmp_path: Path) -> BuiltImage:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "one.py").write_text("1\n")
    return BuiltImage(context=tmp_path, dockerfile=tmp_path / "Dockerfile")


def test_the_tag_is_new_when_anything_in_the_image_is(image: BuiltImage) -> None:
    tags = [image_tag(image, AMD64), image_tag(image, "linux/arm64")]
    tags.append(image_tag(replace(image, base="apache/airflow:3.3.2"), AMD64))
    tags.append(image_tag(replace(image, arguments=(("A", "1"),)), AMD64))
    dag = image.context / "dags" / "one.py"
    dag.write_text("2\n")
    tags.append(image_tag(image, AMD64))
    dag.chmod(0o755)
    tags.append(image_tag(image, AMD64))
    dag.rename(image.context / "dags" / "two.py")
    tags.append(image_tag(image, AMD64))
    assert len(set(tags)) == len(tags)


def test_the_tag_stays_when_nothing_that_is_copied_changes(image: BuiltImage) -> None:
    before = image_tag(image, AMD64)
    (image.context / "__pycache__").mkdir()
    (image.context / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert image_tag(image, AMD64) == before


def test_the_pipelines_steps_are_not_in_the_image_and_not_in_its_tag(image: BuiltImage) -> None:
    (image.context / "airflow_ecs").mkdir()
    (image.context / "airflow_ecs" / "__init__.py").write_text("")
    before = image_tag(image, AMD64)
    (image.context / "docker" / "pipelines").mkdir(parents=True)
    (image.context / "docker" / "pipelines" / "step.py").write_text("1\n")
    assert image_tag(image, AMD64) == before
    (image.context / "docker" / "entrypoint.sh").write_text("exec true\n")
    assert image_tag(image, AMD64) != before


def test_a_repository_is_read_from_a_reference_in_ecr() -> None:
    uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/airflow:v1@sha256:" + "0" * 64
    assert ecr_repository(uri) == Repository(
        account="123456789012", region="eu-west-1", name="team/airflow"
    )
    assert ecr_repository("public.ecr.aws/docker/library/redis:7") is None
