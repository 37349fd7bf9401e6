"""A small sound deployment, to be spoilt by one change a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .building import one
from .sound import sound_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


@pytest.fixture
def program() -> Program:
    """A deployment that no rule complains about."""
    return sound_program()


@pytest.fixture
def spoil(program: Program) -> Callable[..., str]:
    """Change one thing, and get the one sentence that comes of it."""

    def spoil(name: str, /, **inputs: Any) -> str:
        program.change(name, **inputs)
        return one(program.violations())

    return spoil
