"""File systems that remote tasks mount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from airflow_ecs.remote.errors import RemoteTaskError

# Sources: Amazon EFS API reference, FileSystemDescription and AccessPointDescription.
_FILE_SYSTEM = re.compile(r"fs-[0-9a-f]{8,40}")
_ACCESS_POINT = re.compile(r"fsap-[0-9a-f]{8,40}")
_PATH = re.compile(r"(/[^/\s]+)+/?")


@dataclass(frozen=True, kw_only=True, slots=True)
class EfsVolume:
    """A file system, mounted with encryption on the way where `path` says.

    The security groups of the file system must let the cluster's workflow group in.
    """

    file_system_id: str
    path: str
    access_point_id: str | None = None
    read_only: bool = False

    def __post_init__(self) -> None:
        _checked("file_system_id", self.file_system_id, _FILE_SYSTEM, "an ID such as fs-0123abcd")
        _checked("path", self.path, _PATH, "a path in the container such as /data")
        if self.access_point_id is not None:
            _checked(
                "access_point_id",
                self.access_point_id,
                _ACCESS_POINT,
                "an ID such as fsap-0123abcd, or leave it out",
            )

    def to_request(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The volume of a task definition, and the mount point of its container."""
        volume = {
            "fileSystemId": self.file_system_id,
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": self.access_point_id},
        }
        mount = {"sourceVolume": name, "containerPath": self.path, "readOnly": self.read_only}
        return {"name": name, "efsVolumeConfiguration": volume}, mount


def _checked(parameter: str, given: Any, pattern: re.Pattern[str], example: str) -> None:
    if not isinstance(given, str) or not pattern.fullmatch(given):
        raise RemoteTaskError(f"{parameter} of an EfsVolume is {given!r}; write {example}.")
