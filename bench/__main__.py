"""Measures everything and prints one table; exits with 1 where a limit is passed."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from bench import deploying, health, planning, remote, starting, visible
from bench.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.measure import Result


def main() -> int:
    """Print the table."""
    kept = True
    print("| what | measured | limit | how |")
    print("|---|---|---|---|")
    for result in _results():
        kept = kept and result.kept
        number = f"{result.value:.3g} {result.unit}"
        limit = f"{result.limit:.3g} {result.unit}" if math.isfinite(result.limit) else "none"
        passed = "" if result.kept else " (passed!)"
        print(f"| {result.what} | {number} | {limit}{passed} | {result.how} |", flush=True)
    return 0 if kept else 1


def _results() -> Iterator[Result]:
    yield from planning.results()
    yield from deploying.results()
    yield from remote.results()
    with running() as rehearsal:
        yield from health.results(rehearsal)
        yield from starting.results(rehearsal)
    yield from visible.results()


if __name__ == "__main__":
    sys.exit(main())
