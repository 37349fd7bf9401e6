"""The steps of the pipelines, run as a build runs them, against an account of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.account import EmulatedAccount

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
STEPS = ROOT / "docker" / "pipelines"
REGION = "eu-west-1"


@dataclass
class Steps:
    """Runs steps in a folder, with an environment of their own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    python: str = sys.executable

    def run(self, step: str, *arguments: object, **environment: str) -> Ended:
        command = [str(STEPS / step), *map(str, arguments)]
        if step.endswith(".py"):
            command.insert(0, self.python)
        own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=own | self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path


@dataclass(frozen=True)
class Ended:
    """How a step ended."""

    code: int
    said: str
    error: str

    def ok(self) -> bool:
        return self.code == 0 and not self.error

    def refused(self) -> str:
        """The one sentence of a step that ended with code 1, and no traceback."""
        assert self.code == 1, self
        assert "Traceback" not in self.error
        return self.error.strip().rpartition("\n")[2]


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    """Steps that ask nothing of AWS."""
    return Steps(tmp_path, {"AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": REGION})


@dataclass(frozen=True)
class Account:
    """An emulated account behind HTTP."""

    url: str
    emulated: EmulatedAccount

    def client(self, service: str) -> Any:
        return self.emulated.connect(service, REGION)


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """One server for all: tests use names of their own."""
    folder = tmp_path_factory.mktemp("account")
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "airflow_ecs.rehearsal.account.server", "--port", "0"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--region", REGION, "--ready-file", str(ready)],
            # Services are steady at once; without it none ever is.
            env=os.environ | {"MOTO_ECS_SERVICE_RUNNING": "9"},
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(300):
                if ready.exists():
                    break
                time.sleep(0.1)
            url = f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"
            yield Account(url, EmulatedAccount(url, REGION))
        finally:
            process.kill()
            process.wait(10)


@pytest.fixture
def in_aws(steps: Steps, account: Account) -> Steps:
    """Steps that ask the emulated account."""
    steps.environment |= {
        "AWS_ENDPOINT_URL": account.url,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
    }
    return steps


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each step is a process of its own, which takes half a second to load boto3."""
    for item in items:
        if "steps" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
