"""A DAG bundle of releases in S3, of which one small object says which one counts.

    s3://BUCKET/PREFIX/releases/<id>/…
    s3://BUCKET/PREFIX/current.json      {"release": "<id>", …}

A release never changes, so each is downloaded once. A run keeps to the release that it began
with. The provider's S3DagBundle knows no versions: a run may change in the middle.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.dag_processing.bundles.base import BaseDagBundle
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from pathlib import Path


class S3Releases(BaseDagBundle):
    """The releases under `prefix` of a bucket."""

    supports_versioning = True

    def __init__(
        self, *, bucket_name: str, prefix: str, aws_conn_id: str = "aws_default", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._bucket = bucket_name
        self._prefix = prefix.strip("/")
        self._connection = aws_conn_id
        self._release: str | None = self.version

    def initialize(self) -> None:
        """Download the release: the one that is asked for, or the one that counts."""
        if self._release is None:
            self.refresh()
        else:
            self._download()
        super().initialize()

    @property
    def path(self) -> Path:
        """Where the files of the release are."""
        folder: Path = self.versions_dir / str(self._release)
        return folder

    def get_current_version(self) -> str | None:
        """The id of the release."""
        return self._release

    def refresh(self) -> None:
        """Take up the release that counts now."""
        key = f"{self._prefix}/current.json"
        try:
            pointer = self._s3.read_key(key, bucket_name=self._bucket)
        except ClientError as error:
            # Of what is not there, S3 says "forbidden" to who may not list the whole bucket.
            raise FileNotFoundError(
                f"s3://{self._bucket}/{key}, which says which release counts, can't be read "
                f"({error}): has one been made?"
            ) from error
        self._release = str(json.loads(pointer)["release"])
        self._download()

    def _download(self) -> None:
        # Whoever is first downloads; a name that is there is whole.
        with self.lock():
            if self.path.is_dir():
                return
            partial = self.path.with_name(f"{self._release}.partial")
            partial.mkdir(parents=True, exist_ok=True)
            self._s3.sync_to_local_dir(
                bucket_name=self._bucket,
                s3_prefix=f"{self._prefix}/releases/{self._release}/",
                local_dir=partial,
                delete_stale=True,
            )
            if not any(partial.iterdir()):
                partial.rmdir()
                raise FileNotFoundError(
                    f"s3://{self._bucket}/{self._prefix}/releases/{self._release} holds nothing: "
                    "the release was removed."
                )
            partial.rename(self.path)

    @cached_property
    def _s3(self) -> S3Hook:
        return S3Hook(aws_conn_id=self._connection)
