"""What Airflow's driver does with a database that is stood in for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import psycopg2

from .conftest import DATABASE

if TYPE_CHECKING:
    from .conftest import Servers


def connect(servers: Servers, port: int, **changes: Any) -> Any:
    """Connect as `PGSSLMODE=verify-full` does."""
    how = {
        "host": DATABASE.host_name,
        "hostaddr": "127.0.0.1",
        "port": port,
        "user": DATABASE.user,
        "password": DATABASE.password,
        "dbname": DATABASE.database,
        "sslmode": "verify-full",
        "sslrootcert": os.fspath(servers.certificate),
        "connect_timeout": 10,
    }
    return psycopg2.connect(**how | changes)


def query(servers: Servers, port: int, statement: str, **changes: Any) -> list[Any]:
    connection = connect(servers, port, **changes)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
