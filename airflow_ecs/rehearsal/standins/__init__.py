"""Real servers on this machine, in place of RDS and ElastiCache.

`discover` reads from the emulated account what was deployed; `database` and `cache` make stand-ins
of it, each with `start()` and `stop()`; clients trust `Authority().certificate`. What a killed
process has left is ended by `end_left_over`, and all data are removed by `remove`.
"""

from airflow_ecs.rehearsal.standins.certificates import Authority
from airflow_ecs.rehearsal.standins.described import Cache, Database
from airflow_ecs.rehearsal.standins.discover import Deployed, discover
from airflow_ecs.rehearsal.standins.server_process import end_left_over
from airflow_ecs.rehearsal.standins.stand_ins import StandIn, cache, database, remove

__all__ = [
    "Authority",
    "Cache",
    "Database",
    "Deployed",
    "StandIn",
    "cache",
    "database",
    "discover",
    "end_left_over",
    "remove",
]
