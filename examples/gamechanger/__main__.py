"""Airflow on Fargate, and heavy work in Fargate tasks of its own."""

import pulumi
import pulumi_random as random

from airflow_ecs import AirflowCluster

# For the warehouse's user of Airflow's tasks: give it to both.
warehouse_password = random.RandomPassword("warehouse", length=32)

airflow = AirflowCluster(
    "airflow",
    {
        "environment": pulumi.get_stack(),
        "dags": {"source": "s3"},
        "values": {"warehouse_host": pulumi.Config().require("warehouse_host")},
        "secret_values": {"warehouse_password": warehouse_password.result},
        "enable_exec": True,
    },
)
pulumi.export("url", airflow.url)
pulumi.export("openCommand", airflow.open_command)
pulumi.export("username", airflow.username)
pulumi.export("passwordCommand", airflow.password_command)
pulumi.export("dagsLocation", airflow.dags_location)
pulumi.export("securityGroupId", airflow.security_group_id)
