"""Runs the tasks of an emulated account until SIGTERM.

`python -m airflow_ecs.rehearsal.agent --endpoint http://127.0.0.1:5000 --region eu-central-1
--state DIR --ready-file F --balancer-port 8080` writes `{"pid": …, "introspection": URL}` to F
once it serves, and on SIGTERM ends every task first.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent import git_settings, introspection, leftovers
from airflow_ecs.rehearsal.agent.addresses import Addresses
from airflow_ecs.rehearsal.agent.admission import Admission
from airflow_ecs.rehearsal.agent.agent import Agent
from airflow_ecs.rehearsal.agent.clients import Clients
from airflow_ecs.rehearsal.agent.control_plane import ControlPlane
from airflow_ecs.rehearsal.agent.file_systems import FileSystems
from airflow_ecs.rehearsal.agent.host import Host
from airflow_ecs.rehearsal.agent.images import Images
from airflow_ecs.rehearsal.agent.names import Names
from airflow_ecs.rehearsal.agent.registration import Registration
from airflow_ecs.rehearsal.agent.stand_ins import StandIns
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.gateway.balancer import Balancer
from airflow_ecs.rehearsal.gateway.gateway import Gateway
from airflow_ecs.rehearsal.standins import programs

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s agent: %(message)s")
    ending = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ending.set())
    try:
        balancer = Balancer(given.endpoint, given.region, given.balancer_port)
    except OSError as error:
        print(f"port {given.balancer_port} can't be the load balancer's: {error}", file=sys.stderr)
        return 1
    _serve(given, balancer, ending)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent", description=__doc__)
    parser.add_argument("--endpoint", required=True, help="the URL of the account")
    parser.add_argument("--region", required=True)
    parser.add_argument("--state", type=Path, required=True, help="holds all that is written")
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument(
        "--image-environment", type=Path, help="the Python environment of the stack's own image"
    )
    parser.add_argument(
        "--image-context", type=Path, help="the build context of the stack's own image"
    )
    parser.add_argument(
        "--images", default="{}", help="JSON: other images, and the commands that stand for them"
    )
    parser.add_argument(
        "--repositories", default="{}", help="JSON: addresses of Git, and folders in their place"
    )
    parser.add_argument("--balancer-port", type=int, required=True, help="of the load balancer")
    parser.add_argument("--tasks-per-service", type=int, default=1)
    return parser


def _serve(given: argparse.Namespace, balancer: Balancer, ending: threading.Event) -> None:
    folder: Path = given.state.absolute()
    # Logs are of this deployment; the rest is what an agent left that was killed.
    shutil.rmtree(folder / "logs", ignore_errors=True)
    shutil.rmtree(folder / "tasks", ignore_errors=True)
    for name in ("logs", "processes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    leftovers.clear(folder / "processes")
    watchdog = _start_watchdog(folder / "processes")
    addresses = Addresses()
    names = Names(folder / "names.json")
    clients = Clients(given.endpoint, given.region)
    gateway = Gateway(given.endpoint, given.region)
    stand_ins = StandIns(given.endpoint, given.region, folder, addresses, names)
    host = Host(
        folder=folder,
        region=given.region,
        clients=clients,
        control=ControlPlane(clients, given.endpoint),
        addresses=addresses,
        names=names,
        images=Images(
            folder / "bin",
            environment=given.image_environment,
            context=given.image_context,
            mapped=json.loads(given.images),
            valkey=_valkey(),
        ),
        registration=Registration(clients, names, balancer),
        admission=Admission(gateway, clients),
        stand_ins=stand_ins,
        git_settings=git_settings.write(folder, json.loads(given.repositories)),
        file_systems=FileSystems(clients, gateway, folder / "file-systems"),
    )
    agent = Agent(host, tasks_per_service=given.tasks_per_service)
    told = introspection.server(gateway, addresses.own)
    told.start()
    gateway.start()
    balancer.start()
    try:
        agent.start()
        _announce(given.ready_file, {"pid": os.getpid(), "introspection": told.url})
        ending.wait()
    finally:
        agent.stop()
        stand_ins.stop()
        balancer.stop()
        gateway.stop()
        told.stop()
        addresses.close()
        watchdog.communicate()


def _start_watchdog(records: Path) -> subprocess.Popen[bytes]:
    """What ends the tasks' processes when this one can't do it any more."""
    command = [sys.executable, "-I", "-S", leftovers.__file__, os.fspath(records)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603


def _valkey() -> Path | None:
    try:
        return programs.valkey()
    except RehearsalError as error:
        log.warning("no image of Redis or Valkey can be run: %s", error)
        return None


def _announce(ready_file: Path, facts: dict[str, int | str]) -> None:
    # Whoever waits for the file must not read half of it.
    partial = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
    partial.write_text(json.dumps(facts))
    partial.replace(ready_file)


if __name__ == "__main__":
    raise SystemExit(main())
