"""What a stand-in must know and no API of AWS tells, as one route of the account's server.

`GET /rehearsal/stand-in-secrets` answers, by ARN, a database's `password`, and a cache's
`auth_token` and `parameter_group`. Like all of the account it is on loopback only, and a task
reaches it no more than the account itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.elasticache.models import ReplicationGroup, elasticache_backends
from moto.rds.models import rds_backends

from airflow_ecs.rehearsal.account import moto_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from airflow_ecs.rehearsal.account.agent_channel import Application

_PATH = "/rehearsal/stand-in-secrets"


def answer_for(application: Application) -> Application:
    """The account with the route in front of it."""
    _keep_auth_tokens()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != _PATH:
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(_known()).encode()]

    return answer


def _known() -> dict[str, dict[str, Any]]:
    backends = [one for regions in rds_backends.values() for one in regions.values()]
    databases = {
        one.arn: {"password": password}
        for backend in backends
        for one in (*backend.databases.values(), *backend.clusters.values())
        if (password := _password(one)) is not None
    }
    caches = {
        group.arn: {
            "auth_token": vars(group)["auth_token"],
            "parameter_group": group.cache_parameter_group_name,
        }
        for regions in elasticache_backends.values()
        for backend in regions.values()
        for group in backend.replication_groups.values()
    }
    return databases | caches


def _password(database: Any) -> str | None:
    """The password of an instance or cluster; none of an Aurora instance, which has its cluster's.

    It is in a secret of RDS's own where RDS manages it.
    """
    if database.manage_master_user_password:
        return moto_secrets.current(database.master_user_secret.secret)["password"]
    password: str | None = vars(database).get("_master_user_password")
    return password


def _keep_auth_tokens() -> None:
    begin = ReplicationGroup.__init__

    def begin_group(self: ReplicationGroup, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        # moto keeps only whether there is one.
        vars(self)["auth_token"] = kwargs["auth_token"]

    constructor = "__init__"
    setattr(ReplicationGroup, constructor, begin_group)
