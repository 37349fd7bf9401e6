"""Secrets Manager in moto: passwords that RDS keeps there, rotates, and tells EventBridge of."""

from __future__ import annotations

import json
import secrets
from typing import Any

from moto.events.models import events_backends
from moto.rds.models import MasterUserSecret
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

_OWNER = {"Key": "aws:secretsmanager:owningService", "Value": "rds"}
_LENGTH = 28


def mend() -> None:
    """Apply what follows, each for its reason."""
    _make_up_passwords()
    _rotate_what_rds_owns()
    _tell_of_new_values()


def current(secret: FakeSecret) -> dict[str, str]:
    """What a secret of RDS's holds now: `username` and `password`."""
    for version in secret.versions.values():
        if "AWSCURRENT" in version["version_stages"]:
            return dict(json.loads(version["secret_string"]))
    return {}


def _make_up_passwords() -> None:
    def made_up(self: MasterUserSecret) -> str:
        # moto's are all the same, and for a user who is not the instance's.
        name = self.resource.master_username
        return json.dumps({"username": name, "password": secrets.token_urlsafe(_LENGTH)})

    _replace(MasterUserSecret, "_generate_secret_string", made_up)


def _rotate_what_rds_owns() -> None:
    rotate = SecretsManagerBackend.rotate_secret

    def rotate_secret(
        self: SecretsManagerBackend, secret_id: str, *args: Any, **kwargs: Any
    ) -> Any:
        secret = self.secrets.get(secret_id)
        if not isinstance(secret, FakeSecret) or _OWNER not in (secret.tags or []):
            return rotate(self, secret_id, *args, **kwargs)
        # moto leaves that to a function, and there is none where a service rotates itself.
        value = current(secret) | {"password": secrets.token_urlsafe(_LENGTH)}
        version = self._from_client_request_token(None)
        self._add_secret(
            secret.name,
            secret_string=json.dumps(value),
            description=secret.description,
            tags=secret.tags,
            kms_key_id=secret.kms_key_id,
            version_id=version,
        )
        return secret.to_short_dict(version_id=version)

    _replace(SecretsManagerBackend, "rotate_secret", rotate_secret)


def _tell_of_new_values() -> None:
    reset = FakeSecret.reset_default_version

    def reset_default_version(
        self: FakeSecret, secret_version: dict[str, Any], version_id: str
    ) -> None:
        reset(self, secret_version, version_id)
        # Source: AWS Secrets Manager user guide, "Secret Label Updated event".
        event = {
            "Source": "aws.secretsmanager",
            "DetailType": "Secret Label Updated",
            "Resources": [self.arn],
            "Detail": json.dumps(
                {"name": self.name, "labelUpdated": "AWSCURRENT", "versionId": version_id}
            ),
        }
        events_backends[self.account_id][self.region].put_events([event])

    _replace(FakeSecret, "reset_default_version", reset_default_version)


def _replace(owner: type, name: str, function: Any) -> None:
    setattr(owner, name, function)
