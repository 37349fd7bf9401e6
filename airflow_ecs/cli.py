"""The command line: `airflow-ecs rehearse | status | down | compose | tasks`."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.tasks import command_line as tasks
from airflow_ecs.tasks.errors import TasksError

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
    except (RehearsalError, TasksError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"Interrupted{_left(given)}.", file=sys.stderr)
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
    elif given.verb == "compose":
        from airflow_ecs.compose import compose_file

        print(compose_file(), end="")
    elif given.verb == "tasks":
        tasks.run(given)
    elif given.verb == "smoke":
        from airflow_ecs.rehearsal.smoke import smoke

        smoke(given.project, given.stack, dag=given.dag, pools=given.pools)
    elif given.verb == "logs":
        from airflow_ecs.rehearsal.follow import logs

        logs(given.project, given.stack, given.service, follow=given.follow)
    elif given.preview:
        from airflow_ecs.rehearsal.preview import preview

        preview(given.project, given.stack)
    else:
        from airflow_ecs.rehearsal.up import up

        up(given.project, given.stack, services=given.services)


def _left(given: argparse.Namespace) -> str:
    """What is left of a rehearsal that was interrupted, to end a sentence with."""
    if given.verb != "rehearse" or given.preview:
        return ""
    from airflow_ecs.rehearsal.state import StateFolder

    if StateFolder(given.project, given.stack).read() is None:
        return "; nothing is left running"
    return "; what was started may still run, and airflow-ecs down ends it"


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
    smoke = verbs.add_parser(
        "smoke", parents=[common], help="run a DAG, and look at all that has a part in it"
    )
    smoke.add_argument("--dag", default="example", help="the DAG to run (example)")
    smoke.add_argument(
        "--pools", type=Path, help="what the image imports (docker/pools.json of the project)"
    )
    logs = verbs.add_parser("logs", parents=[common], help="print what a service says")
    logs.add_argument("--service", required=True, help="such as worker")
    logs.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    verbs.add_parser("down", parents=[common], help="end what rehearse left serving")
    compose = verbs.add_parser("compose", help="print the services for Docker Compose")
    compose.set_defaults(project=Path())
    tasks.add(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
