"""A program to spoil: what it declares, and the answers that it got."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import rules
from airflow_ecs.rehearsal.declared import Created, Declared
from airflow_ecs.rehearsal.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"


class Program:
    """What a program declares; each resource is changed by its name."""

    def __init__(self) -> None:
        self.declared: dict[str, Declared] = {}
        self.created: dict[str, Created] = {}
        self.outputs: dict[str, Any] = {}
        self.secret_outputs: set[str] = set()

    def add(
        self,
        type_: str,
        name: str,
        inputs: dict[str, Any] | None = None,
        *,
        id: str | None = None,
        outputs: dict[str, Any] | None = None,
        secrets: Iterable[str] = (),
        needs: Iterable[str] = (),
    ) -> None:
        urn = f"urn:pulumi:test::project::{type_}::{name}"
        self.declared[name] = Declared(
            type=type_,
            name=name,
            urn=urn,
            custom=True,
            remote=False,
            parent="",
            inputs=inputs or {},
            secrets=frozenset(secrets),
            dependencies=frozenset(self.declared[one].urn for one in needs),
        )
        arn = {"arn": ARN.format(type_.split(":")[1].split("/")[0], f"{name}")}
        answer = Created(id=name if id is None else id, outputs={**arn, **(outputs or {})})
        self.created[urn] = answer

    def change(self, name: str, /, **inputs: Any) -> None:
        """Give other inputs; `None` takes one away."""
        declared = self.declared[name]
        merged = {**declared.inputs, **inputs}
        kept = {key: value for key, value in merged.items() if value is not None}
        self.declared[name] = replace(declared, inputs=kept)

    def need(self, name: str, other: str, *, needed: bool = True) -> None:
        """Let one wait for another, or not."""
        declared, urn = self.declared[name], self.declared[other].urn
        others = declared.dependencies - {urn}
        self.declared[name] = replace(declared, dependencies=others | ({urn} if needed else set()))

    def change_container(self, name: str, /, **members: Any) -> None:
        """Give the one container of a task definition other members."""
        text = self.declared[name].inputs["containerDefinitions"]
        container = {**json.loads(text)[0], **members}
        self.change(name, containerDefinitions=json.dumps([container]))

    def remove(self, name: str) -> None:
        del self.declared[name]

    def violations(self) -> list[str]:
        recording = Recording(
            resources=list(self.declared.values()),
            created=self.created,
            outputs=self.outputs,
            secret_outputs=frozenset(self.secret_outputs),
        )
        return rules.violations(recording)


def policy(*allowed: tuple[str | list[str], str]) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": action, "Resource": resource}
                for action, resource in allowed
            ],
        }
    )


def one(sentences: list[str]) -> str:
    assert len(sentences) == 1, sentences
    return sentences[0]
