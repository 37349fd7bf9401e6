"""The command that opens an internal web page from anywhere, through ECS Exec."""

from __future__ import annotations

LOCAL_PORT = 8080


def open_command(*, region: str, cluster: str, service: str, balancer: str, host: str) -> str:
    """A shell command that forwards a local port to the balancer, and the address to open.

    It needs the AWS CLI with its Session Manager plug-in. The balancer answers to `host`
    under .localhost, which browsers take to this machine.
    """
    aws = f"aws --region {region}"
    task = (
        f"{aws} ecs list-tasks --cluster {cluster} --service-name {service} "
        "--query 'taskArns[0]' --output text"
    )
    runtime = (
        f'{aws} ecs describe-tasks --cluster {cluster} --tasks "$TASK" '
        "--query 'tasks[0].containers[0].runtimeId' --output text"
    )
    session = (
        f'{aws} ssm start-session --target "ecs:{cluster}_${{TASK##*/}}_$RUNTIME" '
        "--document-name AWS-StartPortForwardingSessionToRemoteHost "
        f"--parameters host={balancer},portNumber=80,localPortNumber={LOCAL_PORT}"
    )
    return (
        f"TASK=$({task}) && RUNTIME=$({runtime}) && "
        f"echo 'Open http://{host}.localhost:{LOCAL_PORT}' && {session}"
    )
