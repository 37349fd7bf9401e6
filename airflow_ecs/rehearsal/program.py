"""Runs a Pulumi program in this process, as the Pulumi CLI's language host does."""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import os
import runpy
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import config as pulumi_config
from pulumi.runtime import settings as pulumi_settings
from pulumi.runtime.stack import run_in_stack

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.monitor import RehearsalEngine, RehearsalMonitor
from airflow_ecs.rehearsal.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from airflow_ecs.rehearsal.declared import Cloud, Declared

# A program owns the working directory, sys.path and its modules while it runs.
_ONE_AT_A_TIME = threading.Lock()

_OWN_PACKAGE = __name__.partition(".")[0]


def run(
    program: Path | Callable[[], object],
    *,
    cloud: Cloud,
    project: str = "project",
    stack: str = "test",
    config: Mapping[str, str] | None = None,
    secret_keys: Iterable[str] = (),
    preview: bool = False,
    on_resource: Callable[[Declared], None] | None = None,
) -> Recording:
    """Run the program to its end and return what it declared.

    `program` is a directory with `__main__.py`, a file, or a function. Keys of `config` without
    a namespace get the project's name. `on_resource` is called after each resource, on another
    thread.

    A `pulumi.RunError` of the program, and what the cloud refuses, come out as
    `RehearsalError`; any other exception comes out as it is, with its traceback.
    """
    recording = Recording()
    monitor = RehearsalMonitor(
        recording,
        cloud=cloud,
        project=project,
        stack=stack,
        preview=preview,
        on_resource=on_resource,
    )
    settings = pulumi.runtime.Settings(
        project=project,
        stack=stack,
        monitor=monitor,
        engine=RehearsalEngine(recording.messages),
        dry_run=preview,
        organization="organization",
        root_directory=str(program if isinstance(program, Path) else Path.cwd()),
    )
    values = {
        (key if ":" in key else f"{project}:{key}"): value for key, value in (config or {}).items()
    }

    def isolated() -> None:
        pulumi_config.set_all_config(values, list(secret_keys))
        pulumi_settings.ROOT.set(None)
        pulumi_settings.configure(settings)
        if isinstance(program, Path):
            with _as_main_program(program, recording):
                _run_to_the_end(lambda: runpy.run_path(str(program), run_name="__main__"))
        else:
            _run_to_the_end(program)

    with _ONE_AT_A_TIME:
        try:
            # Pulumi keeps its state in context variables: a copy of the context keeps it here.
            contextvars.copy_context().run(isolated)
        except pulumi.RunError as error:
            raise RehearsalError(str(error)) from error
    return recording


def _run_to_the_end(body: Callable[[], object]) -> None:
    """Run the body in a stack on an event loop of its own, and leave nothing running."""

    def in_stack() -> None:
        # What a program returns is not for the SDK, which would await it.
        body()

    loop = asyncio.new_event_loop()
    # One thread answers all calls: in order, so that a run can be repeated exactly.
    answering = ThreadPoolExecutor(max_workers=1)
    loop.set_default_executor(answering)
    # After a failure some outputs are never awaited; that is no news for the user.
    loop.set_exception_handler(lambda *_: None)
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(run_in_stack(in_stack))
    finally:
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        answering.shutdown()
        asyncio.set_event_loop(None)
        loop.close()


@contextmanager
def _as_main_program(program: Path, recording: Recording) -> Iterator[None]:
    """Arrange the interpreter as if it had been started with this program; undo it after."""
    main = program / "__main__.py" if program.is_dir() else program
    if not main.is_file():
        message = f"there is no program: {main} does not exist. Write it, or correct `main:`."
        raise RehearsalError(message)
    directory = main.parent
    before = Path.cwd(), list(sys.path), list(sys.argv)
    others = _take_modules(_module_names(directory))
    loaded_before = set(sys.modules)
    importlib.invalidate_caches()
    os.chdir(directory)
    sys.path.insert(0, str(directory))
    sys.argv[:] = [str(program)]
    try:
        yield
    finally:
        new = sys.modules.keys() - loaded_before
        own = {name for name in new if _is_in(sys.modules[name], directory)}
        modules = _take_modules({name.partition(".")[0] for name in own})
        recording.sources = tuple(
            sorted({main, *(Path(m.__file__) for m in modules.values() if m.__file__)})
        )
        sys.modules.update(others)
        working_directory, sys.path[:], sys.argv[:] = before
        os.chdir(working_directory)


def _module_names(directory: Path) -> set[str]:
    """The names under which the directory's own Python code is imported."""
    files = {file.stem for file in directory.glob("*.py")}
    packages = {file.parent.name for file in directory.glob("*/__init__.py")}
    return files.union(packages) - {_OWN_PACKAGE, "__main__"}


def _take_modules(names: set[str]) -> dict[str, Any]:
    """Remove the modules and packages of these top-level names, and return them."""
    taken = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in taken}


def _is_in(module: object, directory: Path) -> bool:
    """Whether a module is the project's own code, rather than installed in a folder of it."""
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    for place in (Path(place) for place in places if place):
        if place.is_relative_to(directory):
            inside = place.relative_to(directory).parts
            return "site-packages" not in inside and inside[0] != _OWN_PACKAGE
    return False
