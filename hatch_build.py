"""Gives the wheel a build context of the image, so that whoever installs it builds the same."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# With its .dockerignore: bytecode that pip writes beside the modules must not count as a change.
CONTEXT = (
    ".dockerignore",
    "docker",
    "airflow_ecs/__init__.py",
    "airflow_ecs/runtime",
    "airflow_ecs/remote",
)


class BuildContextHook(BuildHookInterface[Any]):
    """Copies what the Dockerfile needs to airflow_ecs/build_context, laid out as in the repository.

    Hatch's own `force-include` moves what it takes from the project, and the package needs
    these modules where they are too; what comes from outside of the project it adds.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Offer a copy of the context to the wheel; an editable one finds the repository's."""
        if version == "editable":
            return
        self.folder = tempfile.TemporaryDirectory()
        for name in CONTEXT:
            source, target = Path(self.root, name), Path(self.folder.name, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        build_data["force_include"][self.folder.name] = "airflow_ecs/build_context"

    def finalize(self, version: str, *_: object) -> None:
        """Remove the copy."""
        if version != "editable":
            self.folder.cleanup()
