"""Which combinations are tried: the chosen ones, or every one with `--every`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.combinations import CHOSEN, EVERY

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every", action="store_true", help="try every combination of tests/matrix")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "combination" in metafunc.fixturenames:
        tried = EVERY if metafunc.config.getoption("--every", default=False) else CHOSEN
        metafunc.parametrize("combination", tried, ids=str, scope="module")
