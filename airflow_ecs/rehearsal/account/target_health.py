"""The health of load balancers' targets, as the balancer that checks them tells it.

Where an agent serves, a target begins as `initial`, and `POST /rehearsal/elb/target-health`
takes `{"group": ARN, "target": id, "state": …, "reason": …, "description": …}`: of all that
load balancing does, this alone has no API. moto says `healthy` from the start.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup, elbv2_backends

from airflow_ecs.rehearsal.account.region import ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from airflow_ecs.rehearsal.account.agent_channel import Application

PATH = "/rehearsal/elb/target-health"


def hold(application: Application) -> Application:
    """Leave the health of targets to who checks them, in this process from now on.

    Returns the account with the route in front of it.
    """
    _remember()
    _describe()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return application(environ, start_response)
        length = int(environ["CONTENT_LENGTH"])
        _tell(**json.loads(environ["wsgi.input"].read(length)))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    return answer


def _tell(*, group: str, target: str, state: str, reason: str = "", description: str = "") -> None:
    held = elbv2_backends[ACCOUNT_ID][group.split(":")[3]].target_groups.get(group)
    if held is not None and target in held.targets:
        _health(held)[target] = (state, reason, description)


def _health(group: FakeTargetGroup) -> dict[str, tuple[str, str, str]]:
    # Kept in the group, so that it ends with it.
    found: dict[str, tuple[str, str, str]] = vars(group).setdefault("health", {})
    return found


def _draining(group: FakeTargetGroup) -> dict[str, tuple[float, Any]]:
    """Targets that were taken out, each with the time until which it is said to drain."""
    found: dict[str, tuple[float, Any]] = vars(group).setdefault("draining", {})
    for target in [name for name, (until, _) in found.items() if until < time.monotonic()]:
        del found[target]
    return found


def _remember() -> None:
    register, deregister = FakeTargetGroup.register, FakeTargetGroup.deregister

    def register_targets(self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            if target["Id"] not in self.targets:
                _draining(self).pop(target["Id"], None)
                _health(self)[target["Id"]] = (
                    "initial",
                    "Elb.RegistrationInProgress",
                    "Target registration is in progress",
                )
        register(self, targets)

    def deregister_targets(self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
        held = dict(self.targets)
        deregister(self, targets)
        delay = float(str(self.attributes["deregistration_delay.timeout_seconds"]))
        for target in targets:
            until = time.monotonic() + delay
            _draining(self)[target["Id"]] = until, held[target["Id"]]

    _replace(FakeTargetGroup, "register", register_targets)
    _replace(FakeTargetGroup, "deregister", deregister_targets)


def _describe() -> None:
    describe = ELBv2Backend.describe_target_health
    held_health = FakeTargetGroup.health_for

    def describe_target_health(self: ELBv2Backend, arn: str, targets: list[Any]) -> list[Any]:
        group = self.target_groups.get(arn)
        if group is not None and not targets:
            gone = [target for _, target in _draining(group).values()]
            targets = [*group.targets.values(), *gone]
            if not targets:
                return []
        return describe(self, arn, targets)

    def health_for(self: FakeTargetGroup, target: dict[str, Any], ec2: Any) -> FakeHealthStatus:
        name = target["Id"]
        if name in self.targets:
            said, port = _health(self)[name], self.targets[name]["Port"]
        elif name in _draining(self):
            port = _draining(self)[name][1]["Port"]
            said = (
                "draining",
                "Target.DeregistrationInProgress",
                "Target deregistration is in progress",
            )
        else:
            return held_health(self, target, ec2)
        state, reason, description = said
        return FakeHealthStatus(
            name, port, self.health_check_port, state, reason or None, description or None
        )

    _replace(ELBv2Backend, "describe_target_health", describe_target_health)
    _replace(FakeTargetGroup, "health_for", health_for)


def _replace(owner: type, name: str, function: Any) -> None:
    setattr(owner, name, function)
