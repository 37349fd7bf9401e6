"""One running rehearsal for all tests of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rehearsed import Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """A copy of the project that nothing runs from yet."""
    return Rehearsed.copied_to(tmp_path_factory.mktemp("airflow"))


@pytest.fixture(scope="module")
def rehearsed(folder: Rehearsed) -> Iterator[Rehearsed]:
    """The project, up; afterwards down, with no process left."""
    with folder.running():
        yield folder
