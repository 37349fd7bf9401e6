"""Plans a stack: a preview of its program, checked before anything is created."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import aws_environment, existing, linter
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.planned import Planned
from airflow_ecs.rehearsal.program import run

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording
    from airflow_ecs.rehearsal.stack_config import StackConfig

_DEFAULT_REGION = "us-east-1"


def region(config: StackConfig) -> tuple[str, str]:
    """The region that the stack goes to, and where that was said."""
    if given := config.values.get("aws:region"):
        return given, "from aws:region"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if given := os.environ.get(name):
            return given, f"from {name}"
    return _DEFAULT_REGION, "the default; set aws:region or AWS_REGION for another"


def plan(config: StackConfig, region: str) -> tuple[Recording, list[str]]:
    """What the program would create, and sentences about what it takes to exist already.

    Look-ups are answered by an account in this process; nothing is created. What AWS would
    refuse is a `RehearsalError`.
    """
    with ExitStack() as whole:
        whole.enter_context(aws_environment.made_up(region))
        # moto asks for the user's AWS profile when it is imported.
        from airflow_ecs.rehearsal.account import EmulatedAccount

        account = whole.enter_context(EmulatedAccount.in_process(region))
        existing.put_parameters(config, account.connect("ssm", region))
        with aws_environment.nothing_sent():
            recording = run(
                config.program,
                cloud=Planned(account),
                project=config.project,
                stack=config.stack,
                config=config.values,
                secret_keys=config.secret_keys,
                preview=True,
            )
    check(recording)
    return recording, account.assumed


def check(recording: Recording) -> None:
    """Refuse a deployment that AWS would not take, or that could not work there."""
    from airflow_ecs.rehearsal import rules

    problems = [
        problem for declared in recording.resources for problem in linter.findings(declared)
    ]
    problems += rules.violations(recording)
    if problems:
        listed = "\n".join(f"- {problem}" for problem in problems)
        message = f"the deployment is refused:\n{listed}"
        raise RehearsalError(message)


def introduce(config: StackConfig, region: str, origin: str) -> None:
    """Say what is about to be run, and what had to be made up for it."""
    print(f"{config.project}/{config.stack} in {region} ({origin})")
    for note in config.notes:
        print(f"Note: {note}")


def tell(recording: Recording, assumed: list[str]) -> None:
    """Pass on what the program said, and what was taken to exist."""
    for severity, message in recording.messages:
        print(f"{severity}: {message}")
    for sentence in assumed:
        print(f"Note: {sentence}")
