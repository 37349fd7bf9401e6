"""Runs Lambda functions for the events of a served account, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.events.models import Rule

from airflow_ecs.rehearsal import aws_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

# Lambda's own runtime, as far as a handler sees it.
_RUNTIME = """
import json, logging, sys
from importlib import import_module
archive, handler = sys.argv[1:]
sys.path.insert(0, archive)
logging.basicConfig()
module, _, name = handler.rpartition(".")
print(json.dumps(getattr(import_module(module), name)(json.load(sys.stdin), None)))
"""


def deliver() -> None:
    """Let rules reach functions, in this process from now on."""
    send = Rule.send_to_targets

    def send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:
        functions = [target["Arn"] for target in self.targets if ":lambda:" in target["Arn"]]
        # moto fails on these.
        others = copy(self)
        others.targets = [target for target in self.targets if target["Arn"] not in functions]
        send(others, original_event, transform_input)
        if self.state != "ENABLED" or not self.event_pattern.matches_event(original_event):
            return
        for arn in functions:
            # Whoever has caused an event does not wait for what follows from it.
            given = (arn, dict(original_event))
            threading.Thread(target=_run, args=given, name="function", daemon=True).start()

    name = "send_to_targets"
    setattr(Rule, name, send_to_targets)


def _run(arn: str, event: Mapping[str, Any]) -> None:
    region, account = arn.split(":")[3:5]
    function = lambda_backends[account][region].get_function(arn)
    endpoint = f"http://127.0.0.1:{os.environ['MOTO_PORT']}"
    environment = {
        "PATH": os.defpath,
        **aws_environment.variables(region, endpoint),
        **function.environment_vars,
    }
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "function.zip"
        archive.write_bytes(function.code_bytes)
        done = subprocess.run(  # noqa: S603 - the program's own function
            [sys.executable, "-c", _RUNTIME, os.fspath(archive), str(function.handler)],
            input=json.dumps(event),
            env=environment,
            timeout=function.timeout,
            capture_output=True,
            text=True,
            check=False,
        )
    ended = "has run" if done.returncode == 0 else "has failed"
    print(f"the function {function.function_name} {ended}: {done.stdout}{done.stderr}", flush=True)
