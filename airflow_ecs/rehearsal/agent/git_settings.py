"""Git's settings for tasks: where folders of this machine stand for addresses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write(folder: Path, repositories: Mapping[str, str]) -> Path:
    """Write the file; its path. The user's own settings are none of a container's."""
    sections = [
        # git quotes as JSON does.
        f"[url {json.dumps(path)}]\n\tinsteadOf = {json.dumps(address)}\n"
        for address, path in repositories.items()
    ]
    file = folder / "gitconfig"
    file.write_text("".join(sections))
    return file
