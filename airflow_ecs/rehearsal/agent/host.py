"""What all tasks of this machine share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.agent.addresses import Addresses
    from airflow_ecs.rehearsal.agent.admission import Admission
    from airflow_ecs.rehearsal.agent.clients import Clients
    from airflow_ecs.rehearsal.agent.control_plane import ControlPlane
    from airflow_ecs.rehearsal.agent.file_systems import FileSystems
    from airflow_ecs.rehearsal.agent.images import Images
    from airflow_ecs.rehearsal.agent.names import Names
    from airflow_ecs.rehearsal.agent.registration import Registration
    from airflow_ecs.rehearsal.agent.stand_ins import StandIns

HOOK = Path(__file__).with_name("hook")


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """The machine. `folder` holds all that the agent writes."""

    folder: Path
    region: str
    clients: Clients
    control: ControlPlane
    addresses: Addresses
    names: Names
    images: Images
    registration: Registration
    admission: Admission
    stand_ins: StandIns
    file_systems: FileSystems
    git_settings: Path

    @property
    def records(self) -> Path:
        """Where running processes are on record."""
        return self.folder / "processes"

    def task_folder(self, task_id: str) -> Path:
        """What would be the file system of a task's containers."""
        return self.folder / "tasks" / task_id

    def log_file(self, label: str) -> Path:
        """What a service's containers say."""
        return self.folder / "logs" / f"{label}.log"
