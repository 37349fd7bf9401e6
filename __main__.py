"""Deploys Airflow from the configuration of the selected stack."""

import pulumi

import settings
from airflow_ecs import AirflowCluster

airflow = AirflowCluster("airflow", settings.load())

pulumi.export("url", airflow.url)
pulumi.export("findUrlCommand", airflow.find_url_command)
pulumi.export("flowerUrl", airflow.flower_url)
pulumi.export("openCommand", airflow.open_command)
pulumi.export("username", airflow.username)
pulumi.export("passwordCommand", airflow.password_command)
pulumi.export("clusterArn", airflow.cluster_arn)
pulumi.export("securityGroupId", airflow.security_group_id)
pulumi.export("dagsLocation", airflow.dags_location)
pulumi.export("parameterPath", airflow.parameter_path)
pulumi.export("logGroups", airflow.log_groups)
pulumi.export("taskDefinitionArns", airflow.task_definition_arns)
