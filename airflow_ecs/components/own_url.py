"""A URL of the user's own, which may only be known while the deployment goes on."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from airflow_ecs.spec.reading import Given
from airflow_ecs.urls import UrlError


def own_url(key: str, url: Given, checked: Callable[[str], str]) -> pulumi.Output[str]:
    """The URL as Airflow wants it, a secret.

    Raises:
        pulumi.RunError: in an update or preview that knows it, what `checked` finds wrong.
    """

    def read(known: str) -> str:
        try:
            return checked(known)
        except UrlError as mistake:
            raise pulumi.RunError(f"{key} {mistake}") from None

    return pulumi.Output.secret(url).apply(read)
