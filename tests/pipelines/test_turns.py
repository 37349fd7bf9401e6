"""A push during a push: builds release in the order in which they began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pipelines.stand_in import documents, serving

if TYPE_CHECKING:
    from tests.pipelines.conftest import Ended, Steps


class Builds:
    """Plays CodeBuild: builds by number, each running for so many looks at it."""

    def __init__(self, **looks: int) -> None:
        self.looks = {int(name.removeprefix("build_")): left for name, left in looks.items()}

    def answer(self, operation: str, request: Any) -> Any:
        if operation == "ListBuildsForProject":
            assert request == {"projectName": "images", "sortOrder": "DESCENDING"}
            return {"ids": [f"images:{number}" for number in sorted(self.looks, reverse=True)]}
        return {"builds": [self._described(int(one.partition(":")[2])) for one in request["ids"]]}

    def _described(self, number: int) -> dict[str, Any]:
        self.looks[number] -= 1
        status = "IN_PROGRESS" if self.looks[number] >= 0 else "SUCCEEDED"
        return {"projectName": "images", "buildNumber": number, "buildStatus": status}


def turn(steps: Steps, builds: Builds, *arguments: object) -> Ended:
    with serving(documents(builds.answer)) as url:
        return steps.run(
            *("take_turn.py", "--poll", 0.01, *arguments),
            CODEBUILD_BUILD_ID="images:7",
            AWS_ENDPOINT_URL_CODEBUILD=url,
            AWS_ACCESS_KEY_ID="any",
            AWS_SECRET_ACCESS_KEY="any",
        )


@pytest.mark.parametrize("others", [{}, {"build_6": 0}, {"build_8": 99}])
def test_a_build_waits_for_no_later_one_and_none_that_has_ended(
    steps: Steps, others: dict[str, int]
) -> None:
    ended = turn(steps, Builds(build_7=99, **others))
    assert ended.ok()
    assert ended.said == ""


def test_a_build_waits_for_every_earlier_one(steps: Steps) -> None:
    ended = turn(steps, Builds(build_5=1, build_6=2, build_7=99))
    assert ended.ok()
    assert ended.said.splitlines() == [
        "Waiting for build 6, 5 to end.",
        "Waiting for build 6 to end.",
    ]


def test_a_build_that_never_ends_stops_the_one_behind_it(steps: Steps) -> None:
    ended = turn(steps, Builds(build_6=99, build_7=99), "--minutes", 0)
    assert ended.refused() == (
        "Build 6 of images is still running after 0 minutes, and this one has released nothing; "
        "stop that build, or wait for its end, and run this one again."
    )


def test_outside_of_codebuild_there_is_nobody_to_wait_for(steps: Steps) -> None:
    assert steps.run("take_turn.py").ok()
