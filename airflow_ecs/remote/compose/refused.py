"""What a service of a Compose file may ask for, and a remote task can't be."""

from __future__ import annotations

_NO_HOST = "and on Fargate there is no host to share with"
_ALONE = "and each task is alone in a network of its own"

WHY = {
    "build": "and ECS builds no images; build and push it, and write `image`",
    "cap_add": "and Fargate gives no capabilities; leave it out",
    "configs": "and there is no host to take files from; put them into the image",
    "container_name": "and a container is called as its service; leave it out",
    "devices": f"{_NO_HOST} devices; leave it out",
    "dns": f"{_ALONE}, with its VPC's name server; leave it out",
    "entrypoint": "and a remote task keeps that of its image; write all of it as `command`, or "
    "change the image",
    "env_file": "and the file is not where the DAG is read; write `environment`",
    "expose": f"{_ALONE}; leave it out",
    "extends": "and one file is read alone; write the service out",
    "external_links": f"{_ALONE}; leave it out",
    "extra_hosts": f"{_ALONE}; leave it out",
    "gpus": "and Fargate has none; write the task in Python, with `gpus` and `capacity_provider`",
    "ipc": f"{_NO_HOST} memory; leave it out",
    "links": f"{_ALONE}; hand results on through S3",
    "network_mode": f"{_ALONE}, which is always awsvpc; leave it out",
    "networks": f"{_ALONE}; leave it out",
    "pid": f"{_NO_HOST} processes; leave it out",
    "ports": "and a remote task publishes none: nobody calls it; leave it out",
    "privileged": "and Fargate runs no privileged containers; leave it out",
    "profiles": "and profiles are not known here; choose with `services`",
    "secrets": "and there is no host to take files from; keep them in Parameter Store, and write "
    "`secret_values` in the DAG",
    "security_opt": f"{_NO_HOST} security profiles; leave it out",
    "shm_size": "and Fargate shares no memory; leave it out",
    "sysctls": f"{_NO_HOST} a kernel; leave it out",
    "tmpfs": "and Fargate mounts none; write to /tmp, which is on the task's own disk",
    "volumes": "and Fargate has no folders of a host, nor any that outlive a task; put files into "
    "the image or S3, or give the task an EFS file system with `volumes` in the DAG",
    "volumes_from": "and each task has a disk of its own; hand files on through S3",
}
"""By key: why not, and what to write instead."""
