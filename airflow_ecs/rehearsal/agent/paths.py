"""Paths of the image that a definition names, and where they are on this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CA_BUNDLE = "/opt/airflow-ecs/rds-ca-bundle.pem"
CONTEXT = "/opt/airflow-ecs"
AIRFLOW_HOME = "/opt/airflow"


def table(
    *,
    ca_bundle: Path,
    context: Path | None,
    airflow_home: Path,
    mounts: Mapping[str, Path],
) -> dict[str, Path]:
    """What docker/Dockerfile puts where, and what is mounted where, for one task."""
    paths = {CA_BUNDLE: ca_bundle, AIRFLOW_HOME: airflow_home, **mounts}
    return paths if context is None else paths | {CONTEXT: context}


def localize(text: str, paths: Mapping[str, Path]) -> str:
    """The text with each path of the image replaced, wherever a path begins in it."""
    # The longest first, since one may lie in another.
    known = "|".join(re.escape(path) for path in sorted(paths, key=len, reverse=True))
    return re.sub(
        rf"(?<![\w./-])(?:{known})(?![\w.-])", lambda found: str(paths[found.group()]), text
    )
