"""A password may hold any character."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs import urls

passwords = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(passwords)
def test_any_password_comes_out_of_the_database_url_as_it_went_in(password: str) -> None:
    url = urls.postgresql(
        user="airflow", password=password, host="db.internal", port=5432, database="airflow"
    )
    read = urlsplit(url)
    assert unquote(read.password or "") == password
    assert (read.scheme, read.username, read.hostname, read.port, read.path) == (
        "postgresql+psycopg2",
        "airflow",
        "db.internal",
        5432,
        "/airflow",
    )
    assert url.isascii()


@given(passwords)
def test_any_password_comes_out_of_the_broker_url_as_it_went_in(password: str) -> None:
    url = urls.redis(password=password, host="redis.internal", port=6379, database=1, tls=True)
    read = urlsplit(url)
    assert unquote(read.password or "") == password
    assert (read.scheme, read.hostname, read.port, read.path) == (
        "rediss",
        "redis.internal",
        6379,
        "/1",
    )
    assert parse_qs(read.query) == {"ssl_cert_reqs": ["CERT_REQUIRED"]}


def test_airflows_own_url_parser_asks_for_no_sslmode() -> None:
    # asyncpg, which Airflow 3 hands the same URL to, refuses that parameter.
    url = urls.postgresql(user="a", password="p", host="h", port=5432, database="d")
    assert urlsplit(url).query == ""


def test_a_broker_without_tls_says_so() -> None:
    assert urls.redis(password="p", host="h", port=6379, database=0, tls=False) == (
        "redis://:p@h:6379/0"
    )
