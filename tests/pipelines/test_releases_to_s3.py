"""DAG releases in S3: whole or not at all, and a way back."""

from __future__ import annotations

import json
import uuid
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipelines.conftest import STEPS

if TYPE_CHECKING:
    from tests.pipelines.conftest import Account, Ended, Steps

STEP = "release_to_s3.py"


class Bucket:
    """A bucket, and the releases in it."""

    def __init__(self, steps: Steps, s3: Any, name: str) -> None:
        self.steps, self.s3, self.name = steps, s3, name
        self.url = f"s3://{name}/dags/"
        s3.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}
        )

    def publish(self, release: str, content: str = "") -> Ended:
        self.steps.write("dags/one.py", content or f"# {release}")
        self.steps.write("dags/__pycache__/one.cpython-312.pyc", "")
        return self.steps.run(STEP, "publish", self.url, "dags", release)

    def roll_back(self, *release: str) -> Ended:
        return self.steps.run(STEP, "roll-back", self.url, *release)

    def current(self) -> dict[str, Any]:
        found = self.s3.get_object(Bucket=self.name, Key="dags/current.json")
        return dict(json.load(found["Body"]))

    def keys(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=self.name)
        return [one["Key"] for one in listed.get("Contents", [])]


@pytest.fixture
def bucket(in_aws: Steps, account: Account) -> Bucket:
    return Bucket(in_aws, account.client("s3"), f"dags-{uuid.uuid4().hex}")


def test_a_release_is_uploaded_whole_and_then_counts(bucket: Bucket) -> None:
    ended = bucket.publish("7-abc")
    assert ended.ok()
    assert ended.said == "7-abc is released; before it was none.\n"
    assert bucket.keys() == ["dags/current.json", "dags/releases/7-abc/one.py"]
    assert bucket.current() == {"release": "7-abc", "previous": None}


def test_rolling_back_goes_to_the_release_before_and_forth_again(bucket: Bucket) -> None:
    bucket.publish("1-a")
    bucket.publish("2-b")
    assert bucket.roll_back().ok()
    assert bucket.current() == {"release": "1-a", "previous": "2-b"}
    assert bucket.roll_back().ok()
    assert bucket.current() == {"release": "2-b", "previous": "1-a"}
    assert bucket.roll_back("1-a").ok()
    assert bucket.current()["release"] == "1-a"


def test_a_release_that_can_not_be_made_leaves_what_counts(bucket: Bucket) -> None:
    bucket.publish("1-a")
    before = bucket.current(), bucket.keys()
    assert "There is a release 1-a already" in bucket.publish("1-a", "# other").refused()
    assert "can't name a release" in bucket.publish("../2").refused()
    assert "There is no release 9 under" in bucket.roll_back("9").refused()
    assert "no earlier release to go back to" in bucket.roll_back().refused()
    (bucket.steps.folder / "empty").mkdir()
    empty = bucket.steps.run(STEP, "publish", bucket.url, "empty", "2-b")
    assert "would take all DAGs away" in empty.refused()
    assert (bucket.current(), bucket.keys()) == before


@pytest.mark.parametrize("before", [None, "0-z"])
def test_of_two_releases_at_a_time_one_counts_and_the_other_says_so(
    bucket: Bucket, before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if before:
        bucket.publish(before)
    for name, value in bucket.steps.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(STEPS)
    step = import_module("release_to_s3")
    slow = step.Releases(bucket.url)
    seen = slow._current()
    assert bucket.publish("1-a").ok()
    monkeypatch.setattr(slow, "_current", lambda: seen)
    with pytest.raises(step.StepError, match="made at the same time, and 2-b does not count"):
        slow.publish(bucket.steps.folder / "dags", "2-b")
    assert bucket.current() == {"release": "1-a", "previous": before}


def test_a_bucket_that_is_gone_is_named(in_aws: Steps) -> None:
    in_aws.write("dags/one.py", "# one")
    ended = in_aws.run(STEP, "publish", "s3://no-such-bucket/dags", "dags", "1")
    assert "AWS did not do what this step needs" in ended.refused()
    assert "NoSuchBucket" in ended.refused()


def test_a_place_that_is_not_in_s3_is_refused(in_aws: Steps) -> None:
    ended = in_aws.run(STEP, "publish", "/dags", "dags", "1")
    assert ended.refused() == "/dags is not a place in S3; write s3://bucket/prefix."
