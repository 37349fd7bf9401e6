"""What a DAG writes becomes what a remote task holds, or a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs.remote import RemoteTaskError, given


def test_none_is_nothing() -> None:
    assert (given.command(None), given.keys("values", None), given.pairs("tags", None)) == (
        (),
        {},
        {},
    )


def test_a_text_is_split_as_a_shell_does_it() -> None:
    assert given.command("run 'two words'") == ["run", "two words"]


@pytest.mark.parametrize("command", ["echo 'x", "echo \\"])
def test_a_text_that_cannot_be_split_is_a_sentence(command: str) -> None:
    with pytest.raises(RemoteTaskError, match=r"task_start_command is .*, which has a quote or a"):
        given.command(command)


def test_keys_alone_name_their_variables() -> None:
    assert given.keys("secret_values", ["api/token"]) == {"API_TOKEN": "api/token"}
    assert given.keys("secret_values", "token") == {"TOKEN": "token"}
    assert given.keys("secret_values", ["token", "token"]) == {"TOKEN": "token"}
    assert given.keys("secret_values", {"T": "token"}) == {"T": "token"}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["db-host", "db.host"], "has 'db-host' and 'db.host', and both would be DB_HOST; write"),
        ([5], r"secret_values is \[5\]; write a list of texts"),
        (5, "secret_values is 5; write a list of texts"),
    ],
)
def test_keys_that_cannot_be_are_a_sentence(keys: Any, message: str) -> None:
    with pytest.raises(RemoteTaskError, match=message):
        given.keys("secret_values", keys)


def test_what_has_no_names_is_a_sentence() -> None:
    with pytest.raises(RemoteTaskError, match=r"tags is \['team'\]; write an object, such as"):
        given.pairs("tags", ["team"])
