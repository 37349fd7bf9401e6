"""ECS in moto: services that remember what they are given, and tasks that end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.models import EC2ContainerServiceBackend, Service, Task, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def mend() -> None:
    """Apply what follows, each for its reason."""
    _remember_what_services_are_given()
    _deploy_what_services_are_updated_to()
    _allow_tasks_without_container_memory()
    _allow_networks_without_security_groups()
    _end_tasks_with_their_containers()


def _replace(owner: type, name: str, function: Any) -> None:
    setattr(owner, name, function)


def _remember_what_services_are_given() -> None:
    create = EC2ContainerServiceResponse.create_service

    def create_service(self: EC2ContainerServiceResponse) -> ActionResult:
        result = create(self)
        answer: Any = result.result
        service = answer["service"]
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

    _replace(EC2ContainerServiceResponse, "create_service", create_service)


def _deploy_what_services_are_updated_to() -> None:
    update = EC2ContainerServiceBackend.update_service

    def update_service(self: EC2ContainerServiceBackend, properties: dict[str, Any]) -> Service:
        service = update(self, properties)
        # moto leaves the definition before in the deployment, so that none would ever complete.
        for deployment in service.deployments:
            deployment["taskDefinition"] = service.task_definition
        return service

    _replace(EC2ContainerServiceBackend, "update_service", update_service)


def _allow_tasks_without_container_memory() -> None:
    # moto adds up what containers reserve on an instance, and fails on those that reserve
    # nothing, which on Fargate is the rule.
    def no_reservation(task_definition: TaskDefinition) -> dict[str, Any]:
        return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}

    name = "_calculate_task_resource_requirements"
    _replace(EC2ContainerServiceBackend, name, staticmethod(no_reservation))


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

    _replace(Service, "_validate_network", validate_network)
    _replace(Task, "__init__", begin_task)


class _TaskContainer:
    """A container that lives and ends with its task, and ends well."""

    def __init__(self, task: Task, definition: Mapping[str, Any], arn: str) -> None:
        self._task = task
        self.container_arn = arn
        self.task_arn = task.task_arn
        self.name = definition.get("name")
        self.image = definition.get("image")
        self.health_status = "UNKNOWN"
        self.network_interfaces: list[Any] = []

    @property
    def last_status(self) -> str:
        """Moto leaves every container pending for ever."""
        return self._task.last_status

    @property
    def exit_code(self) -> int | None:
        """Moto says zero from the start."""
        return 0 if self._task.last_status == "STOPPED" else None


def _end_tasks_with_their_containers() -> None:
    begin = Task.__init__
    # A network without DNS names gives its interfaces none, which moto reads all the same.
    _replace(NetworkInterface, "private_dns_name", "")

    def begin_task(self: Task, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        containers: Any = [
            _TaskContainer(self, definition, f"{self.task_arn}/{position}")
            for position, definition in enumerate(kwargs["task_definition"].container_definitions)
        ]
        self.containers = containers
        # Nothing runs, so a task has ended when it is looked at; moto's four steps on the way
        # would be four polls of whoever waits.
        self._transitions = [("RUNNING", "STOPPED")]

    _replace(Task, "__init__", begin_task)
