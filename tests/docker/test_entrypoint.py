"""The image's entrypoint, run with stubs of the commands that it starts."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRYPOINT = ROOT / "docker" / "entrypoint.sh"

# Writes down its process id and arguments, as the real command would see them.
STUB = """#!/bin/sh
echo "$$ ${0##*/} $*" >> "$CALLS"
"""

# Waits for SIGTERM as a Celery worker does, and says that it came.
WAITING_STUB = """#!/bin/sh
trap 'echo "got SIGTERM" >> "$CALLS"; exit 7' TERM
echo "ready" >> "$CALLS"
while :; do sleep 0.05; done
"""

FAILING_STUB = """#!/bin/sh
echo "$$ ${0##*/} $*" >> "$CALLS"
exit 3
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def environment(tmp_path: Path, calls: Path) -> dict[str, str]:
    for command in ("airflow", "python", "anything"):
        install(tmp_path, command, STUB)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(calls)}


def install(folder: Path, command: str, text: str) -> None:
    path = folder / command
    path.write_text(text)
    path.chmod(0o755)


def started(calls: Path) -> list[str]:
    return [line.split(" ", 1)[1] for line in calls.read_text().splitlines()]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["web"], "airflow api-server --proxy-headers"),
        (["web", "--workers", "2"], "airflow api-server --proxy-headers --workers 2"),
        (["scheduler"], "airflow scheduler"),
        (["dag-processor"], "airflow dag-processor"),
        (["triggerer", "--capacity", "9"], "airflow triggerer --capacity 9"),
        (["worker", "--queues", "a,b"], "airflow celery worker --queues a,b"),
        (["flower"], "airflow celery flower"),
        (["dag-release", "roll-back"], "python -m airflow_ecs.runtime.dag_release roll-back"),
        (["anything", "two words"], "anything two words"),
    ],
)
def test_the_first_argument_names_the_process_and_the_process_is_the_containers_own(
    arguments: list[str], command: str, environment: dict[str, str], calls: Path
) -> None:
    with subprocess.Popen([ENTRYPOINT, *arguments], env=environment) as container:
        assert container.wait() == 0
    assert calls.read_text() == f"{container.pid} {command}\n"


def test_a_deploy_key_becomes_a_file_that_the_process_alone_can_read(
    environment: dict[str, str], calls: Path, tmp_path: Path
) -> None:
    install(tmp_path, "airflow", '#!/bin/sh\necho "key: ${DAGS_DEPLOY_KEY-none}" >> "$CALLS"\n')
    file = tmp_path / "key"
    given = {"DAGS_DEPLOY_KEY": "-- KEY --\nabc", "DAGS_DEPLOY_KEY_FILE": str(file)}
    subprocess.run([ENTRYPOINT, "worker"], env=environment | given, check=True)
    # OpenSSH takes no key without a line's end.
    assert file.read_text() == "-- KEY --\nabc\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert calls.read_text() == "key: none\n"


def test_migration_makes_the_database_then_the_users_then_the_pools(
    environment: dict[str, str], calls: Path
) -> None:
    with subprocess.Popen([ENTRYPOINT, "migrate"], env=environment) as container:
        assert container.wait() == 0
    assert started(calls) == [
        "airflow db migrate",
        "python -m airflow_ecs.runtime.users",
        f"airflow pools import {ENTRYPOINT.parent / 'pools.json'}",
    ]
    assert calls.read_text().splitlines()[-1].startswith(f"{container.pid} ")


def test_the_one_container_prepares_its_database_and_is_all_of_airflow(
    environment: dict[str, str], calls: Path
) -> None:
    with subprocess.Popen([ENTRYPOINT, "standalone"], env=environment) as container:
        assert container.wait() == 0
    assert started(calls)[0] == "airflow db migrate"
    last = calls.read_text().splitlines()[-1]
    assert last == f"{container.pid} python -m airflow_ecs.runtime.standalone"


@pytest.mark.parametrize(("broken", "reached"), [("airflow", 1), ("python", 2)])
def test_a_migration_that_fails_goes_no_further_and_says_so(
    broken: str, reached: int, environment: dict[str, str], calls: Path, tmp_path: Path
) -> None:
    install(tmp_path, broken, FAILING_STUB)
    assert subprocess.run([ENTRYPOINT, "migrate"], env=environment, check=False).returncode == 3
    assert len(started(calls)) == reached


@pytest.mark.parametrize("role", ["web", "scheduler", "dag-processor", "triggerer", "worker"])
def test_sigterm_reaches_the_process_itself(
    role: str, environment: dict[str, str], calls: Path, tmp_path: Path
) -> None:
    install(tmp_path, "airflow", WAITING_STUB)
    with subprocess.Popen([ENTRYPOINT, role], env=environment) as container:
        wait_for_a_line(calls, container)
        container.send_signal(signal.SIGTERM)
        assert container.wait(timeout=10) == 7
    assert calls.read_text() == "ready\ngot SIGTERM\n"


def can_make_a_namespace() -> bool:
    trial = ["unshare", "-pf", "--mount-proc", "true"]
    if shutil.which(trial[0]) is None:
        return False
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_make_a_namespace(), reason="this user may make no process namespace")
def test_the_first_process_of_a_container_hears_sigterm_and_ends_by_itself(
    environment: dict[str, str], calls: Path, tmp_path: Path
) -> None:
    # A first process is spared every signal that it does not handle: a shell in between
    # would hear nothing.
    install(tmp_path, "airflow", WAITING_STUB.replace('echo "ready"', 'echo "ready $$"'))
    command = ["unshare", "-pf", "--mount-proc", "--kill-child", str(ENTRYPOINT), "worker"]
    with subprocess.Popen(command, env=environment) as outside:
        wait_for_a_line(calls, outside)
        assert calls.read_text() == "ready 1\n"
        [first] = children(outside.pid)
        os.kill(first, signal.SIGTERM)
        assert outside.wait(timeout=10) == 7
    assert calls.read_text() == "ready 1\ngot SIGTERM\n"


def wait_for_a_line(calls: Path, container: "subprocess.Popen[bytes]") -> None:
    """Wait until a whole one is written; fail when the container ends first, or is too slow."""
    deadline = time.monotonic() + 30
    while not (calls.exists() and calls.read_text().endswith("\n")):
        assert container.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_without_an_argument_it_says_what_there_is() -> None:
    done = subprocess.run([ENTRYPOINT], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    for role in ("web", "scheduler", "dag-processor", "triggerer", "worker", "flower", "migrate"):
        assert role in done.stderr


def test_pools_are_what_airflow_imports() -> None:
    pools = json.loads((ROOT / "docker" / "pools.json").read_text())
    assert pools
    for name, pool in pools.items():
        assert name.isidentifier()
        assert pool.keys() == {"slots", "description", "include_deferred"}
        assert pool["slots"] > 0
