"""Which combinations are tried: the chosen ones, or every one with `--every`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.combinations import CHOSEN, EVERY, EXECUTORS

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every", action="store_true", help="try every combination of tests/matrix")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    every = metafunc.config.getoption("--every", default=False)
    if "combination" in metafunc.fixturenames:
        tried = EVERY if every else CHOSEN
        metafunc.parametrize("combination", tried, ids=str, scope="module")
    if "executor" in metafunc.fixturenames:
        metafunc.parametrize("executor", EXECUTORS if every else [])
