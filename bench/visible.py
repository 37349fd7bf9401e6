"""How long a new DAG takes to be seen, from each source."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Result
from tests.matrix import sources
from tests.matrix.combinations import SOURCES
from tests.rehearsed import Rehearsed, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERVAL = 60
"""Seconds between two looks at a source: the default of `dags.refresh_seconds`."""

PATIENCE = 300.0

_ANOTHER = 'from airflow.sdk import DAG\nwith DAG("another"):\n    pass\n'


def results() -> Iterator[Result]:
    """One line for each source."""
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            yield _seen(source, Path(folder))


def _seen(kind: type[sources.Source], folder: Path) -> Result:
    """Put a DAG when its source has just been looked at: the longest that it can take."""
    rehearsed = Rehearsed.copied_to(folder)
    source = kind(rehearsed, INTERVAL)
    # Fewer services than stack dev has start faster, and read DAGs alike.
    fewer = {"executor": "local", "flower": False, "services": {}}
    rehearsed.configure(**fewer, **source.settings())
    with rehearsed.running():
        api = rehearsed.api()
        dags = folder / "dags"
        sources.write(dags, "one")
        source.put(dags, "one")
        wait(lambda: api.knows("example"), "the first DAGs are listed", PATIENCE)
        (dags / "another.py").write_text(_ANOTHER)
        begun = time.monotonic()
        source.put(dags, "two")
        wait(lambda: api.knows("another"), "the new DAG is listed", PATIENCE)
        taken = time.monotonic() - begun
    return Result(
        what=f"a new DAG is listed, from {kind.__name__}, by the refresh interval",
        value=taken / INTERVAL,
        limit=1.2,
        unit="x",
        how=f"{taken:.0f} s at an interval of {INTERVAL} s",
    )
