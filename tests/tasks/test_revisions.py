"""Which revisions of a family nobody needs."""

from __future__ import annotations

from airflow_ecs.tasks.revisions import Revision, unneeded

ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition"


def revisions(**users: str) -> list[Revision]:
    """Twelve of a family, of which the first two were deregistered."""
    return [
        Revision(
            arn=f"{ARN}/load:{number}",
            active=number > 2,
            users=(users[f"n{number}"],) if f"n{number}" in users else (),
        )
        for number in range(1, 13)
    ]


def numbers(found: list[Revision]) -> list[int]:
    return [revision.number for revision in found]


def test_the_latest_are_kept_by_number_and_not_by_name() -> None:
    assert numbers(unneeded(revisions(), keep=3)) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_what_is_in_use_is_kept_whether_it_is_active_or_not() -> None:
    found = unneeded(revisions(n2="task a", n7="service web"), keep=3)
    assert numbers(found) == [1, 3, 4, 5, 6, 8, 9]


def test_the_latest_active_one_is_kept_below_deregistered_ones() -> None:
    given = [
        Revision(arn=f"{ARN}/load:{number}", active=number == 1, users=()) for number in (1, 2, 3)
    ]
    assert numbers(unneeded(given, keep=1)) == [2, 3]


def test_a_family_with_few_revisions_keeps_them_all() -> None:
    assert unneeded(revisions()[2:4], keep=3) == []
