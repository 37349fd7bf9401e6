"""Runs a Lambda handler in this process, with its environment and its clients on the account."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from airflow_ecs.rehearsal.account.region import ACCESS_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_ecs.rehearsal.account.inputs import Inputs
    from airflow_ecs.rehearsal.account.region import Region


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The part of Lambda's context object that handlers use."""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str
    deadline: float

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the function."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def run(
    region: Region,
    configuration: Mapping[str, Any],
    archive: bytes,
    event: Any,
    inputs: Inputs,
) -> Any:
    """What the handler returns; a `RehearsalError` with its message when it raises."""
    module, _, name = configuration["Handler"].rpartition(".")
    context = Context(
        function_name=configuration["FunctionName"],
        invoked_function_arn=configuration["FunctionArn"],
        aws_request_id=str(uuid.uuid4()),
        deadline=time.monotonic() + configuration["Timeout"],
    )
    variables = configuration.get("Environment", {}).get("Variables", {})
    with _environment(region, variables), _code(archive, module):
        try:
            function = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise inputs.refusal(
                f"its handler {configuration['Handler']!r} is not in its code: {error}; write "
                "<module>.<function>."
            ) from error
        try:
            return json.loads(json.dumps(function(event, context)))
        except Exception as error:
            raise inputs.refusal(
                f"the function {context.function_name} failed: {type(error).__name__}: {error}"
            ) from error


@contextmanager
def _environment(region: Region, variables: Mapping[str, str]) -> Iterator[None]:
    endpoint = region.account.endpoint_url
    added = {
        **variables,
        "AWS_REGION": region.name,
        "AWS_DEFAULT_REGION": region.name,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {}),
    }
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(added)
    # boto3's clients take their environment from when its session was made.
    boto3.DEFAULT_SESSION = None
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        boto3.DEFAULT_SESSION = session


@contextmanager
def _code(archive: bytes, module: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "function.zip"
        path.write_bytes(archive)
        before = set(sys.modules)
        sys.path.insert(0, str(path))
        invalidate_caches()
        shadowed = sys.modules.pop(module, None)
        try:
            yield
        finally:
            sys.path.remove(str(path))
            ours = [
                name
                for name in set(sys.modules) - before | {module}
                if (getattr(sys.modules.get(name), "__file__", None) or "").startswith(str(path))
            ]
            for name in ours:
                del sys.modules[name]
            if shadowed is not None:
                sys.modules[module] = shadowed
