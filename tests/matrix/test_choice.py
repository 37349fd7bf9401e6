"""What is tried at each commit is little, and leaves nothing out."""

from __future__ import annotations

from tests.matrix.combinations import CHOSEN, EVERY, EXECUTORS, SOURCES


def test_each_executor_and_source_is_tried_at_each_commit() -> None:
    assert {one.executor for one in CHOSEN} == set(EXECUTORS)
    assert {one.source for one in CHOSEN} == set(SOURCES)
    assert len(CHOSEN) <= 4


def test_whatever_is_chosen_is_a_combination() -> None:
    assert set(CHOSEN) <= set(EVERY)
    assert len(set(EVERY)) == len(EVERY) == 12
