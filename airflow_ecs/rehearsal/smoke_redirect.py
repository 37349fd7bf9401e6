"""Smoke test: does Airflow know the address under which people open it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.page import Page

# It has a slash too few, and so redirects to an address that the FAB auth manager makes from
# what the balancer says of the request.
_PATH = "/auth/login"


def check(page: Page) -> str:
    """Follow the redirection to the page for signing in, which must lead there again.

    Raises:
        RehearsalError: it leads elsewhere, or nowhere.
    """
    answer = page.ask("GET", _PATH)
    if not answer.location:
        raise RehearsalError(
            f"GET {page.url}{_PATH} answers {answer.status}, and should redirect to {_PATH}/."
        )
    wanted = f"{page.url}{_PATH}/"
    if answer.location not in (wanted, f"{_PATH}/"):
        raise RehearsalError(
            f"GET {page.url}{_PATH} leads to {answer.location}, and not to {wanted}: Airflow does "
            "not read the X-Forwarded headers of the load balancer. Look at the web service's "
            "option --proxy-headers, FORWARDED_ALLOW_IPS and AIRFLOW__FAB__ENABLE_PROXY_FIX."
        )
    return f"redirections lead to {page.url}"
