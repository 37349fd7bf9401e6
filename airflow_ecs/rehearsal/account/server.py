"""Serves an emulated AWS account on a loopback port.

`python -m airflow_ecs.rehearsal.account.server --port 0 --region eu-central-1 --ready-file F`
writes `{"port": …, "pid": …}` to F once it answers, and ends on SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.rehearsal.account.agent_channel import Application

_LOOPBACK = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="account.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--region", required=True, help="the region of unsigned requests")
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument(
        "--agent", action="store_true", help="tasks wait for an agent, which tells their states"
    )
    given = parser.parse_args(arguments)
    # moto reads these when it is imported.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    os.environ["AWS_DEFAULT_REGION"] = given.region
    _serve(given.port, given.ready_file, agent=given.agent)
    return 0


def _serve(port: int, ready_file: Path, *, agent: bool) -> None:
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from airflow_ecs.rehearsal.account import (
        event_functions,
        moto_fixes,
        stand_in_secrets,
        target_health,
        task_states,
    )

    class QuietHandler(MotoRequestHandler):
        """Logs no request."""

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            """Say nothing: there are hundreds."""

    moto_fixes.apply()
    application: Application = DomainDispatcherApplication(create_backend_app)
    event_functions.deliver()
    if agent:
        application = stand_in_secrets.answer_for(task_states.hold(application))
        application = target_health.hold(application)
    server = make_server(_LOOPBACK, port, application, threaded=True, request_handler=QuietHandler)
    # Some of moto's answers name the port they come from.
    os.environ["MOTO_PORT"] = str(server.port)

    def stop(*_: Any) -> None:
        # shutdown() waits for serve_forever, which this handler interrupts.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _announce(ready_file, {"port": server.port, "pid": os.getpid()})
    server.serve_forever()
    server.server_close()


def _announce(ready_file: Path, facts: dict[str, int]) -> None:
    # Whoever waits for the file must not read half of it.
    partial = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
    partial.write_text(json.dumps(facts))
    partial.replace(ready_file)


if __name__ == "__main__":
    raise SystemExit(main())
