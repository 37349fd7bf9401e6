"""The targets of the target groups: which there are, which is next, which still drain."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.gateway.health import HEALTHY, Check, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Address = tuple[str, int]


class Targets:
    """Watches what is registered, and takes turns; safe to use from several threads.

    `tell` gets each change: group, target, state, reason and description.
    """

    def __init__(self, tell: Callable[[str, str, str, str, str], None]) -> None:
        self._tell = tell
        self._lock = threading.Condition()
        self._groups: dict[str, dict[Address, Watch]] = {}
        self._turns: Counter[str] = Counter()
        self._busy: Counter[Address] = Counter()

    def read(self, elb: Any, group_arns: Sequence[str]) -> None:
        """Watch what is registered now in these groups, and nothing else."""
        found = {}
        if group_arns:
            groups = elb.describe_target_groups(TargetGroupArns=list(group_arns))
            for group in groups["TargetGroups"]:
                arn = group["TargetGroupArn"]
                described = elb.describe_target_health(TargetGroupArn=arn)
                found[arn] = (
                    Check.of(group),
                    [
                        (one["Target"]["Id"], int(one["Target"]["Port"]))
                        for one in described["TargetHealthDescriptions"]
                        if one["TargetHealth"]["State"] not in ("draining", "unused")
                    ],
                )
        with self._lock:
            for arn in self._groups.keys() | found.keys():
                check, addresses = found.get(arn, (None, []))
                watched = self._groups.setdefault(arn, {})
                for address in watched.keys() - set(addresses):
                    watched.pop(address).stop()
                for address in addresses:
                    if check and address not in watched:
                        watched[address] = self._watch(arn, address, check)

    def stop(self) -> None:
        """Watch nothing any more."""
        with self._lock:
            for watched in self._groups.values():
                for watch in watched.values():
                    watch.stop()
            self._groups.clear()

    @contextmanager
    def next(self, group_arn: str) -> Iterator[Address | None]:
        """The target whose turn it is, busy until the block ends; none when there is none.

        When no target is healthy, all get their turn, as an ALB has it.
        """
        with self._lock:
            watched = list(self._groups.get(group_arn, {}).items())
            healthy = [address for address, one in watched if one.health.state == HEALTHY]
            choice = healthy or [address for address, _ in watched]
            address = choice[self._turns[group_arn] % len(choice)] if choice else None
            self._turns[group_arn] += 1
            if address:
                self._busy[address] += 1
        try:
            yield address
        finally:
            if address:
                with self._lock:
                    self._busy[address] -= 1
                    self._lock.notify_all()

    def turn(self, group_arn: str) -> int:
        """How many requests the group had."""
        return self._turns[group_arn]

    def drained(self, address: Address, timeout: float) -> bool:
        """Wait until a target has answered all it was asked; whether it has, in that time."""
        end = time.monotonic() + timeout
        with self._lock:
            return self._lock.wait_for(
                lambda: not self._busy[address], max(0.0, end - time.monotonic())
            )

    def _watch(self, arn: str, address: Address, check: Check) -> Watch:
        def changed(state: str, reason: str, description: str) -> None:
            self._tell(arn, address[0], state, reason, description)

        watch = Watch(*address, check, changed)
        watch.start()
        return watch
