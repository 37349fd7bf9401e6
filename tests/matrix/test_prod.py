"""Stack prod, with its own domain and HTTPS, runs on this machine as dev does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal import smoke_redirect
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.deployed import Deployed
from tests.faults import links
from tests.faults.breaking import in_place
from tests.rehearsed import Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """Stack prod, up; afterwards down, with no process left."""
    rehearsed = Rehearsed.copied_to(tmp_path_factory.mktemp("prod"), "prod")
    with rehearsed.running():
        yield rehearsed


def test_prod_passes_the_smoke_test(prod: Rehearsed) -> None:
    smoke = prod.smoke()
    assert smoke.returncode == 0, smoke.stderr


def test_a_page_behind_https_that_takes_itself_for_plain_http_is_told(prod: Rehearsed) -> None:
    link = links.UNTRUSTED_BALANCER
    with in_place(prod, link), pytest.raises(RehearsalError, match=link.says):
        smoke_redirect.check(Deployed(prod.state).airflow)
