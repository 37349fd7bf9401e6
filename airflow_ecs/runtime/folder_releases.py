"""A DAG bundle of releases in a folder, of which a link named `current` says which one counts.

    FOLDER/releases/<id>/…
    FOLDER/current -> releases/<id>

A run keeps to the release that it began with, and finds it as long as its folder is there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from airflow.dag_processing.bundles.base import BaseDagBundle


class FolderReleases(BaseDagBundle):
    """The releases in `folder`, such as a mounted file system."""

    supports_versioning = True

    def __init__(self, *, folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folder = Path(folder)
        self._release: str | None = self.version

    def initialize(self) -> None:
        """Find the release: the one that is asked for, or the one that counts."""
        if self._release is None:
            self.refresh()
        if not self.path.is_dir():
            raise FileNotFoundError(f"{self.path} is not there: the release was removed.")
        super().initialize()

    @property
    def path(self) -> Path:
        """Where the files of the release are."""
        return self._folder / "releases" / str(self._release)

    def get_current_version(self) -> str | None:
        """The id of the release."""
        return self._release

    def refresh(self) -> None:
        """Take up the release that counts now."""
        link = self._folder / "current"
        try:
            self._release = os.path.basename(os.readlink(link))
        except OSError as error:
            raise FileNotFoundError(
                f"{link} can't be read ({error.strerror}): nothing has been released yet."
            ) from error
