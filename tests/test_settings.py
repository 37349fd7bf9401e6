"""The stack's configuration becomes the component's arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

import settings
from airflow_ecs.args import AirflowClusterArgs
from airflow_ecs.rehearsal import stack_config
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run

PROJECT = Path(__file__).parent.parent


def load(config: dict[str, Any], secret_keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """What `settings.load` gives, inside a running program."""
    loaded: dict[str, Any] = {}
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    run(
        lambda: loaded.update(settings.load()),
        cloud=Placeholders(),
        project="airflow",
        stack="dev",
        config=texts,
        secret_keys=[f"airflow:{key}" for key in secret_keys],
    )
    return loaded


def test_every_key_of_the_component_is_a_key_of_the_stack_and_the_reverse() -> None:
    keys = {*settings.TEXTS, *settings.FLAGS, *settings.OBJECTS}
    assert keys == AirflowClusterArgs.__annotations__.keys() - {"environment"}


def test_every_key_of_the_stack_is_declared_described_and_defaulted() -> None:
    import yaml

    declared = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["config"]
    keys = {*settings.TEXTS, *settings.FLAGS, *settings.OBJECTS, *settings.ELSEWHERE}
    assert declared.keys() == keys
    for key, entry in declared.items():
        assert {"type", "description", "default"} <= entry.keys(), key


def test_the_environment_is_the_stack() -> None:
    assert load({})["environment"] == "dev"


def test_an_unknown_key_is_a_sentence() -> None:
    with pytest.raises(RehearsalError) as raised:
        load({"protect_dat": "true"})
    assert str(raised.value) == ("airflow:protect_dat is not a setting; did you mean protect_data?")


def test_a_password_of_the_stack_is_marked_as_secret() -> None:
    users = [{"username": "ada", "email": "ada@example.com", "password": "correct-horse"}]
    loaded = load({"users": users, "secret_values": {"token": "t"}}, ("users", "secret_values"))
    assert isinstance(loaded["users"][0]["password"], pulumi.Output)
    assert isinstance(loaded["secret_values"]["token"], pulumi.Output)


def test_a_secret_in_a_key_that_is_readable_by_all_is_refused() -> None:
    with pytest.raises(RehearsalError, match=r"^values holds a secret of the stack"):
        load({"values": {"token": "t"}}, ("values",))


def test_a_flag_that_is_none_is_a_sentence() -> None:
    with pytest.raises(RehearsalError, match="flower"):
        load({"flower": "maybe"})


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_stack_files_hold_differences_only(stack: str) -> None:
    config = stack_config.load(PROJECT, stack)
    empty = stack_config.load(PROJECT, stack).values
    assert config.values["aws:region"] == "eu-west-1"
    assert empty["airflow:executor"] == "celery"
    lines = (PROJECT / f"Pulumi.{stack}.yaml").read_text().splitlines()
    assert "executor" not in " ".join(lines)
