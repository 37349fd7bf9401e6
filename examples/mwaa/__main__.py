"""A Fargate task for the DAGs of an Amazon MWAA environment."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

from airflow_ecs import RemoteTasks

# What an MWAA environment is made with. Where yours exists already, write its own instead.
vpc = awsx.ec2.Vpc(
    "mwaa",
    number_of_availability_zones=2,
    nat_gateways={"strategy": awsx.ec2.NatGatewayStrategy.SINGLE},
)
trusted = {"Service": ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]}
trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusted}
execution_role = aws.iam.Role(
    "mwaa",
    assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
)

tasks = RemoteTasks(
    "jobs",
    {
        "environment": pulumi.get_stack(),
        "vpc_id": vpc.vpc_id,
        "subnet_ids": vpc.private_subnet_ids,
        "mwaa": {"execution_role": execution_role.arn},
    },
)
pulumi.export("executionRole", execution_role.arn)
pulumi.export("clusterArn", tasks.cluster_arn)
pulumi.export("securityGroupId", tasks.security_group_id)
