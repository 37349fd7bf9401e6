"""One image, one network, and the deployed services as containers, for all tests of the image."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal import standins
from tests.image import base, engine
from tests.image.deployed import Deployed, deploy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.image.engine import Engine

ROOT = Path(__file__).parents[2]

# What the services find each other by, as the catalogue's discovery names have it.
_ALIASES = {"web": "api-server"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Containers:
    """The deployed definitions, run as containers of one engine."""

    engine: Engine
    image: str
    network: str
    deployed: Deployed
    hosts: tuple[str, ...]
    authority: Path

    def run(self, name: str, *options: str) -> str:
        """Run a container as its definition says; what the client prints."""
        container = self.deployed.containers[name]
        definition = container.definition
        check = definition.get("healthCheck")
        environment = {**container.environment, "SSL_CERT_FILE": "/authority.pem"}
        return self.engine.docker(
            "run",
            *("--name", self.name(name), "--network", self.network),
            *("--network-alias", f"{_ALIASES.get(name, name)}.{self.deployed.namespace}"),
            *("--volume", f"{self.authority}:/authority.pem:ro"),
            *(option for host in self.hosts for option in ("--add-host", host)),
            # Without values, which the client takes from its own environment: none is on a
            # command line.
            *(option for variable in environment for option in ("--env", variable)),
            *(["--init"] if definition["linuxParameters"]["initProcessEnabled"] else []),
            *("--stop-timeout", str(definition["stopTimeout"])),
            *(_health_options(check) if check else []),
            *options,
            self.image,
            *definition["command"],
            environment=environment,
        )

    def name(self, container: str) -> str:
        """What the engine calls a container."""
        return f"{self.network}-{container}"

    def inspect(self, container: str, what: str) -> str:
        """One fact about a container, by a template of Docker's."""
        return self.engine.docker("inspect", "--format", what, self.name(container))


def _health_options(check: dict[str, object]) -> list[str]:
    command = check["command"]
    assert isinstance(command, list)
    assert command[0] == "CMD"
    return [
        *("--health-cmd", " ".join(command[1:])),
        *("--health-interval", f"{check['interval']}s"),
        *("--health-timeout", f"{check['timeout']}s"),
        *("--health-retries", str(check["retries"])),
        *("--health-start-period", f"{check['startPeriod']}s"),
    ]


@pytest.fixture(scope="session")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """Web, scheduler and worker, running after a migration that has succeeded."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("each worker of xdist would build the image: `make image-test` runs this")
    folder = tmp_path_factory.mktemp("image")
    network = f"airflow-ecs-test-{os.getpid()}"
    with ExitStack() as stack:
        docker = stack.enter_context(engine.engine(folder))
        authority = standins.Authority()
        certificate = folder / "authority.pem"
        certificate.write_bytes(authority.certificate)
        certificate.chmod(0o644)
        image = _image(docker, folder, certificate)
        stack.callback(docker.docker, "image", "rm", "--force", image, check=False)

        docker.docker("network", "create", network)
        stack.callback(docker.docker, "network", "rm", network, check=False)
        gateway = docker.docker(
            *("network", "inspect", network, "--format", "{{(index .IPAM.Config 0).Gateway}}")
        )
        deployed = deploy()
        database, cache = deployed.database, deployed.cache
        # What PostgreSQL wrote belongs to another user.
        servers = _folder(folder, "stand-ins")
        stack.callback(standins.remove, servers)
        for stand_in in (
            standins.database(
                database,
                address=(gateway, database.port),
                folder=_folder(servers, database.identifier),
                authority=authority,
            ),
            standins.cache(
                cache,
                address=(gateway, cache.port),
                folder=_folder(servers, cache.identifier),
                authority=authority,
            ),
        ):
            stand_in.start()
            stack.callback(stand_in.stop)
        running = Containers(
            engine=docker,
            image=image,
            network=network,
            deployed=deployed,
            hosts=tuple(f"{host}:{gateway}" for host in (database.host_name, *cache.host_names)),
            authority=certificate,
        )
        running.run("migration", "--rm")
        for name in ("web", "scheduler", "worker"):
            stack.callback(docker.docker, "rm", "--force", running.name(name), check=False)
            running.run(name, "--detach")
        yield running


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def _image(docker: Engine, folder: Path, certificate: Path) -> str:
    """Build docker/ in a copy of what it needs, on a stand-in unless a base is named."""
    context = folder / "context"
    for part in ("docker", "airflow_ecs"):
        shutil.copytree(ROOT / part, context / part)
    shutil.copy(ROOT / ".dockerignore", context)
    shutil.copy(certificate, context / "docker" / "authority.pem")
    name = os.environ.get("IMAGE_TEST_BASE") or _stand_in(docker, folder)
    image = f"airflow-ecs-test:{os.getpid()}"
    docker.docker(
        *("build", "--network", "host", "--tag", image),
        *("--build-arg", f"AIRFLOW_IMAGE={name}"),
        *("--build-arg", "RDS_CA_BUNDLE=docker/authority.pem"),
        *("--file", str(context / "docker" / "Dockerfile"), str(context)),
    )
    return image


def _stand_in(docker: Engine, folder: Path) -> str:
    name = f"airflow-ecs-test-base:{os.getpid()}"
    archive = folder / "base.tar"
    base.write(archive, folder / "base")
    changes = [option for change in base.CHANGES for option in ("--change", change)]
    docker.docker("import", *changes, str(archive), name)
    return name
