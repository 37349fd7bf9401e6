"""AWS would take every example, and each tells how to use it."""

from __future__ import annotations

import pytest

from airflow_ecs.rehearsal import linter, rules
from tests.examples.conftest import EXAMPLES, deployed

NAMES = sorted(folder.name for folder in EXAMPLES.iterdir())

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("example", NAMES)
def test_aws_would_take_it(example: str) -> None:
    recording = deployed(example)
    said = [text for declared in recording.resources for text in linter.findings(declared)]
    assert said + rules.violations(recording) == []
    assert recording.outputs
