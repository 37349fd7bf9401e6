"""Airflow whose every part is a Fargate service, Redis among them."""

import pulumi

from airflow_ecs import AirflowCluster

airflow = AirflowCluster(
    "airflow",
    {
        "environment": pulumi.get_stack(),
        "broker": {"kind": "fargate"},
        "flower": True,
        "ingress": {"allowed_cidrs": pulumi.Config().require_object("allowed_cidrs")},
        "enable_exec": True,
    },
)
pulumi.export("url", airflow.url)
pulumi.export("flowerUrl", airflow.flower_url)
pulumi.export("openCommand", airflow.open_command)
pulumi.export("username", airflow.username)
pulumi.export("passwordCommand", airflow.password_command)
