"""Where a container is on this machine, and what leads it from there to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One container's place.

    `folder` is what its file system would be, and `paths` says where the image's paths are.
    `names` is the file of host names, `hook` the folder of what makes Python read it, and
    `databases` are those of the names that libpq looks up. `trusted` is the file of
    certificate authorities, `git_settings` that of git. `aws` are the variables that lead to AWS.
    """

    address: str
    host_name: str
    folder: Path
    paths: Mapping[str, Path]
    hook: Path
    names: Path
    databases: Mapping[str, str]
    trusted: Path
    git_settings: Path
    aws: Mapping[str, str] = field(repr=False)

    @property
    def temporary(self) -> Path:
        """Its folder for temporary files."""
        return self.folder / "tmp"
