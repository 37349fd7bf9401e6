from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import UNKNOWN, Created

if TYPE_CHECKING:
    from .building import Program


def test_a_sound_deployment_is_not_complained_about(program: Program) -> None:
    assert program.violations() == []


def test_nothing_is_said_about_what_a_preview_cannot_know(program: Program) -> None:
    for name, declared in program.declared.items():
        given = {
            key: UNKNOWN if isinstance(value, str) and value.startswith("arn:") else value
            for key, value in declared.inputs.items()
        }
        program.declared[name] = replace(declared, inputs=given)
    program.created = dict.fromkeys(program.created, Created(id=""))

    assert program.violations() == []


def test_every_input_may_be_unknown(program: Program) -> None:
    for name, declared in program.declared.items():
        unknown = dict.fromkeys(declared.inputs, UNKNOWN)
        program.declared[name] = replace(declared, inputs=unknown)

    assert program.violations() == []
