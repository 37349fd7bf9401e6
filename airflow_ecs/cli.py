"""The command line: `airflow-ecs rehearse | status | down`."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 is fine, 1 a mistake in the program or a refused deployment, 2 a wrong command line,
    130 an interruption.
    """
    given = _parser().parse_args(arguments)
    # Being ended is being interrupted: what was started is ended too.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    try:
        _run(given)
    except RehearsalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing is left running.", file=sys.stderr)
        return 130
    except Exception as error:
        _print_traceback(error, given.project.resolve())
        return 1
    return 0


def _run(given: argparse.Namespace) -> None:
    # Imported late: Pulumi and boto3 take seconds, `--help` should not.
    if given.verb == "status":
        from airflow_ecs.rehearsal.status import status

        status(given.project, given.stack)
    elif given.verb == "down":
        from airflow_ecs.rehearsal.down import down

        down(given.project, given.stack)
    elif given.preview:
        from airflow_ecs.rehearsal.preview import preview

        preview(given.project, given.stack)
    else:
        from airflow_ecs.rehearsal.up import up

        up(given.project, given.stack, services=given.services)


def _print_traceback(error: Exception, project: Path) -> None:
    """Show its author where the program failed, from the first of the program's own lines."""
    here = Path(__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    files = [Path(frame.filename) for frame in frames]
    own = [file.is_relative_to(project) and not file.is_relative_to(here) for file in files]
    first = own.index(True) if True in own else 0
    traceback.print_exception(error, limit=first - len(frames))


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--project", type=Path, default=Path(), help="the folder of Pulumi.yaml (here)"
    )
    common.add_argument("--stack", default="dev", help="the stack's name (dev)")
    parser = argparse.ArgumentParser(
        prog="airflow-ecs", description="Rehearse a Pulumi program on an AWS emulated here."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    rehearse = verbs.add_parser(
        "rehearse", parents=[common], help="deploy the stack, and go on serving it"
    )
    rehearse.add_argument("--preview", action="store_true", help="only show what would be created")
    rehearse.add_argument(
        "--no-services", dest="services", action="store_false", help="deploy, but run nothing"
    )
    verbs.add_parser("status", parents=[common], help="print as JSON what is served")
    verbs.add_parser("down", parents=[common], help="end what rehearse left serving")
    return parser


if __name__ == "__main__":
    sys.exit(main())
