"""Services, edges and permissions follow from what the processes need."""

from __future__ import annotations

from airflow_ecs import catalogue, permissions, policies
from airflow_ecs.edges import edges
from airflow_ecs.permissions import TaskLogs
from airflow_ecs.process import Need, Process, Service
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.fargate import TaskSize

STANDALONE = {"executor": "standalone", "ingress": {"allowed_cidrs": ["203.0.113.7/32"]}}


def services(**args: object) -> dict[str, Service]:
    spec = ClusterSpec.read("airflow", {"environment": "dev"} | args)
    return {service.name: service for service in catalogue.services(spec)}


def calls(**args: object) -> set[tuple[str, str, int]]:
    spec = ClusterSpec.read("airflow", {"environment": "dev"} | args)
    runs = (*catalogue.services(spec), *catalogue.migration(spec), *catalogue.runner(spec))
    found = edges(spec, [run.process for run in runs])
    return {(edge.source, edge.target, edge.port) for edge in found}


def test_airflow_3_on_celery_has_these_services() -> None:
    assert list(services()) == ["web", "scheduler", "dag-processor", "triggerer", "worker"]
    assert "flower" in services(flower=True)
    assert next(iter(services(broker={"kind": "fargate"}))) == "broker"


def test_exactly_these_calls_are_allowed() -> None:
    assert calls(flower=True) == {
        ("balancer", "web", 8080),
        ("balancer", "flower", 5555),
        ("web", "worker", 8793),
        ("web", "triggerer", 8794),
        ("worker", "web", 8080),
        ("web", "database", 5432),
        ("scheduler", "database", 5432),
        ("dag-processor", "database", 5432),
        ("triggerer", "database", 5432),
        ("migration", "database", 5432),
        ("scheduler", "broker", 6379),
        ("worker", "broker", 6379),
        ("flower", "broker", 6379),
    }


def test_the_same_calls_reach_redis_on_fargate() -> None:
    assert calls(flower=True) == calls(flower=True, broker={"kind": "fargate"})


def test_with_local_the_scheduler_is_the_worker() -> None:
    assert list(services(executor="local")) == ["web", "scheduler", "dag-processor", "triggerer"]
    assert calls(executor="local") == {
        ("balancer", "web", 8080),
        ("web", "scheduler", 8793),
        ("web", "triggerer", 8794),
        ("scheduler", "web", 8080),
        ("web", "database", 5432),
        ("scheduler", "database", 5432),
        ("dag-processor", "database", 5432),
        ("triggerer", "database", 5432),
        ("migration", "database", 5432),
    }
    scheduler = services(executor="local")["scheduler"]
    assert scheduler.process.runs_user_code
    assert scheduler.process.needs >= {Need.REMOTE_TASKS, Need.EXECUTION_API}
    assert scheduler.concurrency == 12


def test_with_ecs_the_scheduler_starts_a_task_of_its_own_for_each_of_airflows() -> None:
    assert list(services(executor="ecs")) == ["web", "scheduler", "dag-processor", "triggerer"]
    assert calls(executor="ecs") == {
        ("balancer", "web", 8080),
        ("web", "triggerer", 8794),
        ("runner", "web", 8080),
        ("web", "database", 5432),
        ("scheduler", "database", 5432),
        ("dag-processor", "database", 5432),
        ("triggerer", "database", 5432),
        ("migration", "database", 5432),
    }
    sized = {"runner": {"cpu": 2048, "memory": 8192, "spot_share": 100}}
    spec = ClusterSpec.read("airflow", {"environment": "dev", "executor": "ecs", "services": sized})
    (runner,) = catalogue.runner(spec)
    assert runner.size == TaskSize(cpu=2048, memory=8192)
    assert runner.process.runs_user_code
    for name in ("scheduler", "web"):
        assert not services(executor="ecs")[name].process.runs_user_code
    assert catalogue.runner(ClusterSpec.read("airflow", {"environment": "dev"})) == ()


def test_standalone_is_one_container_that_calls_nobody_but_its_database() -> None:
    assert list(services(**STANDALONE)) == ["standalone"]
    assert calls(**STANDALONE) == set()
    with_rds = STANDALONE | {"database": {"kind": "rds"}}
    assert calls(**with_rds) == {("standalone", "database", 5432)}


def test_the_users_own_database_and_broker_are_called_on_their_ports() -> None:
    own = {
        "database": {"kind": "own", "url": "postgresql://u:p@db:6432/x", "port": 6432},
        "broker": {"kind": "own", "url": "rediss://:p@redis:6380/0", "port": 6380},
    }
    found = calls(**own)
    assert ("scheduler", "database", 6432) in found
    assert ("worker", "broker", 6380) in found


def test_a_tunnel_is_one_more_call() -> None:
    assert calls(enable_exec=True) - calls() == {("web", "balancer", 80)}


def test_a_process_that_runs_user_code_gets_no_database_and_no_keys() -> None:
    for process in (catalogue.WORKER, catalogue.RUNNER):
        assert process.runs_user_code
        assert not process.needs & {
            Need.DATABASE,
            Need.FERNET_KEY,
            Need.JWT_SECRET,
        }


def test_changes_apply_to_the_service_they_name_alone() -> None:
    plain, changed = services(), services(services={"worker": {"cpu": 4096, "memory": 8192}})
    assert changed.pop("worker").size == TaskSize(cpu=4096, memory=8192)
    plain.pop("worker")
    assert plain == changed


def test_a_larger_worker_runs_more_tasks_unless_told_otherwise() -> None:
    assert services()["worker"].concurrency == 8
    assert services(services={"worker": {"memory": 8192}})["worker"].concurrency == 32
    assert services(services={"worker": {"concurrency": 3}})["worker"].concurrency == 3


def test_an_update_never_waits_for_workers_to_end_their_tasks() -> None:
    waiting = {name for name, service in services(flower=True).items() if service.process.waits}
    assert waiting == {"web", "scheduler", "dag-processor", "triggerer", "flower"}


def test_permissions_follow_needs() -> None:
    logs = TaskLogs(bucket_arn="arn:b", prefix="task-logs", objects_arn="arn:b/task-logs/*")
    run = [{"Effect": "Allow", "Action": ["ecs:RunTask"], "Resource": ["arn:d"]}]
    mount = [policies.mount("arn:f", "arn:p")]

    def actions(process: Process, *, enable_exec: bool = False) -> set[str]:
        statements = permissions.task(
            process,
            task_logs=logs,
            dags=mount,
            dag_releases=[policies.mount("arn:f", "arn:p", write=True)],
            remote_tasks=run,
            runner=[],
            enable_exec=enable_exec,
        )
        return {action for statement in statements for action in statement["Action"]}

    assert actions(catalogue.WEB) == {"s3:ListBucket", "s3:GetObject"}
    assert actions(catalogue.DAG_PROCESSOR) == {"elasticfilesystem:ClientMount"}
    assert actions(catalogue.DAG_RELEASE) == {
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
    }
    assert actions(catalogue.WORKER) == {
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
        "elasticfilesystem:ClientMount",
        "ecs:RunTask",
    }
    assert "ssmmessages:CreateDataChannel" in actions(catalogue.FLOWER, enable_exec=True)
