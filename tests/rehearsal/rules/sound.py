"""A small sound deployment: a web process behind a balancer, a worker, and what they need."""

from __future__ import annotations

import json
from typing import Any

from .building import ARN, Program, policy

PASSWORD = "correct-horse-battery"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/image@sha256:abc"


def sound_program() -> Program:
    """A web process behind a balancer, a worker, a database and a broker."""
    program = Program()
    _network(program)
    _firewall(program)
    _state(program)
    _images_logs_and_roles(program)
    _balancer(program)
    _tasks(program)
    return program


def _network(program: Program) -> None:
    program.add(
        "awsx:ec2:Vpc",
        "network",
        {"cidrBlock": "10.0.0.0/16", "natGateways": {"strategy": "Single"}},
        id="",
        outputs={
            "vpcId": "vpc-1",
            "privateSubnetIds": ["private-a", "private-b"],
            "publicSubnetIds": ["public-a", "public-b"],
        },
    )


def _firewall(program: Program) -> None:
    for name in ("balancer-group", "web-group", "worker-group", "database-group", "broker-group"):
        program.add("aws:ec2/securityGroup:SecurityGroup", name, {"vpcId": "vpc-1"})
    edges = (
        ("balancer", "web", 8080),
        ("web", "worker", 8793),
        ("web", "database", 5432),
        ("worker", "web", 8080),
        ("worker", "broker", 6379),
    )
    for source, target, port in edges:
        ports = {"ipProtocol": "tcp", "fromPort": port, "toPort": port}
        program.add(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            f"{source}-{target}-in",
            {
                **ports,
                "securityGroupId": f"{target}-group",
                "referencedSecurityGroupId": f"{source}-group",
            },
        )
        program.add(
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            f"{source}-{target}-out",
            {
                **ports,
                "securityGroupId": f"{source}-group",
                "referencedSecurityGroupId": f"{target}-group",
            },
        )
    for source in ("web", "worker"):
        program.add(
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            f"{source}-internet",
            {
                "securityGroupId": f"{source}-group",
                "cidrIpv4": "0.0.0.0/0",
                "ipProtocol": "tcp",
                "fromPort": 443,
                "toPort": 443,
            },
        )


def _state(program: Program) -> None:
    program.add(
        "random:index/randomPassword:RandomPassword", "password", outputs={"result": PASSWORD}
    )
    program.add(
        "aws:rds/subnetGroup:SubnetGroup", "subnets", {"subnetIds": ["private-a", "private-b"]}
    )
    program.add(
        "aws:rds/instance:Instance",
        "database",
        {
            "engine": "postgres",
            "username": "airflow",
            "password": PASSWORD,
            "skipFinalSnapshot": True,
            "vpcSecurityGroupIds": ["database-group"],
            "allocatedStorage": 20,
        },
        outputs={"address": "db.rds.amazonaws.com", "port": 5432},
        secrets=["password"],
    )
    program.add(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "broker",
        {
            "replicationGroupId": "broker",
            "authToken": "sixteen-characters",
            "transitEncryptionEnabled": True,
            "numCacheClusters": 1,
            "securityGroupIds": ["broker-group"],
        },
        outputs={"primaryEndpointAddress": "master.broker.cache.amazonaws.com", "port": 6379},
        secrets=["authToken"],
    )
    urls = {
        "database-url": f"postgresql+psycopg2://airflow:{PASSWORD}@db.rds.amazonaws.com:5432/a",
        "broker-url": "rediss://:sixteen-characters@master.broker.cache.amazonaws.com:6379/0",
    }
    for name, url in urls.items():
        program.add(
            "aws:ssm/parameter:Parameter",
            name,
            {"name": f"/airflow/{name}", "type": "SecureString", "value": url},
            secrets=["value"],
        )
    program.add(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        "namespace",
        {"name": "airflow.local", "vpc": "vpc-1"},
    )
    program.add(
        "aws:servicediscovery/service:Service",
        "api-server",
        {"name": "api-server", "dnsConfig": {"namespaceId": "namespace"}},
    )


