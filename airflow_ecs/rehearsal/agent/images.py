"""Images: how to run one as a process of this machine, without a container."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HOOK = Path(__file__).with_name("hook")
_REDIS_CLI = Path(__file__).with_name("redis_cli.py")

# An isolated Python, as cheap health checks use it, reads no PYTHONPATH: it gets the task's
# network by another way. `python` is the image's own for everything else.
_PYTHON = """#!/bin/sh
case ${{1-}} in
    -I*) exec {python} -I -S {isolated} "$@" ;;
    *) exec {python} "$@" ;;
esac
"""

# They know nothing of the task's own address, which a container would have alone.
_SERVER = """#!/bin/sh
exec {server} "$@" --bind "$REHEARSAL_ADDRESS"
"""
_CLIENT = """#!/bin/sh
exec {client} "$REHEARSAL_ADDRESS" "$@"
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """How to run an image: what `ENTRYPOINT`, `CMD`, `PATH` and `PYTHONPATH` are in it.

    `context` is the build context of the stack's own image, and None for any other.
    """

    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    path: tuple[Path, ...] = ()
    python_path: tuple[Path, ...] = ()
    context: Path | None = None


class Images:
    """Knows the images of a rehearsal.

    `environment` and `context` are the Python environment and the build context of the
    stack's own image, which is whatever comes from the account's registry. `mapped` maps the
    names of others to commands that stand for their entry points. `valkey` is the program of its
    server, for the images of Redis and Valkey.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: Path | None = None,
        context: Path | None = None,
        mapped: Mapping[str, Sequence[str]] | None = None,
        valkey: Path | None = None,
    ) -> None:
        self._folder = folder
        self._own = None
        if environment is not None and context is not None:
            self._own = self._airflow(environment.absolute(), context.absolute())
        self._mapped = {
            "hello-world": Image(entry_point=("echo", "Hello from hello-world!")),
            # The machine's own shell and tools stand for it.
            "busybox": Image(command=("sh",)),
            **self._valkey(valkey),
            **{name: Image(entry_point=tuple(entry)) for name, entry in (mapped or {}).items()},
        }

    def find(self, reference: str) -> Image:
        """How to run it.

        Raises:
            TaskFailedToStartError: nothing on this machine stands for it.
        """
        repository = reference.partition("@")[0]
        head, _, last = repository.rpartition("/")
        last = last.partition(":")[0]
        for name in (reference, repository, f"{head}/{last}".lstrip("/"), last):
            if name in self._mapped:
                return self._mapped[name]
        if self._own is not None and ".dkr.ecr." in head:
            return self._own
        message = (
            f"CannotPullContainerError: no image {reference} is known here, and none is pulled "
            f"in a rehearsal; add it to rehearsal.images, with the command that stands for it."
        )
        raise TaskFailedToStartError(message)

    def _airflow(self, environment: Path, context: Path) -> Image:
        python = environment / "bin" / "python"
        scripts = {
            name: _PYTHON.format(
                python=shlex.quote(str(python)), isolated=shlex.quote(str(_HOOK / "isolated.py"))
            )
            for name in ("python", "python3")
        }
        return Image(
            entry_point=(str(context / "docker" / "entrypoint.sh"),),
            command=("web",),
            path=(self._write("airflow", scripts), environment / "bin"),
            python_path=(context,),
            context=context,
        )

    def _valkey(self, server: Path | None) -> dict[str, Image]:
        if server is None:
            return {}
        client = server.with_name(server.name.replace("server", "cli"))
        if client.exists():
            client_words = [os.fspath(client), "-h"]
        else:
            client_words = [sys.executable, "-I", "-S", os.fspath(_REDIS_CLI)]
        brands = ("redis", "valkey")
        texts = {
            "server": _SERVER.format(server=shlex.quote(os.fspath(server))),
            "cli": _CLIENT.format(client=shlex.join(client_words)),
        }
        scripts = {f"{brand}-{part}": texts[part] for brand in brands for part in texts}
        folder = self._write("valkey", scripts)
        return {brand: Image(command=(f"{brand}-server",), path=(folder,)) for brand in brands}

    def _write(self, name: str, scripts: Mapping[str, str]) -> Path:
        folder = (self._folder / name).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        for script, text in scripts.items():
            file = folder / script
            file.write_text(text)
            file.chmod(0o755)
        return folder
