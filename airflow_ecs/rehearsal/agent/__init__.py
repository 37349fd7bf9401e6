"""Runs what ECS would run: the tasks of the emulated account, as processes of this machine.

It knows nothing but what the account's API answers. `python -m airflow_ecs.rehearsal.agent`
starts it.
"""
