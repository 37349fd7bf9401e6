"""What a stack's key `rehearsal` says is there before the program: parameters, repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.stack_config import StackConfig


def put_parameters(config: StackConfig, ssm: Any) -> None:
    """Put the user's own parameters into the account, which begins empty.

    Raises:
        RehearsalError: `rehearsal.parameters` is not an object of texts.
    """
    for name, value in _texts(config, "parameters", "a value").items():
        ssm.put_parameter(Name=name, Value=value, Type="SecureString")


def repositories(config: StackConfig) -> dict[str, Path]:
    """Addresses of Git, and the folders of this machine that stand for them.

    Raises:
        RehearsalError: `rehearsal.repositories` names a folder that is not there.
    """
    found: dict[str, Path] = {}
    home = config.program if config.program.is_dir() else config.program.parent
    for address, folder in _texts(config, "repositories", "a folder").items():
        path = home / folder
        if not path.is_dir():
            raise RehearsalError(
                f"rehearsal.repositories.{address} is {folder}, which is not there; "
                "write the folder of a Git repository."
            )
        found[address] = path.resolve()
    return found


def _texts(config: StackConfig, key: str, what: str) -> Mapping[str, str]:
    given = config.rehearsal.get(key, {})
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise RehearsalError(
            f"rehearsal.{key} is {given!r}; write an object with {what} for each name."
        )
    return given
