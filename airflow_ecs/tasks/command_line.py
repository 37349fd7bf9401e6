"""The command line of `airflow-ecs tasks`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.tasks.errors import TasksError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def add(verbs: Any) -> None:
    """Add the command to those of `airflow-ecs`."""
    tasks = verbs.add_parser("tasks", help="look at the revisions of tasks, and remove old ones")
    # A failure is shown from the user's own lines on, of which there are none here.
    tasks.set_defaults(project=Path())
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--project",
        dest="rehearsal",
        metavar="FOLDER",
        type=Path,
        help="look at what is rehearsed in this folder, instead of at AWS",
    )
    where.add_argument("--stack", help="the stack that is rehearsed (dev)")
    actions = tasks.add_subparsers(dest="action", required=True, metavar="COMMAND")
    prefixed = argparse.ArgumentParser(add_help=False)
    prefixed.add_argument(
        "prefix", type=_prefix, help="what the families start with, such as airflow-dev-task-"
    )
    actions.add_parser("list", parents=[prefixed, where], help="print revisions and their users")
    diff = actions.add_parser("diff", parents=[where], help="print what the last revision changed")
    diff.add_argument("family", help="the family")
    gc = actions.add_parser(
        "gc", parents=[prefixed, where], help="remove revisions that nobody needs"
    )
    gc.add_argument(
        "--keep", type=_count, default=3, help="how many of each family to keep anyway (3)"
    )
    gc.add_argument("--apply", action="store_true", help="do it; else it is only told")


def run(given: argparse.Namespace) -> None:
    """Run the chosen command.

    Raises:
        TasksError: AWS or the user's input does not allow it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        for line in _lines(given):
            print(line, flush=True)
    except ClientError as refusal:
        error = refusal.response["Error"]
        raise TasksError(
            f"AWS refused {refusal.operation_name}: {error.get('Message', error['Code'])}"
        ) from refusal
    except BotoCoreError as failure:
        # Credentials, region, profile, connection: the message says which.
        raise TasksError(f"AWS can't be asked: {failure}") from failure


def _lines(given: argparse.Namespace) -> Iterator[str]:
    # Imported late: boto3 takes half a second, `--help` should not.
    from airflow_ecs.tasks import account, commands
    from airflow_ecs.tasks.definitions import Definitions

    if given.rehearsal or given.stack:
        ecs = account.rehearsed(given.rehearsal or Path(), given.stack or "dev")
    else:
        ecs = account.aws()
    definitions = Definitions(ecs)
    if given.action == "list":
        return commands.list_revisions(definitions, given.prefix)
    if given.action == "diff":
        return commands.diff(definitions, given.family)
    return commands.collect(definitions, given.prefix, keep=given.keep, apply=given.apply)


def _prefix(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError(
            "it is empty, which stands for all families of the account; write what yours start with"
        )
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not how many to keep; write a number from 1, since a family without "
            "an active revision can't be run"
        )
    return int(text)
