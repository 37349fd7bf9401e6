"""What moto 5.2 gets wrong and a rehearsal needs right; applied in the process where moto runs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from moto.ecs.models import Container, EC2ContainerServiceBackend, Service, Task, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elasticache.models import ReplicationGroup

from airflow_ecs.rehearsal.account import moto_cache_parameters

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

# What CreateService is given, and moto forgets.
_FORGOTTEN = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "serviceConnectConfiguration",
)


@cache
def apply() -> None:
    """Mend moto in this process, once."""
    _remember_what_services_are_given()
    _allow_tasks_without_container_memory()
    _allow_networks_without_security_groups()
    _end_tasks_with_their_containers()
    _name_caches_by_their_region()
    moto_cache_parameters.add()


def _remember_what_services_are_given() -> None:
    create = EC2ContainerServiceResponse.create_service

    def create_service(self: EC2ContainerServiceResponse) -> ActionResult:
        result = create(self)
        service: Any = dict(result.result)["service"]  # type: ignore[arg-type]
        for member in _FORGOTTEN:
            if (value := self._get_param(member)) is not None:
                setattr(service, member, value)
        if strategy := self._get_param("capacityProviderStrategy"):
            # moto takes a service without a launch type for one on EC2.
            service.launch_type = None
            for deployment in service.deployments:
                deployment.pop("launchType", None)
                deployment["capacityProviderStrategy"] = strategy
                deployment["platformFamily"] = "Linux"
        return result

    EC2ContainerServiceResponse.create_service = create_service  # type: ignore[method-assign]


def _allow_tasks_without_container_memory() -> None:
    # moto adds up what containers reserve on an instance, and fails on those that reserve
    # nothing, which on Fargate is the rule.
    def no_reservation(task_definition: TaskDefinition) -> dict[str, Any]:
        return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}

    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(  # type: ignore[method-assign]
        no_reservation
    )


def _allow_networks_without_security_groups() -> None:
    # Without groups AWS takes the VPC's default one; moto raises KeyError.
    validate, begin = Service._validate_network, Task.__init__

    def validate_network(self: Service, network: dict[str, Any]) -> Any:
        network["awsvpcConfiguration"].setdefault("securityGroups", [])
        return validate(self, network)

    def begin_task(self: Task, *args: Any, **kwargs: Any) -> None:
        if network := kwargs.get("networking_configuration"):
            network["awsvpcConfiguration"].setdefault("securityGroups", [])
        begin(self, *args, **kwargs)

    Service._validate_network = validate_network  # type: ignore[method-assign]
    Task.__init__ = begin_task  # type: ignore[method-assign]


class _TaskContainer(Container):
    """A container that lives and ends with its task, and ends well."""

    def __init__(self, task: Task, definition: TaskDefinition, position: int) -> None:
        self._task = task
        super().__init__(definition)
        container = definition.container_definitions[position]
        self.name = container.get("name")
        self.image = container.get("image")
        self.task_arn = task.task_arn

    @property
    def last_status(self) -> str:
        return self._task.last_status

    @last_status.setter
    def last_status(self, value: str) -> None:
        """Ignore what moto says: for ever pending."""

    @property
    def exitCode(self) -> int | None:  # noqa: N802 - moto's name
        return 0 if self._task.last_status == "STOPPED" else None

    @exitCode.setter
    def exitCode(self, value: int) -> None:  # noqa: N802
        """Ignore what moto says: zero from the start."""


def _end_tasks_with_their_containers() -> None:
    begin = Task.__init__

    def begin_task(self: Task, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        definition = kwargs["task_definition"]
        count = len(definition.container_definitions)
        self.containers = [_TaskContainer(self, definition, position) for position in range(count)]
        # Nothing runs, so a task has ended when it is looked at; moto's four steps on the way
        # would be four polls of whoever waits.
        self._transitions = [("RUNNING", "STOPPED")]

    Task.__init__ = begin_task  # type: ignore[method-assign]


def _name_caches_by_their_region() -> None:
    begin = ReplicationGroup.__init__

    def begin_group(self: ReplicationGroup, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        short = abbreviation(kwargs["region_name"])
        for group in self.node_groups:
            _rename(group, short)
        _rename(getattr(self, "configuration_endpoint", {}), short)

    ReplicationGroup.__init__ = begin_group  # type: ignore[method-assign]


def _rename(value: Any, short: str) -> None:
    # moto has one region in all its host names.
    for key, inner in value.items():
        if isinstance(inner, str):
            value[key] = inner.replace(".use1.cache.", f".{short}.cache.")
        elif isinstance(inner, dict):
            _rename(inner, short)
        elif isinstance(inner, list):
            for one in inner:
                _rename(one, short)


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
