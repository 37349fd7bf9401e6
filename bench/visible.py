"""How long a new DAG takes to be seen, from each source."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.deployed import Deployed
from bench.measure import Result
from tests.faults.rehearsed import Rehearsed
from tests.matrix import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = (sources.S3Releases, sources.EfsReleases, sources.Git)

PATIENCE = 300.0


def results() -> Iterator[Result]:
    """One line for each source."""
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            yield _seen(source, Path(folder))


def _seen(kind: type[sources.Source], folder: Path) -> Result:
    """Put a DAG when its source has just been looked at: the longest that it can take."""
    rehearsed = Rehearsed.copied_to(folder)
    source = kind(rehearsed)
    # Fewer services than stack dev has start faster, and read DAGs alike.
    fewer = {"executor": "local", "flower": False, "services": {}}
    rehearsed.configure(**fewer, **source.settings())
    up = rehearsed.up()
    if up.returncode:
        raise RuntimeError(up.stderr)
    try:
        deployed = Deployed(rehearsed.state)
        api = AirflowApi(deployed.airflow, *deployed.admin())
        sources.write(folder / "one", "one")
        source.put(folder / "one", "one")
        _wait(api, "example")
        (folder / "one" / "another.py").write_text('from airflow.sdk import DAG\nDAG("another")\n')
        begun = time.monotonic()
        source.put(folder / "one", "two")
        _wait(api, "another")
        taken = time.monotonic() - begun
    finally:
        rehearsed.down()
    return Result(
        what=f"a new DAG is listed, from {kind.__name__}, by the refresh interval",
        value=taken / sources.REFRESH,
        limit=1.2,
        unit="x",
        how=f"{taken:.0f} s at an interval of {sources.REFRESH} s",
    )


def _wait(api: AirflowApi, dag: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not api.knows(dag):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{dag} is not listed after {PATIENCE:.0f} s")
        time.sleep(0.2)
