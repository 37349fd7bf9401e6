"""Why a task has stopped, in words of its author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a process leaves that was killed, by the kernel or by whoever stops it.
_KILLED = 137


# Why a task has stopped whose container ended of its own accord.
_BY_ITSELF = (None, "EssentialContainerExited")


def exit_code(task: Mapping[str, Any], container: str) -> int | None:
    """The exit code of a container; None when it never ran."""
    code = _container(task, container).get("exitCode")
    return None if code is None else int(code)


def failure(task: Mapping[str, Any], container: str) -> str | None:
    """A sentence about what went wrong with a task as DescribeTasks tells it; None if nothing."""
    code, stop = exit_code(task, container), task.get("stopCode")
    if stop == "TaskFailedToStart" or (code is None and "startedAt" not in task):
        return _not_started(task, container)
    if code == 0 and stop in _BY_ITSELF:
        return None
    reason = str(_container(task, container).get("reason", ""))
    said = "; ".join(part for part in (str(task.get("stoppedReason", "")), reason) if part)
    if "OutOfMemory" in reason:
        return (
            f"The container {container} ran out of memory (exit code {code}): it had "
            f"{task.get('memory', 'too few')} MiB. Give it more with task_memory."
        )
    left = "no exit code" if code is None else f"exit code {code}"
    if stop == "SpotInterruption":
        return (
            f"Fargate Spot took its capacity back in the middle of the task ({left}). "
            "The next try runs on demand."
        )
    if code is None or code == 0:
        # A program that is told to end may well end with 0.
        return f"The task was stopped before its end ({left}): {said or 'ECS does not say why'}."
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
