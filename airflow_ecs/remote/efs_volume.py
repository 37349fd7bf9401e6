"""File systems that remote tasks mount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class EfsVolume:
    """A file system, mounted with encryption on the way where `path` says.

    The security groups of the file system must let the cluster's workflow group in.
    """

    file_system_id: str
    path: str
    access_point_id: str | None = None
    read_only: bool = False

    def to_request(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The volume of a task definition, and the mount point of its container."""
        volume = {
            "fileSystemId": self.file_system_id,
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": self.access_point_id},
        }
        mount = {"sourceVolume": name, "containerPath": self.path, "readOnly": self.read_only}
        return {"name": name, "efsVolumeConfiguration": volume}, mount
