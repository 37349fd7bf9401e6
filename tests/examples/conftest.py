"""Examples, each deployed once to an emulated account, and what was recorded of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import stack_config
from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.program import run

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording

EXAMPLES = Path(__file__).parents[2] / "examples"
REGION = "eu-west-1"
ACCOUNT = "123456789012"


@cache
def deployed(example: str) -> Recording:
    """What the stack `dev` of an example declares, and what AWS answered."""
    config = stack_config.load(EXAMPLES / example, "dev")
    with EmulatedAccount.in_process(REGION) as account:
        return run(
            EXAMPLES / example,
            cloud=account,
            project=config.project,
            stack="dev",
            config=config.values,
        )
