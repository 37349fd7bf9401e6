"""The secrets that Airflow makes up for itself: generated once, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_random as random

from airflow_ecs.spec.airflow import User

FLOWER_USER = "airflow"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeysArgs:
    """Whose passwords to make, and whether losing a key must be refused."""

    users: Sequence[User]
    flower: bool
    protect: bool


class Keys(pulumi.ComponentResource):
    """Fernet key, token secrets, and passwords."""

    fernet_key: pulumi.Output[str]
    jwt_secret: pulumi.Output[str]
    api_secret_key: pulumi.Output[str]
    flower_login: pulumi.Output[str] | None
    user_passwords: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Keys", name, None, opts)
        self._name = name
        # Without this key, connections and variables in the database can't be read again.
        fernet = random.RandomBytes(
            f"{name}-fernet-key",
            length=32,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.fernet_key = fernet.base64.apply(
            lambda base64: pulumi.Output.secret(_url_safe(base64))
        )
        self.jwt_secret = self._password("jwt-secret", length=64)
        self.api_secret_key = self._password("api-secret-key", length=64)
        self.flower_login = (
            pulumi.Output.concat(f"{FLOWER_USER}:", self._password("flower-password", length=24))
            if args.flower
            else None
        )
        self.user_passwords = {
            user.username: (
                self._password(f"user-{user.username}", length=24)
                if user.password is None
                else pulumi.Output.secret(user.password)
            )
            for user in args.users
        }
        self.register_outputs({})

    def _password(self, part: str, length: int) -> pulumi.Output[str]:
        password = random.RandomPassword(
            f"{self._name}-{part}",
            length=length,
            special=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return pulumi.Output.secret(password.result)


def _url_safe(base64: str) -> str:
    # Fernet reads the URL-safe alphabet only.
    return base64.translate(str.maketrans("+/", "-_"))
