"""What a container's processes find in their environment.

It is what the definition says, and the closed list `ADDED`: what ECS itself adds, what
docker/Dockerfile sets, and what it takes to be on this machine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent.paths import AIRFLOW_HOME, localize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.agent.definition import Container
    from airflow_ecs.rehearsal.agent.images import Image
    from airflow_ecs.rehearsal.agent.place import Place

ADDED = frozenset(
    {
        # As ECS adds them on Fargate; the full URI is the other way to say the relative one.
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_REGION",
        "ECS_CONTAINER_METADATA_URI_V4",
        "HOME",
        "HOSTNAME",
        # As the image of the stack sets them.
        "AIRFLOW_HOME",
        "LANG",
        "PATH",
        "PYTHONPATH",
        # Where AWS is here, and nothing of the user's own on the way to it.
        "AWS_CONFIG_FILE",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_SHARED_CREDENTIALS_FILE",
        # Where the names of the VPC lead here: for Python's own look-ups, and for libpq's.
        "REHEARSAL_ADDRESS",
        "REHEARSAL_NAMES",
        "PGHOSTADDR",
        # Where addresses of Git lead here.
        "GIT_CONFIG_GLOBAL",
        # Who vouches for the stand-ins.
        "SSL_CERT_FILE",
        "TMPDIR",
    }
)


def variables(
    container: Container, secrets: Mapping[str, str], image: Image, place: Place
) -> dict[str, str]:
    """The environment of a container at its place.

    What the definition says goes before what is added, as it does before an image's own,
    except that the paths which lead to the image and to its network come first in theirs.
    """
    given = {
        name: localize(value, place.paths) for name, value in container.environment.items()
    } | dict(secrets)
    added = _added(image, place, given)
    unknown = added.keys() - ADDED
    assert not unknown, f"{unknown} are not in the closed list"  # noqa: S101 - our own mistake
    return added | given | {"PATH": added["PATH"], "PYTHONPATH": added["PYTHONPATH"]}


def _added(image: Image, place: Place, given: Mapping[str, str]) -> dict[str, str]:
    added = {
        **place.aws,
        "GIT_CONFIG_GLOBAL": os.fspath(place.git_settings),
        "HOME": os.fspath(place.folder),
        "HOSTNAME": place.host_name,
        "LANG": "C.UTF-8",
        "PATH": _joined(image.path, given.get("PATH", os.defpath)),
        "PYTHONPATH": _joined((place.hook,), _joined(image.python_path, given.get("PYTHONPATH"))),
        "REHEARSAL_ADDRESS": place.address,
        "REHEARSAL_NAMES": os.fspath(place.names),
        "SSL_CERT_FILE": os.fspath(place.trusted),
        "TMPDIR": os.fspath(place.temporary),
    }
    if image.context is not None:
        added["AIRFLOW_HOME"] = localize(AIRFLOW_HOME, place.paths)
    for host, address in place.databases.items():
        # libpq looks names up itself; the name it is given stays what the certificate is for.
        if any(host in value for value in given.values()):
            added["PGHOSTADDR"] = address
    return added


def _joined(folders: tuple[Path, ...], rest: str | None) -> str:
    return os.pathsep.join([*map(os.fspath, folders), *([rest] if rest else [])])
