"""ElastiCache in moto: the parameter groups it lacks, and host names in the right region."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ReplicationGroup
from moto.elasticache.responses import ElastiCacheResponse


def mend() -> None:
    """Add the four actions on parameter groups that are needed, and correct the names."""
    _name_caches_by_their_region()
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
        raise ElastiCacheException("CacheParameterGroupNotFound", f"{name} does not exist.")
    return _groups(response)[name]


def create_cache_parameter_group(self: ElastiCacheResponse) -> ActionResult:
    """A new group, without a setting of its own yet."""
    name = self._get_param("CacheParameterGroupName")
    if name in _groups(self):
        raise ElastiCacheException("CacheParameterGroupAlreadyExists", f"{name} already exists.")
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


def _name_caches_by_their_region() -> None:
    begin = ReplicationGroup.__init__

    def begin_group(self: ReplicationGroup, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        region = kwargs["region_name"]
        for group in self.node_groups:
            _move(group, region)
        _move(getattr(self, "configuration_endpoint", {}), region)

    constructor = "__init__"
    setattr(ReplicationGroup, constructor, begin_group)


def _move(value: Any, region: str) -> None:
    # moto has one region in all its host names and zones.
    for key, inner in value.items():
        if isinstance(inner, str):
            host = inner.replace(".use1.cache.", f".{abbreviation(region)}.cache.")
            value[key] = host.replace("us-east-1", region)
        elif isinstance(inner, dict):
            _move(inner, region)
        elif isinstance(inner, list):
            for one in inner:
                _move(one, region)


def abbreviation(region: str) -> str:
    """A region as ElastiCache's host names spell it: `euc1` for eu-central-1."""
    *area, direction, number = region.split("-")
    # northeast is "ne", central is "c".
    heads = ("north", "south", "east", "west", "central")
    letters = ""
    while direction:
        head = next((one for one in heads if direction.startswith(one)), direction)
        letters, direction = letters + head[0], direction[len(head) :]
    return "".join(area) + letters + number
