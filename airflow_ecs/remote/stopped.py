"""Why a task has stopped, in words of its author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a process leaves that was killed, by the kernel or by whoever stops it.
_KILLED = 137


def exit_code(task: Mapping[str, Any], container: str) -> int | None:
    """The exit code of a container; None when it never ran."""
    code = _container(task, container).get("exitCode")
    return None if code is None else int(code)


def failure(task: Mapping[str, Any], container: str) -> str | None:
    """A sentence about what went wrong with a task as DescribeTasks tells it; None if nothing."""
    code = exit_code(task, container)
    if task.get("stopCode") == "TaskFailedToStart" or code is None:
        return _not_started(task, container)
    if code == 0:
        return None
    reason = str(_container(task, container).get("reason", ""))
    if "OutOfMemory" in reason:
        return (
            f"The container {container} ran out of memory (exit code {code}): it had "
            f"{task.get('memory', 'too few')} MiB. Give it more with task_memory."
        )
    if task.get("stopCode") == "SpotInterruption":
        return (
            "Fargate Spot took its capacity back in the middle of the task "
            f"(exit code {code}). The next try runs on demand."
        )
    said = "; ".join(part for part in (str(task.get("stoppedReason", "")), reason) if part)
    if code == _KILLED:
        said = f"{said or 'it was killed'} (as for want of memory or time)"
    return f"The container {container} ended with exit code {code}: {said or 'ECS says no more'}."


def _not_started(task: Mapping[str, Any], container: str) -> str:
    said = str(task.get("stoppedReason") or _container(task, container).get("reason") or "")
    advice = ""
    if "invalid parameters" in said or "invalid ssm parameters" in said:
        advice = (
            " A secret or value that the task names is not in Parameter Store; put it there, or "
            "correct secret_values and environment_values."
        )
    elif "CannotPull" in said:
        advice = " Look whether the registry has the image of task_container, and it may be read."
    elif "AccessDenied" in said or "not authorized" in said:
        advice = " The execution role may read only what is under the parameter path."
    return f"The task did not start: {said or 'ECS does not say why'}.{advice}"


def _container(task: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = [one for one in task.get("containers", ()) if one.get("name") == name]
    return found[0] if found else {}
