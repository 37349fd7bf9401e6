"""Airflow whose image and DAGs are released by pipelines, after tests and a quality gate."""

import pulumi

from airflow_ecs import AirflowCluster

config = pulumi.Config()

airflow = AirflowCluster(
    "airflow",
    {
        "environment": pulumi.get_stack(),
        "database": {"kind": "aurora", "credentials": "secrets-manager"},
        "image": {"source": config.require("image_source")},
        "dags": {"source": "efs", "releases": True},
        "pipelines": {
            "connection_arn": config.require("connection_arn"),
            "image": {"repository": config.require("image_repository"), "fail_on": "high"},
            "dags": {
                "repository": config.require("dags_repository"),
                "gate": {
                    "organization": config.require("sonar_organization"),
                    "project": config.require("sonar_project"),
                    "token_parameter": config.require("sonar_token_parameter"),
                },
            },
        },
        "enable_exec": True,
    },
)
pulumi.export("url", airflow.url)
pulumi.export("openCommand", airflow.open_command)
pulumi.export("username", airflow.username)
pulumi.export("passwordCommand", airflow.password_command)
pulumi.export("dagsLocation", airflow.dags_location)