def _images_logs_and_roles(program: Program) -> None:
    program.add("aws:ecr/repository:Repository", "repository", {"name": "image"})
    for name in ("web-logs", "worker-logs"):
        program.add("aws:cloudwatch/logGroup:LogGroup", name, {"name": f"/ecs/{name}"})
    program.add("aws:iam/role:Role", "task", {"assumeRolePolicy": _trust("ecs-tasks")})
    program.add("aws:iam/role:Role", "execution", {"assumeRolePolicy": _trust("ecs-tasks")})
    program.add(
        "aws:iam/rolePolicy:RolePolicy",
        "execution-policy",
        {
            "role": "execution",
            "policy": policy(
                ("ecr:GetAuthorizationToken", "*"),
                (["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], ARN.format("ecr", "*")),
                (["logs:CreateLogStream", "logs:PutLogEvents"], ARN.format("cloudwatch", "*")),
                ("ssm:GetParameters", ARN.format("ssm", "*")),
            ),
        },
    )


def _trust(service: str) -> str:
    return json.dumps(
        {
            "Statement": {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": f"{service}.amazonaws.com"},
            }
        }
    )


def _balancer(program: Program) -> None:
    program.add(
        "aws:lb/loadBalancer:LoadBalancer",
        "balancer",
        {
            "internal": True,
            "subnets": ["private-a", "private-b"],
            "securityGroups": ["balancer-group"],
        },
        outputs={"dnsName": "balancer.elb.amazonaws.com"},
    )
    program.add(
        "aws:lb/targetGroup:TargetGroup",
        "web-targets",
        {"targetType": "ip", "port": 8080, "healthCheck": {"interval": 30, "timeout": 5}},
    )
    program.add(
        "aws:lb/listener:Listener",
        "listener",
        {
            "loadBalancerArn": program.created[program.declared["balancer"].urn].outputs["arn"],
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [{"type": "fixed-response"}],
        },
    )
    program.add(
        "aws:lb/listenerRule:ListenerRule",
        "rule",
        {
            "listenerArn": ARN.format("lb", "listener"),
            "priority": 1,
            "conditions": [{"hostHeader": {"values": ["airflow.internal"]}}],
            "actions": [{"type": "forward", "targetGroupArn": ARN.format("lb", "web-targets")}],
        },
        needs=["listener"],
    )


def _tasks(program: Program) -> None:
    program.add("aws:ecs/cluster:Cluster", "cluster", {"name": "airflow"})
    program.add(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        "providers",
        {"clusterName": "airflow", "capacityProviders": ["FARGATE", "FARGATE_SPOT"]},
    )
    ports = {"web": 8080, "worker": 8793}
    secrets = {"web": "database-url", "worker": "broker-url"}
    for name, port in ports.items():
        container = {
            "name": name,
            "image": IMAGE,
            "portMappings": [{"containerPort": port}],
            "environment": [{"name": "API_URL", "value": "http://api-server.airflow.local:8080/"}],
            "secrets": [
                {"name": "URL", "valueFrom": ARN.format("ssm", secrets[name])},
            ],
            "healthCheck": {"command": ["CMD", "true"], "timeout": 10},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": f"/ecs/{name}-logs",
                    "awslogs-region": "eu-west-1",
                    "awslogs-stream-prefix": "ecs",
                },
            },
        }
        program.add(
            "aws:ecs/taskDefinition:TaskDefinition",
            f"{name}-task",
            {
                "family": name,
                "cpu": "256",
                "memory": "512",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "executionRoleArn": ARN.format("iam", "execution"),
                "taskRoleArn": ARN.format("iam", "task"),
                "containerDefinitions": json.dumps([container]),
            },
        )
        program.add("aws:ecs/service:Service", name, _service(name), needs=["rule"])
    program.change(
        "web",
        loadBalancers=[
            {
                "targetGroupArn": ARN.format("lb", "web-targets"),
                "containerName": "web",
                "containerPort": 8080,
            }
        ],
        serviceRegistries={"registryArn": ARN.format("servicediscovery", "api-server")},
    )


def _service(name: str) -> dict[str, Any]:
    return {
        "cluster": ARN.format("ecs", "cluster"),
        "taskDefinition": ARN.format("ecs", f"{name}-task"),
        "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        "networkConfiguration": {
            "subnets": ["private-a", "private-b"],
            "securityGroups": [f"{name}-group"],
            "assignPublicIp": False,
        },
    }
