"""File systems of EFS as containers mount them: folders of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError
from airflow_ecs.rehearsal.gateway.iam import Question

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_ecs.rehearsal.agent.clients import Clients
    from airflow_ecs.rehearsal.agent.definition import Mount, Task
    from airflow_ecs.rehearsal.gateway.gateway import Gateway

_UNABLE = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes:"


class FileSystems:
    """The file systems of the account, each below `folder` under its id."""

    def __init__(self, clients: Clients, gateway: Gateway, folder: Path) -> None:
        self._efs = clients.own("efs")
        self._gateway = gateway
        self._folder = folder

    def mounted(self, task: Task, mount: Mount) -> Path:
        """The folder of what a task mounts.

        Raises:
            TaskFailedToStartError: nothing of that id is there, or the task's role may not.
        """
        try:
            arn, root = self._find(mount)
        except self._efs.exceptions.ClientError as error:
            raise TaskFailedToStartError(f"{_UNABLE} {error}") from error
        if mount.by_role:
            self._check(task, mount, arn)
        folder = self._folder / mount.file_system / root.strip("/")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _find(self, mount: Mount) -> tuple[str, str]:
        """The file system's ARN, and the folder of it that is mounted."""
        described = self._efs.describe_file_systems(FileSystemId=mount.file_system)
        arn = str(described["FileSystems"][0]["FileSystemArn"])
        if mount.access_point is None:
            return arn, mount.root
        found = self._efs.describe_access_points(AccessPointId=mount.access_point)
        return arn, str(found["AccessPoints"][0]["RootDirectory"]["Path"])

    def _check(self, task: Task, mount: Mount, arn: str) -> None:
        region = arn.rpartition(":")[0]
        context = {"aws:SecureTransport": ["true" if mount.by_tls else "false"]}
        if mount.access_point is not None:
            point = f"{region}:access-point/{mount.access_point}"
            context["elasticfilesystem:AccessPointArn"] = [point]
        actions = ["elasticfilesystem:ClientMount"]
        if not mount.read_only:
            actions.append("elasticfilesystem:ClientWrite")
        for action in actions:
            question = Question(action=action, resource=arn, context=context)
            refused = self._gateway.refuses(task.task_role, question)
            if refused is not None:
                raise TaskFailedToStartError(f"{_UNABLE} mount.nfs4: access denied: {refused}")
