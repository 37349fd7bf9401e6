"""What is tried at each commit is little, and leaves nothing out."""

from __future__ import annotations

from tests.matrix.combinations import CHOSEN, EVERY, EXECUTORS, SOURCES
from tests.matrix.sources import EfsFiles, S3Files


def test_each_executor_and_source_is_tried_at_each_commit() -> None:
    # test_standalone.py has plain files, whose bundles are Airflow's own.
    assert {one.executor for one in CHOSEN} == set(EXECUTORS) - {"standalone"}
    assert {one.source for one in CHOSEN} == set(SOURCES) - {S3Files, EfsFiles}
    # With the image under celery, on stack prod, and standalone: six starts.
    assert len(CHOSEN) <= 3


def test_whatever_is_chosen_is_a_combination() -> None:
    assert set(CHOSEN) <= set(EVERY)
    assert len(set(EVERY)) == len(EVERY) == 20
