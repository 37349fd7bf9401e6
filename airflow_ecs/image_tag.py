"""The tag of a built image: a hash of everything that goes into it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow_ecs.spec.image import BuiltImage

# Only what the Dockerfile of this project copies counts: the rest of a repository changes
# without changing the image. A context of the user's counts whole.
_OWN_CONTENT = ("docker", "airflow_ecs/__init__.py", "airflow_ecs/runtime", "airflow_ecs/remote")

# Of that, what .dockerignore leaves out again.
_NOT_COPIED = "docker/pipelines"

_NEVER = {".git", ".venv", "__pycache__", ".airflow-ecs", "node_modules"}


def image_tag(image: BuiltImage, platform: str) -> str:
    """Sixteen hex digits that are new when context, arguments, platform or base are.

    A tag in an immutable repository can't be pushed twice, so it must say what is in it.
    """
    digest = hashlib.sha256()
    for part in (platform, image.base or "", *(f"{k}={v}" for k, v in image.arguments)):
        digest.update(part.encode() + b"\0")
    for path in _files(image):
        executable = os.access(path, os.X_OK)
        name = path.relative_to(image.context).as_posix()
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{name}\0{executable}\0{content}\0".encode())
    return digest.hexdigest()[:16]


def _files(image: BuiltImage) -> list[Path]:
    own = (image.context / _OWN_CONTENT[1]).is_file()
    roots = [image.context / part for part in _OWN_CONTENT] if own else [image.context]
    found = {path for root in roots for path in _below(root)}
    if own:
        found = {path for path in found if not path.is_relative_to(image.context / _NOT_COPIED)}
    return sorted(found | {image.dockerfile})


def _below(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _NEVER]
        yield from (root.__class__(folder) / name for name in files)
