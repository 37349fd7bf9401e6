"""Is the Airflow job of this container well? `check_job TYPE` asks the database.

The dag processor and the triggerer serve no health page; as every Airflow job does, they
write the time of their heartbeat into the table `job`. A heartbeat that stands still fails at
once. A database that can't be asked says nothing about the process: that is given five
minutes, so that a failover restarts nothing.
"""

import os
import socket
import sys
import threading

import psycopg2

from airflow_ecs.runtime import heartbeat

HEARTBEAT_LIMIT = 60.0
"""Seconds without a heartbeat at which a job counts as frozen; Airflow beats every 5."""

DATABASE_LIMIT = 300.0
"""Seconds for which the database may stay away."""

TIMEOUT = 4
"""Seconds for the whole question: ECS gives a check 5 by default."""

_QUESTION = """
    SELECT extract(epoch FROM now() - max(latest_heartbeat))
    FROM job WHERE job_type = %s AND state = 'running' AND hostname IN (%s, %s)
"""


class DatabaseLostError(Exception):
    """The database did not answer."""


def fault(job_type: str) -> str | None:
    """Return what is wrong with this container's job, or None."""
    answered = f"database-of-{job_type}"
    try:
        age = heartbeat_age(job_type)
    except DatabaseLostError as error:
        away = heartbeat.age(answered)
        if away is None:
            heartbeat.beat(answered)
            return None
        if away > DATABASE_LIMIT:
            return f"the database has been away for {away:.0f} seconds: {error}"
        return None
    heartbeat.beat(answered)
    if age is None:
        return f"no running {job_type} of this host is in the database"
    if age > HEARTBEAT_LIMIT:
        return f"{job_type} last beat {age:.0f} seconds ago; the limit is {HEARTBEAT_LIMIT:.0f}"
    return None


def heartbeat_age(job_type: str) -> float | None:
    """Return the seconds since this host's `job_type` last beat, by the database's own clock.

    None when there is no such job running.

    Raises:
        DatabaseLostError: nothing came back in time. A database that hangs ignores libpq's own
            timeouts, so the question is asked in a thread that the process does not wait for.
    """
    # SQLAlchemy's URL, without the driver that it names: libpq reads the rest as it is.
    url = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2://", "://", 1)
    answers: list[float | None] = []
    errors: list[str] = []

    def ask() -> None:
        try:
            answers.append(_ask(url, job_type))
        except (psycopg2.Error, OSError) as error:
            errors.append(str(error).strip())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    if not answers:
        raise DatabaseLostError(errors[0] if errors else f"no answer within {TIMEOUT} seconds")
    return answers[0]


def _ask(url: str, job_type: str) -> float | None:
    connection = psycopg2.connect(url, connect_timeout=TIMEOUT)
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, (job_type, *_hostnames()))
        age = cursor.fetchone()[0]
    return None if age is None else float(age)


def _hostnames() -> tuple[str, str]:
    """This host's name and address, found as `airflow.utils.net` finds them.

    Airflow registers a job under one of them, as [core] hostname_callable says.
    """
    name = socket.gethostname()
    canonical = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM, flags=socket.AI_CANONNAME)[
        0
    ][3]
    return canonical or name, socket.gethostbyname(canonical or name)


if __name__ == "__main__":
    sys.exit(fault(sys.argv[1]))
