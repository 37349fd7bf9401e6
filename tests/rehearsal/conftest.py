"""Fixtures for tests of the rehearsal itself."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write a Pulumi project: by default named `shop`, with an empty stack `dev`."""

    def write(files: Mapping[str, str]) -> Path:
        defaults = {"Pulumi.yaml": "name: shop\nruntime: python\n", "Pulumi.dev.yaml": ""}
        for name, content in {**defaults, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content))
        return tmp_path

    return write
