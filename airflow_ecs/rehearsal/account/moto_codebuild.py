"""CodeBuild in moto: webhooks, which it lacks, and what it forgets of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.codebuild import responses
from moto.codebuild.exceptions import ResourceAlreadyExistsException, ResourceNotFoundException
from moto.core.responses import ActionResult

if TYPE_CHECKING:
    from moto.codebuild.responses import CodeBuildResponse

# What CreateProject is given, and moto forgets.
_FORGOTTEN = ("secondarySources", "concurrentBuildLimit", "autoRetryLimit")

# Providers of sources that came after moto's list.
_NEWER_SOURCES = ("GITLAB", "GITLAB_SELF_MANAGED")


def mend() -> None:
    """Add webhooks, and let projects be as they are given."""
    _take_newer_sources()
    _remember_what_projects_are_given()
    action = "create_webhook"
    setattr(responses.CodeBuildResponse, action, create_webhook)


def create_webhook(self: CodeBuildResponse) -> ActionResult:
    """A webhook of a project, which has at most one."""
    name = self._get_param("projectName")
    project = self.codebuild_backend.codebuild_projects.get(name)
    if project is None:
        raise ResourceNotFoundException(f"The project {name} does not exist.")
    if "webhook" in project.project_metadata:
        raise ResourceAlreadyExistsException(f"The project {name} has a webhook already.")
    source = project.project_metadata["source"]
    webhook: dict[str, Any] = {
        "url": f"{source['location'].removesuffix('.git')}/settings/hooks/1",
        "payloadUrl": f"https://codebuild.{self.region}.amazonaws.com/webhooks",
        "filterGroups": self._get_param("filterGroups") or [],
        "buildType": self._get_param("buildType") or "BUILD",
        "manualCreation": bool(self._get_param("manualCreation")),
    }
    project.project_metadata["webhook"] = webhook
    return ActionResult({"webhook": webhook})


def _take_newer_sources() -> None:
    validate = responses._validate_required_params_source

    def validate_source(source: dict[str, Any]) -> None:
        older = source["type"] not in _NEWER_SOURCES
        validate(source if older else source | {"type": "GITHUB"})

    name = "_validate_required_params_source"
    setattr(responses, name, validate_source)


def _remember_what_projects_are_given() -> None:
    create = responses.CodeBuildResponse.create_project

    def create_project(self: CodeBuildResponse) -> ActionResult:
        result = create(self)
        answer: Any = result.result
        for member in _FORGOTTEN:
            if (value := self._get_param(member)) is not None:
                answer["project"][member] = value
        return result

    action = "create_project"
    setattr(responses.CodeBuildResponse, action, create_project)
