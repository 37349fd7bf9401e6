"""The simplest Airflow on Fargate: a single container."""

import pulumi

from airflow_ecs import AirflowCluster

my_ip = pulumi.Config().require("my_ip")

airflow = AirflowCluster(
    "airflow",
    {
        "environment": pulumi.get_stack(),
        "executor": "standalone",
        "ingress": {"allowed_cidrs": [f"{my_ip}/32"]},
    },
)
pulumi.export("findUrlCommand", airflow.find_url_command)
pulumi.export("username", airflow.username)
pulumi.export("passwordCommand", airflow.password_command)
