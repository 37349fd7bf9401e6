"""A service that can't run ends `up`, whatever proxy and AWS profile its user has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs.rehearsal.state import StateFolder

# One service, in a subnet with a way to the registry of its image.
PROGRAM = """
import json
import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("shop", cidr_block="10.0.0.0/16")
gateway = aws.ec2.InternetGateway("shop", vpc_id=vpc.id)
subnet = aws.ec2.Subnet("shop", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
table = aws.ec2.RouteTable(
    "shop", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}]
)
aws.ec2.RouteTableAssociation("shop", subnet_id=subnet.id, route_table_id=table.id)
group = aws.ec2.SecurityGroup("shop", vpc_id=vpc.id)
aws.vpc.SecurityGroupEgressRule(
    "shop", security_group_id=group.id, cidr_ipv4="0.0.0.0/0", ip_protocol="-1"
)
logs = aws.cloudwatch.LogGroup("logs", name="/shop")
trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
         "Action": "sts:AssumeRole"}
say = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}

def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

role = aws.iam.Role("shop", assume_role_policy=document(trust))
policy = aws.iam.RolePolicy("shop", role=role.id, policy=document(say))
options = {"awslogs-group": "/shop", "awslogs-region": "eu-central-1",
           "awslogs-stream-prefix": "ecs"}
container = {"name": "till", "image": "public.ecr.aws/docker/library/busybox:1",
             "command": ["sh", "-c", "echo no coins; exit 3"],
             "logConfiguration": {"logDriver": "awslogs", "options": options}}
definition = aws.ecs.TaskDefinition(
    "till", family="till", cpu="1 vCPU", memory="2 GB", network_mode="awsvpc",
    requires_compatibilities=["FARGATE"], execution_role_arn=role.arn,
    container_definitions=json.dumps([container]), opts=pulumi.ResourceOptions(depends_on=[logs]),
)
aws.ecs.Service(
    "till", name="till", cluster=aws.ecs.Cluster("shop").arn, desired_count=1,
    launch_type="FARGATE", task_definition=definition.arn,
    network_configuration={
        "subnets": [subnet.id], "security_groups": [group.id], "assign_public_ip": True,
    },
    opts=pulumi.ResourceOptions(depends_on=[policy]),
)
"""


@pytest.mark.slow
def test_a_service_that_fails_ends_up_with_its_log_and_nothing_left(project):
    folder = project({"__main__.py": PROGRAM})
    settings = {"AWS_PROFILE": "of-mine", "HTTP_PROXY": "http://127.0.0.1:9"}
    up = subprocess.run(
        [sys.executable, "-m", "airflow_ecs.cli", "rehearse", "--project", folder],
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    assert up.returncode == 1
    assert "error: the service till does not run: Essential container in task exited" in up.stderr
    assert "The end of its log (/shop):\nno coins" in up.stderr
    assert StateFolder(folder, "dev").read() is None
    commands = [one.read_bytes() for one in Path("/proc").glob("[0-9]*/cmdline") if one.exists()]
    assert not any(os.fsencode(folder) in command for command in commands)
