"""ElastiCache parameter groups, which moto doesn't have."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.elasticache.responses import ElastiCacheResponse


def add() -> None:
    """Give moto the four actions that a program and a reader need."""
    for action in (
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        describe_cache_parameters,
        modify_cache_parameter_group,
    ):
        setattr(ElastiCacheResponse, action.__name__, action)


def _groups(response: ElastiCacheResponse) -> dict[str, dict[str, Any]]:
    # Kept in the backend, so that they end with it.
    backend = vars(response.elasticache_backend)
    groups: dict[str, dict[str, Any]] = backend.setdefault("cache_parameter_groups", {})
    return groups


def _group(response: ElastiCacheResponse) -> dict[str, Any]:
    name = response._get_param("CacheParameterGroupName")
    if name not in _groups(response):
        raise ServiceException("CacheParameterGroupNotFound", f"{name} does not exist.")
    return _groups(response)[name]


def create_cache_parameter_group(self: ElastiCacheResponse) -> ActionResult:
    """A new group, without a setting of its own yet."""
    name = self._get_param("CacheParameterGroupName")
    if name in _groups(self):
        raise ServiceException("CacheParameterGroupAlreadyExists", f"{name} already exists.")
    backend = self.elasticache_backend
    group = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": self._get_param("CacheParameterGroupFamily"),
        "Description": self._get_param("Description"),
        "IsGlobal": False,
        "ARN": f"arn:{backend.partition}:elasticache:{backend.region_name}:"
        f"{backend.account_id}:parametergroup:{name}",
        "parameters": {},
    }
    _groups(self)[name] = group
    return ActionResult({"CacheParameterGroup": group})


def describe_cache_parameter_groups(self: ElastiCacheResponse) -> ActionResult:
    """One group, or all."""
    named = self._get_param("CacheParameterGroupName")
    groups = [_group(self)] if named else list(_groups(self).values())
    return ActionResult({"CacheParameterGroups": groups})


def modify_cache_parameter_group(self: ElastiCacheResponse) -> ActionResult:
    """Settings that differ from the family's."""
    group = _group(self)
    for setting in self._get_param("ParameterNameValues", []):
        group["parameters"][setting["ParameterName"]] = setting.get("ParameterValue")
    return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})


def describe_cache_parameters(self: ElastiCacheResponse) -> ActionResult:
    """The settings that a user has made; the family's own are not modelled."""
    settings = _group(self)["parameters"].items()
    parameters = [{"ParameterName": name, "ParameterValue": value} for name, value in settings]
    return ActionResult({"Parameters": parameters})
