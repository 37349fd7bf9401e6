"""Shell commands that people are handed as outputs. They need the AWS CLI."""

from __future__ import annotations

LOCAL_PORT = 8080


def open_page(*, region: str, cluster: str, service: str, balancer: str, host: str) -> str:
    """Forwards a local port to the internal balancer, and says what address to open.

    It needs the CLI's Session Manager plug-in. The balancer answers to `host` under
    .localhost, which browsers take to this machine.
    """
    runtime = _described_task(region, cluster, "tasks[0].containers[0].runtimeId")
    session = (
        f'aws --region {region} ssm start-session --target "ecs:{cluster}_${{TASK##*/}}_$RUNTIME" '
        "--document-name AWS-StartPortForwardingSessionToRemoteHost "
        f"--parameters host={balancer},portNumber=80,localPortNumber={LOCAL_PORT}"
    )
    return (
        f"{_task(region, cluster, service)} && RUNTIME=$({runtime}) && "
        f"echo 'Open http://{host}.localhost:{LOCAL_PORT}' && {session}"
    )


def find_page(*, region: str, cluster: str, service: str, port: int) -> str:
    """Prints where the one task's page is now: its public address changes with each task."""
    interface = _described_task(
        region, cluster, "tasks[0].attachments[0].details[?name==`networkInterfaceId`].value|[0]"
    )
    address = (
        f'aws --region {region} ec2 describe-network-interfaces --network-interface-ids "$NETWORK" '
        "--query 'NetworkInterfaces[0].Association.PublicIp' --output text"
    )
    return (
        f"{_task(region, cluster, service)} && NETWORK=$({interface}) && "
        f'ADDRESS=$({address}) && echo "http://$ADDRESS:{port}"'
    )


def print_parameter(*, region: str, parameter: str) -> str:
    """Prints a secret of Parameter Store."""
    return (
        f"aws --region {region} ssm get-parameter --with-decryption --name {parameter} "
        "--query Parameter.Value --output text"
    )


def _task(region: str, cluster: str, service: str) -> str:
    return (
        f"TASK=$(aws --region {region} ecs list-tasks --cluster {cluster} "
        f"--service-name {service} --query 'taskArns[0]' --output text)"
    )


def _described_task(region: str, cluster: str, query: str) -> str:
    return (
        f'aws --region {region} ecs describe-tasks --cluster {cluster} --tasks "$TASK" '
        f"--query '{query}' --output text"
    )
