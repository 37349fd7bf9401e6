from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from .building import one

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"memory": "4096"}, "memory is 4096 MiB.* with cpu 256; write one of 512, 1024, 2048"),
        ({"cpu": "300"}, "cpu is 300, which Fargate does not offer; write one of 256, 512"),
        ({"networkMode": "bridge"}, "networkMode is 'bridge'.*write awsvpc"),
        ({"runtimePlatform": {"cpuArchitecture": "arm64"}}, "'arm64'.*write X86_64 or ARM64"),
        ({"runtimePlatform": {"operatingSystemFamily": "BSD"}}, "'BSD'.*write LINUX"),
    ],
)
def test_what_fargate_does_not_offer_is_refused(
    spoil: Callable[..., str], inputs: dict[str, Any], sentence: str
) -> None:
    subject = 'aws:ecs/taskDefinition:TaskDefinition "worker-task": '

    assert re.match(subject + ".*" + sentence, spoil("worker-task", **inputs))


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"healthCheck": {"command": []}}, "command is .*begins with CMD or CMD-SHELL"),
        ({"healthCheck": {"command": ["true"]}}, "begins with CMD or CMD-SHELL"),
        ({"healthCheck": {"command": ["CMD"]}}, "runs nothing; write a command after CMD"),
        ({"healthCheck": {"command": ["CMD", "x"], "timeout": 61}}, "timeout is 61.*2 to 60"),
        ({"healthCheck": {"command": ["CMD", "x"], "interval": 4}}, "interval is 4.*5 to 300"),
        ({"healthCheck": {"command": ["CMD", "x"], "retries": 0}}, "retries is 0.*1 to 10"),
        ({"healthCheck": {"command": ["CMD", "x"], "startPeriod": 301}}, "startPeriod is 301"),
        ({"stopTimeout": 121}, "stopTimeout is 121, and Fargate waits at most 120 seconds"),
        ({"essential": False}, "no container is essential"),
        ({"dependsOn": [{"containerName": "init"}]}, "names 'init', which is no container"),
    ],
)
def test_what_ecs_refuses_in_a_container_is_named(
    program: Program, members: dict[str, Any], sentence: str
) -> None:
    program.change_container("worker-task", **members)

    assert re.search(sentence, one(program.violations()))
