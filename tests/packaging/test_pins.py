"""The pins of image and workshop: whole, with hashes, and as what asks for them says."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "docker" / "requirements.txt"
WORKSHOP = ROOT / "requirements" / "dev.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def blocks(path: Path) -> list[str]:
    """One text for each distribution: its line, its hashes, and who asks for it."""
    return re.findall(r"^[a-zA-Z0-9].*(?:\n    .*)*", path.read_text(), re.MULTILINE)


def pins(path: Path) -> dict[str, set[Version]]:
    """Versions by name: two where one version does not serve every Python."""
    found: dict[str, set[Version]] = {}
    for block in blocks(path):
        requirement = Requirement(block.split("\\")[0].strip())
        [specifier] = requirement.specifier
        assert specifier.operator == "=="
        found.setdefault(canonicalize_name(requirement.name), set()).add(Version(specifier.version))
    return found


def asked_for() -> list[Requirement]:
    lines = (ROOT / "docker" / "requirements.in").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def developed_with() -> list[Requirement]:
    """What the extra `dev` asks for, with the extras of this project that it names."""
    extras = PROJECT["optional-dependencies"]
    names, found = ["dev"], []
    while names:
        for requirement in map(Requirement, extras[names.pop()]):
            if requirement.name == PROJECT["name"]:
                names.extend(requirement.extras)
            else:
                found.append(requirement)
    return found


@pytest.mark.parametrize("requirement", asked_for(), ids=str)
def test_the_image_holds_what_it_asks_for(requirement: Requirement) -> None:
    versions = pins(IMAGE)[canonicalize_name(requirement.name)]
    assert all(version in requirement.specifier for version in versions)


@pytest.mark.parametrize("requirement", developed_with(), ids=str)
def test_the_workshop_holds_what_it_asks_for(requirement: Requirement) -> None:
    versions = pins(WORKSHOP)[canonicalize_name(requirement.name)]
    assert all(version in requirement.specifier for version in versions)


def test_celery_is_one_that_airflows_provider_can_import() -> None:
    assert all(version < Version("5.7") for version in pins(IMAGE)["celery"])


@pytest.mark.parametrize("name", ["aiobotocore", "asyncpg", "psycopg2-binary", "redis", "flower"])
def test_the_image_has_the_drivers_that_the_services_need(name: str) -> None:
    assert name in pins(IMAGE)


@pytest.mark.parametrize("name", ["moto", "pip", "pulumi", "pytest", "uv"])
def test_the_image_has_nothing_that_only_the_workshop_needs(name: str) -> None:
    assert name not in pins(IMAGE)


@pytest.mark.parametrize("path", [IMAGE, WORKSHOP], ids=["image", "workshop"])
def test_every_pin_has_hashes_and_none_an_address(path: Path) -> None:
    assert blocks(path)
    assert all("--hash=sha256:" in block for block in blocks(path))
    assert "://" not in path.read_text()


def test_the_base_image_has_the_airflow_of_the_pins() -> None:
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text()
    base = re.search(
        r"^ARG AIRFLOW_IMAGE=apache/airflow:slim-(.+)-python", dockerfile, re.MULTILINE
    )
    assert base is not None
    assert pins(IMAGE)["apache-airflow"] == {Version(base[1])}
