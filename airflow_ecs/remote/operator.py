"""The operator behind remote tasks: Airflow's own for ECS, told all it needs at run time."""

from __future__ import annotations

import os
import time
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.ssm import SsmHook
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator
from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
)

from airflow_ecs.remote import capacity, checks, variable_checks
from airflow_ecs.remote.errors import RemoteTaskError
from airflow_ecs.remote.overrides import merged, run_tags, started_by_name
from airflow_ecs.remote.placement import Placement
from airflow_ecs.remote.registry import revision_for
from airflow_ecs.remote.retries import ask_again, is_throttled, is_unanswered
from airflow_ecs.remote.stopped import exit_code, failure
from airflow_ecs.remote.task_log import TaskLog
from airflow_ecs.remote.trigger import RemoteTaskTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_ecs.remote.task import RemoteTask


# How long to go on asking how a task has ended, in seconds.
_PATIENCE = 300


class RemoteTaskOperator(EcsRunTaskOperator):
    """Runs a remote task where the deployment says, on the definition that its DAG states.

    Made by `make_remote_operator`. Nothing is asked of AWS before it is executed.

    Args:
        remote_task: What the DAG fixes.
        jit_values: Variables of the container that are known only when it runs; templated.
        spot_share: The part of the runs in per cent that begin on Fargate Spot.
        capacity_wait: How long to go on asking when there is no capacity.
        overrides: Further overrides, as RunTask takes them; templated.
        reattach: Whether a retry waits for the task of a try whose worker has died.
        operator: Whatever else `EcsRunTaskOperator` takes.
    """

    template_fields = (*EcsRunTaskOperator.template_fields, "jit_values")
    template_fields_renderers = {  # noqa: RUF012 - as Airflow declares it
        **EcsRunTaskOperator.template_fields_renderers,
        "jit_values": "json",
    }

    capacity_provider_strategy: list[dict[str, Any]] | None
    network_configuration: dict[str, Any] | None
    overrides: dict[str, Any]
    propagate_tags: str | None
    region_name: str | None
    tags: dict[str, str] | None

    def __init__(
        self,
        *,
        remote_task: RemoteTask,
        jit_values: Mapping[str, Any] | None = None,
        spot_share: int | None = None,
        capacity_wait: timedelta = timedelta(minutes=10),
        overrides: Mapping[str, Any] | None = None,
        reattach: bool = True,
        awslogs_fetch_interval: timedelta = timedelta(seconds=5),
        aws_conn_id: str | None = None,
        **operator: Any,
    ) -> None:
        super().__init__(
            # What the placement says comes in `execute`.
            task_definition=f"{remote_task.group}--{remote_task.name}",
            cluster="",
            overrides=dict(overrides or {}),
            launch_type="",
            container_name=remote_task.name,
            reattach=reattach,
            awslogs_fetch_interval=awslogs_fetch_interval,
            aws_conn_id=aws_conn_id,
            **operator,
        )
        self.remote_task = remote_task
        self.jit_values = {} if jit_values is None else jit_values
        self.spot_share = spot_share
        self.capacity_wait = capacity_wait

    def execute(self, context: Any) -> Any:
        """Run the task and wait for it, or attach to the one that an earlier try has left."""
        self._settle(context)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any] | None = None) -> str | None:
        """Go on when the trigger has seen the end of the task, or of its time."""
        self._settle(context)
        event = event or {}
        self.arn = event.get("task_arn")
        if event.get("status") == "timeout":
            self.on_kill()
            raise AirflowException(
                f"The task took longer than its timeout, {self.execution_timeout}; it was stopped."
            )
        self._check_success_task()
        last = self._get_task_log_fetcher().get_last_log_messages(1)
        return last[0] if last and self.do_xcom_push else None

    def on_kill(self) -> None:
        """Stop the task, that of a RunTask which was cut short included."""
        if self.arn is None and self._started_by:
            super()._try_reattach_task(started_by=self._started_by)
        super().on_kill()

    def defer(self, *, trigger: Any, **waiting: Any) -> None:
        """Wait in the triggerer, for as long as the task's timeout says."""
        _, known = trigger.serialize()
        timeout = self.execution_timeout
        deadline = None if timeout is None else time.time() + timeout.total_seconds()
        super().defer(trigger=RemoteTaskTrigger(**known, deadline=deadline), **waiting)

    def _settle(self, context: Any) -> None:
        """Fill in what the placement and the run decide."""
        placement = Placement.from_environment()
        task, ti = self.remote_task, context["ti"]
        try:
            # Whoever maps the operator has made it past `make_remote_operator`.
            checks.spot_share(self.spot_share, task.capacity_provider)
            variable_checks.run_values(self.jit_values, task.values, task.secrets)
            self._definition = task.definition(placement, os.environ.get("DOCKER_ADDRESS"))
            self.overrides = merged(self.overrides, task, self.jit_values)
        except RemoteTaskError as error:
            # No retry mends what the DAG says.
            raise AirflowFailException(str(error)) from None
        run = f"{ti.dag_id} {ti.task_id} {ti.run_id} {ti.map_index}"
        self._placement = placement
        given = self.capacity_provider_strategy
        self._strategies = (
            [given]
            if given
            else capacity.strategies(
                placement,
                provider=task.capacity_provider,
                spot_share=self.spot_share,
                draw=zlib.crc32(run.encode()) % 100,
                attempt=ti.try_number,
            )
        )
        self.cluster = placement.cluster
        self.region_name = self.region_name or placement.region
        self.network_configuration = self.network_configuration or placement.network(
            on_instances=task.capacity_provider is not None
        )
        self.awslogs_group = placement.log_group
        self.awslogs_region = placement.region
        self.awslogs_stream_prefix = placement.log_prefix
        self.propagate_tags = self.propagate_tags or "TASK_DEFINITION"
        self.tags = (self.tags or {}) | run_tags(ti.dag_id, ti.run_id)

    def _start_task(self) -> None:
        ssm = SsmHook(**self._hook_parameters).conn
        self.task_definition = revision_for(self._definition, self._placement, self.client, ssm)
        *earlier, last = self._strategies
        for strategy in earlier:
            try:
                self._run_on(strategy, again_on=is_throttled)
            except Exception as error:
                if not capacity.is_short(error):
                    raise
                self.log.warning("No Spot capacity, so on demand: %s", error)
            else:
                return
        self._run_on(last, again_on=capacity.may_pass)

    def _run_on(
        self, strategy: list[dict[str, Any]], *, again_on: Callable[[Exception], bool]
    ) -> None:
        self.capacity_provider_strategy = strategy
        self._again(super()._start_task, again_on, self.capacity_wait.total_seconds())

    def _try_reattach_task(self, started_by: str) -> None:
        self._started_by = started_by_name(self._placement, started_by)
        super()._try_reattach_task(started_by=self._started_by)

    def _wait_for_task_ended(self) -> None:
        # The waiter ends at an answer that says nothing, and Airflow would stop the task then.
        longest = self.waiter_delay * self.waiter_max_attempts
        self._again(super()._wait_for_task_ended, is_unanswered, longest)

    def _again(
        self, call: Callable[[], Any], on: Callable[[Exception], bool], seconds: float
    ) -> Any:
        return ask_again(
            call,
            on=on,
            seconds=seconds,
            say=lambda error, pause: self.log.warning("Again in %.0f s: %s", pause, error),
        )

    def _get_task_log_fetcher(self) -> TaskLog:
        return TaskLog(
            aws_conn_id=self.aws_conn_id,
            region_name=self.awslogs_region,
            log_group=self.awslogs_group,
            log_stream_name=self._get_logs_stream_name(),
            fetch_interval=self.awslogs_fetch_interval,
            logger=self.log,
        )

    def _check_success_task(self) -> None:
        answer = self._again(
            lambda: self.client.describe_tasks(cluster=self.cluster, tasks=[self.arn]),
            is_unanswered,
            _PATIENCE,
        )
        if not answer["tasks"]:
            raise AirflowException(f"ECS no longer knows the task {self.arn}, so its end is lost.")
        (task,) = answer["tasks"]
        name = self.remote_task.name
        sentence = failure(task, name)
        if sentence is None:
            return
        skipped = exit_code(task, name) in self.skip_on_exit_code
        lines = self._get_task_log_fetcher().get_last_log_messages(self.number_logs_exception)
        error = AirflowSkipException if skipped else AirflowException
        raise error(
            "\n".join([sentence, *(["The last lines of its log:"] if lines else []), *lines])
        )
