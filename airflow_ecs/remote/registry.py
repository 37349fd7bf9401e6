"""The revision of a family that a task runs on: the one ECS has, or a new one."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.definition import TaskDefinition
from airflow_ecs.remote.errors import RegistrationError
from airflow_ecs.remote.lock import LIFETIME, lock
from airflow_ecs.remote.retries import ask_again, code_and_message, is_throttled, jittered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.remote.placement import Placement

log = logging.getLogger(__name__)

# How long to wait for others who register in the same family, in seconds.
_PATIENCE = 5 * LIFETIME

# Between two looks at a family that another is registering in.
_LOOK_AGAIN = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A definition that ECS has, and its ARN."""

    arn: str
    definition: TaskDefinition


def revision_for(wanted: TaskDefinition, placement: Placement, ecs: Any, ssm: Any) -> str:
    """The ARN of the revision that serves; registered first when the newest one does not.

    An unchanged definition takes one look. `ecs` and `ssm` are boto3's clients.

    Raises:
        RegistrationError: ECS refuses the definition, or others block the family.
    """
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        newest = newest_revision(wanted.family, ecs)
        if newest is not None and newest.definition.serves(wanted):
            return newest.arn
        # ECS would register the same definition twice: those who differ take turns.
        with lock(ssm, placement.lock(wanted.family)) as ours:
            if ours:
                return _settle(wanted, ecs)
        time.sleep(jittered(_LOOK_AGAIN))
    raise RegistrationError(
        f"Others have been registering in {wanted.family} for {_PATIENCE:.0f} s. Two tasks that "
        "differ share this family; give one of them a task_name of its own."
    )


def newest_revision(family: str, ecs: Any) -> Revision | None:
    """The newest active revision of a family; None when it has none."""
    try:
        answer = ask_again(
            lambda: ecs.describe_task_definition(taskDefinition=family, include=["TAGS"]),
            on=is_throttled,
            seconds=LIFETIME,
        )
    except Exception as error:
        if code_and_message(error)[0] == "ClientException":
            return None
        raise
    return _revision(answer)


def _revision(answer: Mapping[str, Any]) -> Revision:
    return Revision(
        arn=answer["taskDefinition"]["taskDefinitionArn"],
        definition=TaskDefinition.from_aws(answer),
    )


def _settle(wanted: TaskDefinition, ecs: Any) -> str:
    """Look again, now that nobody else registers, and register what is still missing."""
    newest = newest_revision(wanted.family, ecs)
    if newest is not None and newest.definition.serves(wanted):
        return newest.arn
    if newest is None:
        log.info("The first task definition of %s", wanted.family)
    else:
        changes = "\n".join(newest.definition.diff(wanted))
        log.info("A new revision of %s:\n%s", wanted.family, changes)
    try:
        answer = ask_again(
            lambda: ecs.register_task_definition(**wanted.to_request()),
            on=_is_busy,
            # Within the life of the lock.
            seconds=LIFETIME / 2,
        )
    except Exception as error:
        code, message = code_and_message(error)
        if code not in ("ClientException", "InvalidParameterException"):
            raise
        raise RegistrationError(f"ECS refuses the definition of {wanted.family}: {message}") from (
            error
        )
    registered = _revision(answer)
    if registered.definition.body != wanted.body:
        changes = "\n".join(wanted.diff(registered.definition))
        log.warning(
            "ECS changed what was registered in %s, so each run will register again; write it as "
            "ECS does, or report it:\n%s",
            wanted.family,
            changes,
        )
    return registered.arn


def _is_busy(error: Exception) -> bool:
    # ECS registers one definition a second, and one at a time in a family.
    return is_throttled(error) or "Too many concurrent attempts" in code_and_message(error)[1]
