"""The image of all services, in a repository of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_docker as docker

from airflow_ecs.components.json_text import json_text
from airflow_ecs.image_tag import image_tag
from airflow_ecs.spec.image import BuiltImage

PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}

# Of what was released, pushed by the pipeline, or pushed by an update, this many are kept: each
# kind by its own rule, so that pushes that are refused never crowd out an image that is in use.
_KEEP_IMAGES = 30
_KEEP_DAYS = 7
_BY_UPDATE = "update-"
_KINDS = {"released-": "released", "build-": "built for a push", _BY_UPDATE: "built by an update"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageArgs:
    """What to build, for which CPUs; or what the pipeline has built."""

    spec: BuiltImage | pulumi.Output[str]
    architecture: str
    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class AirflowImage(pulumi.ComponentResource):
    """An ECR repository and the image in it, named by its digest."""

    uri: pulumi.Output[str]
    repository_url: pulumi.Output[str]
    repository_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:AirflowImage", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
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
            policy=json_text(_lifecycle()),
            opts=child,
        )
        self.uri = (
            _build(name, args.spec, PLATFORMS[args.architecture], repository, child)
            if isinstance(args.spec, BuiltImage)
            else args.spec
        )
        self.repository_url = repository.repository_url
        self.repository_arn = repository.arn
        self.register_outputs({"uri": self.uri, "repository_arn": self.repository_arn})


def _build(
    name: str,
    spec: BuiltImage,
    platform: str,
    repository: aws.ecr.Repository,
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    login = aws.ecr.get_authorization_token_output(
        registry_id=repository.registry_id, opts=pulumi.InvokeOptions(parent=opts.parent)
    )
    base = {"AIRFLOW_IMAGE": spec.base} if spec.base else {}
    image = docker.Image(
        f"{name}-image",
        build={
            "context": str(spec.context),
            "dockerfile": str(spec.dockerfile),
            "platform": platform,
            "args": {**base, **dict(spec.arguments)},
        },
        image_name=pulumi.Output.concat(
            repository.repository_url, ":", _BY_UPDATE, image_tag(spec, platform)
        ),
        registry={
            "server": repository.repository_url,
            "username": login.user_name,
            "password": pulumi.Output.secret(login.password),
        },
        opts=opts,
    )
    return pulumi.Output.from_input(image.repo_digest)


def _lifecycle() -> dict[str, object]:
    """What is dropped; an image that a rule is about is never dropped by a later one.

    Source: Amazon ECR User Guide, Lifecycle policy evaluation rules.
    """
    last = {"countType": "imageCountMoreThan", "countNumber": _KEEP_IMAGES}
    # What an image with a tag refers to stays with it; the rest is left of what was dropped.
    left = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": _KEEP_DAYS}
    rules = [
        (
            f"Keep the last {_KEEP_IMAGES} images that were {what}",
            {"tagStatus": "tagged", "tagPrefixList": [prefix], **last},
        )
        for prefix, what in _KINDS.items()
    ]
    rules.append(("Drop what no image refers to", {"tagStatus": "untagged", **left}))
    return {
        "rules": [
            {
                "rulePriority": priority,
                "description": description,
                "selection": selection,
                "action": {"type": "expire"},
            }
            for priority, (description, selection) in enumerate(rules, start=1)
        ]
    }
