"""The environment of an image: made once for its pins, and found from what a program builds."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import Declared, RehearsalError
from airflow_ecs.rehearsal.image_environment import (
    IMAGE,
    BuildContext,
    build_context,
    environment,
)
from airflow_ecs.rehearsal.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    pins = tmp_path / "docker" / "requirements.txt"
    pins.parent.mkdir()
    pins.write_text("# nothing\n")
    return BuildContext(folder=tmp_path, requirements=pins)


def image(**build: object) -> Recording:
    declared = Declared(
        type=IMAGE,
        name="image",
        urn="urn:image",
        custom=True,
        remote=False,
        parent="",
        inputs={"build": build},
    )
    return Recording(resources=[declared])


def test_the_context_is_where_the_program_builds_from(context: BuildContext) -> None:
    found = build_context(image(context=str(context.folder)), context.folder)
    assert found == context
    assert build_context(image(context=str(context.folder / "docker")), context.folder) is None
    assert build_context(Recording(), context.folder) is None


def test_the_pins_may_be_another_file(context: BuildContext) -> None:
    other = context.folder / "other.txt"
    other.write_text("")
    build = {"context": ".", "args": {"REQUIREMENTS": "other.txt"}}
    found = build_context(image(**build), context.folder)
    assert found is not None
    assert found.requirements == other


def test_other_pins_are_another_environment(context: BuildContext) -> None:
    before = context.fingerprint
    context.requirements.write_text("# something else\n")
    assert context.fingerprint != before


@pytest.mark.slow
def test_an_environment_is_made_once_and_one_that_was_left_half_made_again(
    context: BuildContext, tmp_path: Path
) -> None:
    said: list[str] = []
    half = tmp_path / "images" / context.fingerprint
    half.mkdir(parents=True)
    (half / "left").touch()
    made = environment(context, tmp_path / "images", said.append)
    assert made == half
    assert not (half / "left").exists()
    subprocess.run([made / "bin" / "python", "-c", "import pip"], check=True)
    told = len(said)
    assert environment(context, tmp_path / "images", said.append) == made
    assert len(said) == told


@pytest.mark.slow
def test_pins_that_can_not_be_installed_are_a_sentence(
    context: BuildContext, tmp_path: Path
) -> None:
    context.requirements.write_text("no-such-package-of-anybody==1 --hash=sha256:00\n")
    with pytest.raises(RehearsalError, match=r"^Python could not install the pins of "):
        environment(context, tmp_path / "images", lambda _: None)
    assert not (tmp_path / "images" / context.fingerprint / ".ready").exists()
