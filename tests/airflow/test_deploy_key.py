"""A deploy key opens a repository by SSH, with entrypoint, bundle and git as in the image."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs import dag_bundles
from airflow_ecs.spec.dags import GitDags
from tests.rehearsed import ROOT, image_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

# By its whole path it starts itself again for each connection.
SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        SSHD is None or (os.geteuid() == 0 and not Path("/run/sshd").is_dir()),
        reason="no SSH server is installed, or root's folder /run/sshd is not there",
    ),
]

DAGS = GitDags(
    repository="git@github.com:you/dags.git", folder="dags", deploy_key="/team/dags-deploy-key"
)

# What the DAG processor does first with a bundle, and a word about what user code would find.
FETCH = """
import json, os
from airflow.dag_processing.bundles.manager import DagBundlesManager
bundle = DagBundlesManager().get_bundle("dags")
bundle.initialize()
print(json.dumps({"files": os.listdir(bundle.path), "variables": list(os.environ)}))
"""


@dataclass
class Server:
    """An SSH server of this user's, which lets in who has the key `deploy`."""

    folder: Path
    port: int

    def key(self, name: str) -> str:
        """A private key; made when it is asked for the first time."""
        file = self.folder / name
        if not file.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
        return file.read_text()

    @contextmanager
    def running(self, host_key: str = "host") -> Iterator[None]:
        """Serve, as the host that this key is of."""
        self.key(host_key)
        settings = {
            "ListenAddress": "127.0.0.1",
            "Port": self.port,
            "HostKey": self.folder / host_key,
            "AuthorizedKeysFile": self.folder / "deploy.pub",
            "PidFile": "none",
            "StrictModes": "no",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
        }
        config = self.folder / f"{host_key}.conf"
        config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        assert SSHD is not None
        log = self.folder / "log"
        process = subprocess.Popen([SSHD, "-D", "-E", log, "-f", config])
        try:
            while not self._answers():
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield
        finally:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("ssh")
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Server(folder, free.getsockname()[1])
    server.key("deploy")
    work = folder / "work"
    (work / "dags").mkdir(parents=True)
    (work / "dags" / "sales.py").write_text("from airflow.sdk import DAG\nDAG('sales')\n")
    author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-qm", "one"]):
        subprocess.run(["git", "-C", work, *command], check=True)
    return server


def fetched(server: Server, home: Path, key: str) -> subprocess.CompletedProcess[str]:
    """Start a container's process as deployed, with `home` where the image has /opt/airflow."""
    python = image_environment() / "bin" / "python"
    user = getpass.getuser()
    git = home / "gitconfig"
    git.write_text(
        f'[url "ssh://{user}@127.0.0.1:{server.port}{server.folder}/work"]\n'
        f'\tinsteadOf = "{DAGS.repository}"\n'
    )
    deployed = dag_bundles.variables(DAGS) | {
        dag_bundles.VARIABLE: json.dumps(dag_bundles.bundles(DAGS, None))
    }
    here = {name: value.replace("/opt/airflow", str(home)) for name, value in deployed.items()}
    return subprocess.run(
        [ROOT / "docker" / "entrypoint.sh", python, "-c", FETCH],
        env=here
        | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "DAGS_DEPLOY_KEY": server.key(key),
            "GIT_CONFIG_GLOBAL": str(git),
            "PATH": f"{python.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(home),
        },
        capture_output=True,
        text=True,
    )


def test_the_key_opens_the_repository_and_user_code_finds_it_in_no_variable(
    server: Server, tmp_path: Path
) -> None:
    with server.running():
        done = fetched(server, tmp_path, "deploy")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["files"] == ["sales.py"]
    assert "DAGS_DEPLOY_KEY" not in found["variables"]
    assert (tmp_path / "dags-deploy-key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_refused_is_told(server: Server, tmp_path: Path) -> None:
    with server.running():
        done = fetched(server, tmp_path, "another")
    assert done.returncode != 0
    assert "Permission denied (publickey)" in done.stderr


def test_a_host_that_has_changed_is_not_trusted(server: Server, tmp_path: Path) -> None:
    for host_key in ("host", "impostor"):
        with server.running(host_key):
            done = fetched(server, tmp_path, "deploy")
        shutil.rmtree(tmp_path / "dag_bundles", ignore_errors=True)
        assert (done.returncode == 0) == (host_key == "host"), done.stderr
    assert "Host key verification failed" in done.stderr
