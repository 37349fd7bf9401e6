"""The image of all services, built and pushed to a repository of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_docker as docker

from airflow_ecs.components.json_text import json_text
from airflow_ecs.image_tag import image_tag
from airflow_ecs.spec.image import BuiltImage

_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}

# Images that no revision is likely to ask for any more.
_KEEP_IMAGES = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageArgs:
    """What to build, for which CPUs and which Airflow."""

    spec: BuiltImage
    architecture: str
    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class AirflowImage(pulumi.ComponentResource):
    """An ECR repository and the image in it, named by its digest."""

    uri: pulumi.Output[str]
    repository_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:AirflowImage", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        platform = _PLATFORMS[args.architecture]
        tag = image_tag(args.spec, platform)

        repository = aws.ecr.Repository(
            f"{name}-image",
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            force_delete=not args.protect,
            tags=args.tags,
            opts=child,
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-image",
            repository=repository.name,
            policy=json_text(_keep_last(_KEEP_IMAGES)),
            opts=child,
        )
        login = aws.ecr.get_authorization_token_output(
            registry_id=repository.registry_id, opts=pulumi.InvokeOptions(parent=self)
        )
        base = {"AIRFLOW_IMAGE": args.spec.base} if args.spec.base else {}
        image = docker.Image(
            f"{name}-image",
            build={
                "context": str(args.spec.context),
                "dockerfile": str(args.spec.dockerfile),
                "platform": platform,
                "args": {**base, **dict(args.spec.arguments)},
            },
            image_name=pulumi.Output.concat(repository.repository_url, ":", tag),
            registry={
                "server": repository.repository_url,
                "username": login.user_name,
                "password": pulumi.Output.secret(login.password),
            },
            opts=child,
        )
        self.uri = image.repo_digest
        self.repository_arn = repository.arn
        self.register_outputs({"uri": self.uri, "repository_arn": self.repository_arn})


def _keep_last(count: int) -> dict[str, object]:
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": f"Keep the last {count} images",
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": count,
                },
                "action": {"type": "expire"},
            }
        ]
    }
