"""All of Airflow in one container: four processes that live and end together.

Airflow's own `standalone` insists on an auth manager whose passwords are a file in plain text,
goes on when one of its processes has ended, and hands SIGTERM to none of them.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence

PROCESSES = ("scheduler", "dag-processor", "triggerer", "api-server")

TASKS_PATIENCE = 95.0
"""Seconds for running tasks to end, which the scheduler waits for; ECS gives 120 in all."""

PATIENCE = 10.0
"""Seconds for what has nothing left to do: on SQLite, the web server may never end by itself."""

_POLL = 0.5

Child = subprocess.Popen[bytes]


def run(commands: Sequence[Sequence[str]]) -> int:
    """Run the commands until one of them ends, or until SIGTERM; then end them all.

    The answer is the exit code of the container: 0 when it was asked to end, and 1 when one
    of them has ended by itself.
    """
    asked: list[int] = []
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _: asked.append(number))
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own
    while not asked and all(child.poll() is None for child in children):
        time.sleep(_POLL)
    if not asked:
        for command, child in zip(commands, children, strict=True):
            if child.returncode is not None:
                print(f"{' '.join(command)} has ended with {child.returncode}.", flush=True)
    # A task that ends tells the web server so: that one must still be there.
    first, *others = children
    _end([first], TASKS_PATIENCE)
    _end(others, PATIENCE)
    return 0 if asked else 1


def _end(children: Sequence[Child], patience: float) -> None:
    deadline = time.monotonic() + patience
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(run([["airflow", process] for process in PROCESSES]))
