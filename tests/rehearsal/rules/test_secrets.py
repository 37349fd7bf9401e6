from __future__ import annotations

from typing import TYPE_CHECKING

from .building import ARN, one
from .sound import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


def test_a_secret_that_is_not_declared_is_refused(program: Program) -> None:
    missing = ARN.format("ssm", "elsewhere")
    program.change_container("worker-task", secrets=[{"name": "URL", "valueFrom": missing}])

    assert f"comes from {missing}, which the program does not declare" in one(program.violations())


def test_a_variable_is_given_once(program: Program) -> None:
    program.change_container("worker-task", environment=[{"name": "URL", "value": "x"}])

    assert "URL is in environment and in secrets" in one(program.violations())


def test_a_generated_password_in_the_environment_is_found(program: Program) -> None:
    program.change_container("web-task", environment=[{"name": "TOKEN", "value": PASSWORD}])

    sentence = one(program.violations())

    assert 'shows the secret of aws:rds/instance:Instance "database" in plain text' in sentence
    assert "web.environment.TOKEN" in sentence


def test_a_password_inside_a_command_is_found(program: Program) -> None:
    program.change_container("web-task", command=["sh", "-c", f"connect --password={PASSWORD}"])

    assert "web.command" in one(program.violations())


def test_a_password_in_a_url_is_found_however_it_is_spelled(program: Program) -> None:
    program.add(
        "random:index/randomPassword:RandomPassword", "odd", outputs={"result": "p@ss/word:1"}
    )
    url = "https://user:p%40ss%2Fword%3A1@example.org"
    program.change_container("web-task", environment=[{"name": "PAGE", "value": url}])

    assert '"odd" in plain text' in one(program.violations())


def test_a_secret_in_an_input_that_is_not_marked_is_found(spoil: Callable[..., str]) -> None:
    sentence = spoil("web-logs", tags={"owner": PASSWORD})

    assert "tags.owner shows the secret" in sentence


def test_a_secret_in_a_plain_parameter_is_found(program: Program) -> None:
    program.add(
        "aws:ssm/parameter:Parameter",
        "plain",
        {"name": "/plain", "type": "String", "value": f"password is {PASSWORD}"},
        # The SDK marks the value of every parameter.
        secrets=["value"],
    )

    assert '"plain": value shows the secret' in one(program.violations())


def test_a_secret_that_the_stack_shows_is_found(program: Program) -> None:
    program.outputs["login"] = {"user": "admin", "password": PASSWORD}

    assert "the stack output login shows the secret" in one(program.violations())


def test_a_secret_output_may_hold_a_secret(program: Program) -> None:
    program.outputs["password"] = PASSWORD
    program.secret_outputs.add("password")

    assert program.violations() == []
