"""An emulated account to create things in, as the runner does for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.declared import Created, Declared

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-central-1"
ARN = f"arn:aws:{{}}:{REGION}:123456789012:{{}}"


class Workbench:
    """Creates resources by type, name and inputs, and looks at them through the API."""

    def __init__(self, account: EmulatedAccount) -> None:
        self.account = account

    def create(self, type_: str, name: str, provider: str = "", /, **inputs: Any) -> Created:
        return self.account.create(
            Declared(
                type=type_,
                name=name,
                urn=f"urn:pulumi:test::project::{type_}::{name}",
                custom=not type_.startswith("awsx:"),
                remote=type_.startswith("awsx:"),
                parent="",
                inputs=inputs,
                provider=provider,
            )
        )

    def client(self, service: str, region: str = REGION) -> Any:
        return self.account.region(region).client(service)

    def network(self, name: str) -> dict[str, Any]:
        """A VPC with private and public subnets in two zones."""
        created = self.create("awsx:ec2:Vpc", name, numberOfAvailabilityZones=2)
        return dict(created.outputs)


@pytest.fixture
def bench() -> Iterator[Workbench]:
    """An account of its own, empty."""
    with EmulatedAccount.in_process(REGION) as account:
        yield Workbench(account)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever creates in an account is slow: the models of the API alone take seconds."""
    for item in items:
        if "bench" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
