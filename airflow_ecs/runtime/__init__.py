"""What runs inside the containers. Each file imports as little as its job allows.

A health check runs every half minute for as long as a container lives, often on a quarter of
a processor: the checks use the standard library (and psycopg2 where they ask the database),
and never import Airflow, which alone takes two CPU-seconds.
"""
