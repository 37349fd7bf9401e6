"""`airflow-ecs rehearse --preview`: shows what would be created, and creates nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import outputs, planning, stack_config, tree

if TYPE_CHECKING:
    from pathlib import Path


def preview(project_directory: Path, stack: str) -> None:
    """Plan and check the stack, and print its tree and the counts of each type."""
    config = stack_config.load(project_directory, stack)
    region, origin = planning.region(config)
    planning.introduce(config, region, origin)
    recording, assumed = planning.plan(config, region)
    planning.tell(recording, assumed)
    width = shutil.get_terminal_size((100, 24)).columns
    title = f"{config.project}/{config.stack} would create {tree.summary(recording)}"
    print(tree.render(recording, title=title, width=width))
    print(f"\nBy type\n{tree.counts(recording)}")
    if recording.outputs:
        print(f"\nOutputs\n{outputs.render(outputs.masked(recording))}")
