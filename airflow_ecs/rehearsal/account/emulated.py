"""The emulated AWS account: a cloud that answers a Pulumi program by real API calls."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import create_loader
from botocore.session import Session
from moto import mock_aws

from airflow_ecs.rehearsal.account import moto_fixes, strict
from airflow_ecs.rehearsal.account.inputs import Inputs
from airflow_ecs.rehearsal.account.lookups import LOOKUPS
from airflow_ecs.rehearsal.account.providers import create_provider
from airflow_ecs.rehearsal.account.region import ACCESS_KEY, Region
from airflow_ecs.rehearsal.account.resources import RESOURCES
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.loaders import Loader

    from airflow_ecs.rehearsal.account.providers import Provider
    from airflow_ecs.rehearsal.declared import Created, Declared

_LOOPBACK = "127.0.0.1"

# Nothing of the user's AWS configuration is read: no profile, no file, no endpoint.
_NOTHING = (None, None, os.devnull, None)
_NO_CONFIGURATION: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": _NOTHING,
    "credentials_file": _NOTHING,
}


class EmulatedAccount:
    """An empty AWS account, served at a URL or living in this process.

    Resources are created by the API calls that the Pulumi provider would make, so that
    botocore checks each request and dependents get real ids. `assumed` are the sentences
    about what was taken to exist in the user's own account.
    """

    def __init__(self, endpoint_url: str | None, region: str) -> None:
        if endpoint_url and urlsplit(endpoint_url).hostname != _LOOPBACK:
            raise RehearsalError(
                f"an emulated account is on this machine, and {endpoint_url} is not; write a URL "
                f"of {_LOOPBACK}."
            )
        self.endpoint_url = endpoint_url
        self.assumed: list[str] = []
        # What no API gives back: the code of functions, the children of remote components,
        # and the settings of explicit providers.
        self.archives: dict[str, bytes] = {}
        self.children: dict[str, dict[str, Any]] = {}
        self.providers: dict[str, Provider] = {}
        self.session = _session()
        self._regions: dict[str, Region] = {}
        self._home = region

    @classmethod
    @contextmanager
    def in_process(cls, region: str) -> Iterator[EmulatedAccount]:
        """An account that lives in this process until the block ends."""
        moto_fixes.apply()
        with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
            yield cls(None, region)

    def connect(self, service: str, region: str) -> Any:
        """A new client that can talk to nothing but this account."""
        return self.session.create_client(
            service, region_name=region, endpoint_url=self.endpoint_url, config=_CONFIG
        )

    def region(self, name: str | None = None) -> Region:
        """A region of the account, the stack's own unless named."""
        name = name or self._home
        return self._regions.setdefault(name, Region(self, name))

    def create(self, declared: Declared) -> Created:
        """Create one resource; `RehearsalError` where AWS would refuse, or we don't know it."""
        create = RESOURCES.get(declared.type)
        if declared.type.startswith("pulumi:providers:"):
            create = create_provider
        if create is None:
            raise RehearsalError(
                f"the emulated account doesn't know resources of type {declared.type}; leave "
                f"'{declared.name}' out of the rehearsed stack, or write a creator in "
                "airflow_ecs/rehearsal/account and enter it in resources.py."
            )
        provider = self.providers.get(declared.provider)
        inputs = Inputs(declared, provider.default_tags if provider else {})
        region = inputs.take("region") or (provider.region if provider else None)
        try:
            created = create(self.region(region), inputs)
        except (ClientError, BotoCoreError) as error:
            raise inputs.refusal(f"AWS refuses it: {error}") from error
        inputs.finish()
        return created

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer one look-up; `RehearsalError` for what doesn't exist, or we don't know."""
        look_up = LOOKUPS.get(token)
        if look_up is None:
            raise RehearsalError(
                f"{token}: the emulated account can't answer this look-up; give the value itself, "
                "or write its answer in airflow_ecs/rehearsal/account/lookups.py."
            )
        try:
            return look_up(self.region(arguments.get("region")), arguments)
        except (ClientError, BotoCoreError) as error:
            raise RehearsalError(f"{token}: AWS refuses it: {error}") from error


# Loopback goes through no proxy, whatever the environment says.
_CONFIG = Config(
    proxies={},
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
)


def _session() -> Session:
    session = Session(session_vars=_NO_CONFIGURATION)
    session.set_config_variable("ignore_configured_endpoint_urls", True)
    session.set_credentials(ACCESS_KEY, ACCESS_KEY)
    session.register_component("data_loader", _models())
    strict.install(session)
    return session


@cache
def _models() -> Loader:
    # The models of the API are read once a process: they cost more than the calls.
    return create_loader()
