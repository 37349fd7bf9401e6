"""Releases DAGs to S3, or goes back to an earlier release.

    s3://bucket/prefix/releases/<id>/…   a release: uploaded whole, and never changed
    s3://bucket/prefix/current.json      which one counts, and which one did before

Nothing counts before the one small object says so, so that no reader finds half a release.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from step import StepError, released_files, run

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def main() -> None:
    """Publish a folder, or roll back."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help="upload a folder, then make it count")
    publish.add_argument("url", help="s3://bucket/prefix")
    publish.add_argument("folder", type=Path)
    publish.add_argument("release", help="an id that no release has yet")
    back = commands.add_parser("roll-back", help="make an earlier release count again")
    back.add_argument("url", help="s3://bucket/prefix")
    back.add_argument("release", nargs="?", help="default: the one before")
    given = parser.parse_args()
    releases = Releases(given.url)
    if given.command == "publish":
        releases.publish(given.folder, given.release)
    else:
        releases.roll_back(given.release)


class Releases:
    """The releases under one prefix, and the pointer to the one that counts."""

    def __init__(self, url: str) -> None:
        scheme, _, place = url.partition("://")
        self.bucket, _, prefix = place.partition("/")
        if scheme != "s3" or not self.bucket:
            raise StepError(f"{url} is not a place in S3; write s3://bucket/prefix.")
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.s3 = boto3.client("s3")

    def publish(self, folder: Path, release: str) -> None:
        """Upload every file, then make the release count."""
        if not _ID.fullmatch(release):
            raise StepError(f"{release!r} can't name a release; write letters, digits, . _ and -.")
        files = released_files(folder)
        if self._exists(release):
            raise StepError(f"There is a release {release} already; write an id that is new.")
        for path in files:
            key = f"{self._key(release)}{path.relative_to(folder).as_posix()}"
            self.s3.upload_file(str(path), self.bucket, key)
        self._point_to(release)

    def roll_back(self, release: str | None) -> None:
        """Make a release count that is there, by default the one before."""
        current, _ = self._current()
        release = release or current.get("previous")
        if not release:
            raise StepError("There is no earlier release to go back to; name one.")
        if not self._exists(release):
            raise StepError(f"There is no release {release} under {self._key('')}; name another.")
        self._point_to(release)

    def _point_to(self, release: str) -> None:
        current, etag = self._current()
        pointer = {"release": release, "previous": current.get("release")}
        # Only if nobody has released meanwhile: otherwise `previous` would be wrong.
        unchanged = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            self.s3.put_object(
                Bucket=self.bucket,
                Key=f"{self.prefix}current.json",
                Body=json.dumps(pointer).encode(),
                ContentType="application/json",
                **unchanged,
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (409, 412):
                raise
            raise StepError(
                f"Another release was made at the same time, and {release} does not count; "
                "run this again."
            ) from None
        print(f"{release} is released; before it was {current.get('release') or 'none'}.")

    def _current(self) -> tuple[dict[str, Any], str | None]:
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=f"{self.prefix}current.json")
        except self.s3.exceptions.NoSuchKey:
            return {}, None
        try:
            pointer: dict[str, Any] = json.load(found["Body"])
            return dict(pointer), found["ETag"]
        except (ValueError, TypeError):
            raise StepError(
                f"{self.prefix}current.json is not an object of JSON; mend it."
            ) from None

    def _exists(self, release: str) -> bool:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=self._key(release), MaxKeys=1)
        return bool(found["KeyCount"])

    def _key(self, release: str) -> str:
        return f"{self.prefix}releases/{release}/" if release else f"{self.prefix}releases/"


if __name__ == "__main__":
    run(main)
