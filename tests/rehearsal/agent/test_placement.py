from __future__ import annotations

from airflow_ecs.rehearsal.agent.placement import Decision, Live, Restarts, decide


def live(arn: str, *, current: bool = True, well: bool = True) -> Live:
    return Live(arn=arn, current=current, well=well)


def test_what_is_missing_is_started_and_what_is_too_much_stops() -> None:
    assert decide(2, [], Restarts(), 0) == Decision(start=2)
    assert decide(1, [live("a")], Restarts(), 0) == Decision()
    assert decide(1, [live("a"), live("b")], Restarts(), 0) == Decision(stop=("b",))
    assert decide(0, [live("a")], Restarts(), 0) == Decision(stop=("a",))


def test_an_old_task_stays_until_a_new_one_is_well() -> None:
    old = live("old", current=False)

    assert decide(1, [old], Restarts(), 0) == Decision(start=1)
    assert decide(1, [old, live("new", well=False)], Restarts(), 0) == Decision()
    assert decide(1, [old, live("new")], Restarts(), 0) == Decision(stop=("old",))


def test_each_task_that_does_not_start_well_doubles_the_wait() -> None:
    restarts = Restarts()
    waits = []
    for _ in range(9):
        restarts.ended(lasted=2, now=100)
        waits.append(decide(1, [], restarts, 100).again)

    assert waits == [101, 102, 104, 108, 116, 132, 160, 160, 160]
    assert decide(1, [], restarts, 160) == Decision(start=1)


def test_a_task_that_had_run_well_is_replaced_at_once() -> None:
    restarts = Restarts(failures=5)

    restarts.ended(lasted=3600, now=100)

    assert decide(1, [], restarts, 100) == Decision(start=1)
