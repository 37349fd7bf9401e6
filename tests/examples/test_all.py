"""AWS would take every example, and give all of it back."""

from __future__ import annotations

import pytest

from airflow_ecs.rehearsal import linter, rules
from tests.deletion import blocked
from tests.examples.conftest import EXAMPLES, deployed

NAMES = sorted(folder.name for folder in EXAMPLES.iterdir())

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("example", NAMES)
def test_aws_would_take_it(example: str) -> None:
    recording = deployed(example)
    said = [text for declared in recording.resources for text in linter.findings(declared)]
    assert said + rules.violations(recording) == []
    assert recording.outputs


@pytest.mark.parametrize("example", NAMES)
def test_it_is_removed_in_one_go(example: str) -> None:
    recording = deployed(example)
    assert [one.name for one in recording.resources if one.protect or one.retain_on_delete] == []
    assert blocked(recording) == []
