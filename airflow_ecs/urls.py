"""Connection URLs that are right for any character in a password."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

# What to check of the certificate; redis-py's result backend refuses to start without it.
_CHECKED = "ssl_cert_reqs=CERT_REQUIRED"


def postgresql(
    *, user: str, host: str, port: int, database: str, password: str | None = None
) -> str:
    """The URL of the metadata database.

    Without a password where it comes by PGPASSWORD, which both drivers read.

    Without `sslmode`: Airflow 3 hands the same URL to asyncpg, which refuses it. TLS is asked
    for by PGSSLMODE and PGSSLROOTCERT, which both drivers read.
    """
    login = quote(user, safe="")
    if password is not None:
        login += f":{quote(password, safe='')}"
    return f"postgresql+psycopg2://{login}@{host}:{port}/{quote(database, safe='')}"


def redis(*, password: str, host: str, port: int, database: int, tls: bool) -> str:
    """The URL of a Redis or Valkey database."""
    scheme, query = ("rediss", f"?{_CHECKED}") if tls else ("redis", "")
    return f"{scheme}://:{quote(password, safe='')}@{host}:{port}/{database}{query}"


class UrlError(ValueError):
    """What is wrong with a URL of the user's, in words that go after its key's name."""


def own_postgresql(url: str, *, port: int) -> str:
    """The user's URL of a PostgreSQL, as Airflow wants it.

    Raises:
        UrlError: it is none, has another port, or says what the drivers are told apart.
    """
    schemes = ("postgresql", "postgres", "postgresql+psycopg2")
    read = _read(url, schemes=schemes, port=port, usual=5432)
    if "sslmode" in read.query or "sslrootcert" in read.query:
        raise UrlError(
            "holds sslmode, which one of Airflow's two drivers refuses; leave it out of the URL, "
            "and write it as tls beside."
        )
    return read._replace(scheme="postgresql+psycopg2").geturl()


def own_redis(url: str, *, port: int, tls: bool) -> str:
    """The user's URL of a Redis or Valkey, as Celery wants it.

    Raises:
        UrlError: it is none, has another port, or fits another `tls`.
    """
    scheme, other = ("rediss", "redis") if tls else ("redis", "rediss")
    read = _read(url, schemes=(scheme,), other=other, port=port, usual=6379)
    if tls and "ssl_cert_reqs" not in read.query:
        read = read._replace(query="&".join(filter(None, (read.query, _CHECKED))))
    return read.geturl()


def _read(
    url: str, *, schemes: tuple[str, ...], port: int, usual: int, other: str = ""
) -> SplitResult:
    # The URL holds a password, so that no sentence may show it.
    try:
        read, named = urlsplit(url), urlsplit(url).port or usual
    except ValueError:
        raise UrlError(
            "is not a URL; percent-encode what is special in its password, such as %40 for @."
        ) from None
    if other and read.scheme == other:
        raise UrlError(f"begins with {other}://; write {schemes[0]}://, or change tls beside.")
    if read.scheme not in schemes or not read.hostname:
        raise UrlError(f"is not a URL such as {schemes[0]}://user:password@host:{port}/name.")
    if named != port:
        raise UrlError(f"leads to the port {named}; write port: {named} beside it.")
    return read
