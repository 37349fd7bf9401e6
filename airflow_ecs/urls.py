"""Connection URLs that are right for any character in a password."""

from __future__ import annotations

from urllib.parse import quote


def postgresql(*, user: str, password: str, host: str, port: int, database: str) -> str:
    """The URL of the metadata database.

    Without `sslmode`: Airflow 3 hands the same URL to asyncpg, which refuses it. TLS is asked
    for by PGSSLMODE and PGSSLROOTCERT, which both drivers read.
    """
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"postgresql+psycopg2://{login}@{host}:{port}/{quote(database, safe='')}"


def redis(*, password: str, host: str, port: int, database: int, tls: bool) -> str:
    """The URL of a Redis or Valkey database.

    With TLS it names what to check of the certificate, without which redis-py's result
    backend refuses to start.
    """
    scheme, query = ("rediss", "?ssl_cert_reqs=CERT_REQUIRED") if tls else ("redis", "")
    return f"{scheme}://:{quote(password, safe='')}@{host}:{port}/{database}{query}"
