"""Airflow's settings as environment variables: what the deployment needs, then the user's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs.catalogue import WORKER
from airflow_ecs.process import Need
from airflow_ecs.spec.database import CA_BUNDLE, OwnDatabase

if TYPE_CHECKING:
    from airflow_ecs.addresses import Addresses
    from airflow_ecs.process import Service
    from airflow_ecs.spec import ClusterSpec
    from airflow_ecs.spec.reading import Given

Settings = dict[tuple[str, str], "Given"]

_EXECUTORS = {
    "celery": "CeleryExecutor",
    "ecs": "airflow.providers.amazon.aws.executors.ecs.AwsEcsExecutor",
    "local": "LocalExecutor",
    "standalone": "LocalExecutor",
}

# Celery gives a task that nobody acknowledged to another worker after this many seconds,
# which would end the first one: a day, as Airflow's own default and Amazon MWAA have it.
VISIBILITY_TIMEOUT = 86400

# Seconds without a heartbeat after which a task is lost. Airflow's 300 leaves the tasks of
# a worker that died waiting for five minutes.
TASK_HEARTBEAT_TIMEOUT = 120


def environment(service: Service, spec: ClusterSpec, addresses: Addresses) -> dict[str, Given]:
    """The variables of one service: the deployment's settings, overlaid by the user's."""
    settings = _settings(service, spec, addresses)
    for section, values in spec.airflow_config.items():
        for key, value in values.items():
            settings[section.lower(), key.lower()] = value
    variables = {
        f"AIRFLOW__{section}__{key}".upper(): as_text(value)
        for (section, key), value in settings.items()
    }
    return variables | _drivers(service, spec)


def as_text(value: Given) -> Given:
    """A setting as Airflow reads it from the environment; an output stays one."""
    if isinstance(value, float) and value.is_integer():
        # A hosted component receives every number as a float, and Airflow reads no 64.0.
        return str(int(value))
    if isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, sort_keys=True)
    return value


def _settings(service: Service, spec: ClusterSpec, addresses: Addresses) -> Settings:
    needs = service.process.needs
    settings: Settings = {
        ("core", "executor"): _EXECUTORS[spec.executor],
        ("core", "load_examples"): False,
        ("core", "auth_manager"): (
            "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
        ),
        # Inside a VPC only the address of a task can be called, not its host name.
        ("core", "hostname_callable"): "airflow.utils.net.get_host_ip_address",
        ("api", "base_url"): addresses.base_url,
        ("scheduler", "enable_health_check"): True,
        ("scheduler", "task_instance_heartbeat_timeout"): TASK_HEARTBEAT_TIMEOUT,
        ("fab", "enable_proxy_fix"): not spec.is_standalone,
        ("fab", "cookie_secure"): addresses.https,
    }
    if Need.EXECUTION_API in needs:
        settings["core", "execution_api_server_url"] = addresses.execution_api
    if needs & {Need.READ_TASK_LOGS, Need.WRITE_TASK_LOGS}:
        settings |= {
            ("logging", "remote_logging"): True,
            ("logging", "remote_base_log_folder"): addresses.task_logs,
            ("logging", "remote_log_conn_id"): "aws_default",
            ("logging", "delete_local_logs"): True,
        }
    if needs & {Need.BROKER, Need.RESULT_BACKEND}:
        settings |= _celery(addresses)
    if service.process.concurrency_setting is not None:
        settings[service.process.concurrency_setting] = service.concurrency
    if service.name == WORKER.name:
        settings["celery", "celery_config_options"] = (
            "airflow_ecs.runtime.worker_plugin.CELERY_CONFIG"
        )
    return settings


def _celery(addresses: Addresses) -> Settings:
    settings: Settings = {
        ("celery_broker_transport_options", "visibility_timeout"): VISIBILITY_TIMEOUT,
    }
    if addresses.broker_tls:
        settings["celery", "ssl_active"] = True
        # The broker shows its certificate and asks for none.
        settings["celery", "ssl_mutual_tls"] = False
    return settings


def _drivers(service: Service, spec: ClusterSpec) -> dict[str, Given]:
    variables: dict[str, Given] = {}
    if Need.DATABASE in service.process.needs:
        variables |= _database_tls(spec)
    if service.process.needs & {Need.READ_TASK_LOGS, Need.WRITE_TASK_LOGS}:
        # No keys in it: the connection takes the role of the task.
        variables["AIRFLOW_CONN_AWS_DEFAULT"] = "aws://"
    if service.process.route is not None:
        # Only the balancer and the workers reach the port, so any sender may set the headers.
        variables["FORWARDED_ALLOW_IPS"] = "*"
    return variables


def _database_tls(spec: ClusterSpec) -> dict[str, Given]:
    own = spec.database if isinstance(spec.database, OwnDatabase) else None
    mode = own.tls if own else "verify-full"
    if mode in ("require", "disable"):
        # With a bundle, libpq would check the certificate nevertheless.
        return {"PGSSLMODE": mode}
    return {"PGSSLMODE": mode, "PGSSLROOTCERT": own.ca_bundle if own else CA_BUNDLE}
