"""The smallest program that deploys Airflow: everything has a default."""

import pulumi

from airflow_ecs import AirflowCluster

airflow = AirflowCluster(
    "airflow",
    {"environment": pulumi.get_stack(), "enable_exec": True},
)
pulumi.export("openCommand", airflow.open_command)
pulumi.export("passwordCommand", airflow.password_command)
