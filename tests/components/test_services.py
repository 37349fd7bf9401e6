"""How the services run."""

from __future__ import annotations

import json

from airflow_ecs.remote.placement import VARIABLE, Placement
from tests.components.conftest import container, environment

SERVICE = "aws:ecs/service:Service"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
INVOCATION = "aws:lambda/invocation:Invocation"


def test_every_service_waits_for_the_migration(airflow) -> None:
    cloud = airflow(flower=True)
    migrated = cloud.one(INVOCATION, "airflow-migration").urn
    for service in cloud.of(SERVICE):
        assert migrated in service.dependencies


def test_the_migration_runs_again_for_another_image_or_version(airflow) -> None:
    cloud = airflow(airflow_version="3.3.2")
    run = cloud.one(INVOCATION, "airflow-migration")
    assert run.inputs["triggers"] == {
        "image": container(cloud, "migration")["image"],
        "version": "3.3.2",
    }
    event = json.loads(run.inputs["input"])
    assert event["task_definition"].endswith("airflow-migration") or event["task_definition"]
    assert event["container"] == "migration"
    assert event["network"]["assignPublicIp"] == "DISABLED"


def test_a_page_is_served_only_after_its_listener_rule_is_there(airflow) -> None:
    cloud = airflow(flower=True)
    for page, port in (("web", 8080), ("flower", 5555)):
        service = cloud.one(SERVICE, f"airflow-{page}")
        rule = cloud.one("aws:lb/listenerRule:ListenerRule", f"airflow-{page}")
        assert rule.urn in service.dependencies
        assert service.inputs["healthCheckGracePeriodSeconds"] >= 60
        (target,) = service.inputs["loadBalancers"]
        assert (target["containerName"], target["containerPort"]) == (page, port)


def test_a_failed_deployment_rolls_back_to_a_revision_that_is_kept(airflow) -> None:
    cloud = airflow()
    for service in cloud.of(SERVICE):
        assert service.inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
        assert service.inputs["forceNewDeployment"] is True
        assert "launchType" not in service.inputs
    for definition in cloud.of(DEFINITION):
        assert definition.inputs["skipDestroy"] is True


def test_steady_state_is_waited_for_except_by_workers(airflow) -> None:
    waits = {s.name: s.inputs["waitForSteadyState"] for s in airflow().of(SERVICE)}
    assert waits.pop("airflow-worker") is False
    assert all(waits.values())


def test_a_share_of_the_workers_runs_on_spot_with_one_that_never_does(airflow) -> None:
    cloud = airflow(services={"worker": {"spot_share": 60, "count": 3}})
    worker = cloud.one(SERVICE, "airflow-worker")
    assert worker.inputs["desiredCount"] == 3
    assert worker.inputs["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "weight": 40, "base": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 60, "base": 0},
    ]
    providers = cloud.one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "airflow")
    assert providers.inputs["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


def test_size_and_architecture_are_those_that_were_asked_for(airflow) -> None:
    cloud = airflow(architecture="arm64", services={"web": {"cpu": 2048, "memory": 8192}})
    web = cloud.one(DEFINITION, "airflow-web")
    assert (web.inputs["cpu"], web.inputs["memory"]) == ("2048", "8192")
    for definition in cloud.of(DEFINITION):
        assert definition.inputs["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert cloud.one("docker:index/image:Image", "airflow-image").inputs["build"]["platform"] == (
        "linux/arm64"
    )


def test_extra_variables_reach_every_container_or_one(airflow) -> None:
    cloud = airflow(
        extra_environment={"TEAM": "data"}, services={"worker": {"environment": {"TEAM": "ml"}}}
    )
    assert environment(cloud, "web")["TEAM"] == "data"
    assert environment(cloud, "worker")["TEAM"] == "ml"


def test_every_task_learns_where_remote_tasks_run(airflow) -> None:
    cloud = airflow(values={"warehouse": "wh-1"})
    for service in ("web", "scheduler", "worker", "triggerer", "dag-processor"):
        placement = Placement.from_environment(environment(cloud, service))
        assert placement.environment == "dev"
        assert placement.parameter_path == "/airflow/dev"
        assert placement.values == {"warehouse": "wh-1"}
        assert placement.log_group == "/ecs/airflow-dev/tasks"
        assert placement.registry == "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
        assert placement.capacity_providers[0]["capacityProvider"] == "FARGATE"
        assert not placement.assign_public_ip
    outside = cloud.one("aws:ssm/parameter:Parameter", "airflow-tasks")
    assert outside.inputs["name"] == "/airflow/dev/placement"
    assert outside.inputs["value"] == environment(cloud, "worker")[VARIABLE]


def test_each_container_logs_to_the_group_of_its_service(airflow) -> None:
    cloud = airflow(flower=True)
    groups = {group.inputs["name"] for group in cloud.of("aws:cloudwatch/logGroup:LogGroup")}
    for definition in cloud.of(DEFINITION):
        service = definition.name.removeprefix("airflow-")
        options = container(cloud, service)["logConfiguration"]["options"]
        assert options["awslogs-group"] == f"/ecs/airflow-dev/{service}"
        assert options["awslogs-group"] in groups
        assert options["awslogs-region"] == "eu-west-1"


def test_single_values_are_parameters_below_the_path(airflow) -> None:
    cloud = airflow(values={"warehouse": "wh-1"}, secret_values={"token": "t0ken"})
    values = {p.inputs["name"]: p for p in cloud.of("aws:ssm/parameter:Parameter")}
    assert values["/airflow/dev/values/warehouse"].inputs["type"] == "String"
    assert values["/airflow/dev/secrets/token"].inputs["type"] == "SecureString"


def test_services_find_each_other_by_name(airflow) -> None:
    cloud = airflow(flower=True, broker={"kind": "fargate"})
    namespace = cloud.one("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "airflow")
    assert namespace.inputs["name"] == "services.airflow-dev.internal"
    hosts = {s.inputs["name"]: s for s in cloud.of("aws:servicediscovery/service:Service")}
    assert hosts.keys() == {"api-server", "flower", "redis"}
    for name, host in (("web", "api-server"), ("flower", "flower"), ("broker", "redis")):
        registry = cloud.one(SERVICE, f"airflow-{name}").inputs["serviceRegistries"]
        assert registry == {"registryArn": cloud.created[hosts[host].urn].outputs["arn"]}


def test_redis_on_fargate_replaces_elasticache_and_asks_for_a_password(airflow) -> None:
    cloud = airflow(broker={"kind": "fargate"})
    assert cloud.of("aws:elasticache/replicationGroup:ReplicationGroup") == []
    redis = container(cloud, "broker")
    assert redis["image"].startswith("public.ecr.aws/docker/library/redis:")
    assert [secret["name"] for secret in redis["secrets"]] == ["REDIS_PASSWORD"]
    assert redis["user"] == "redis"
    url = cloud.one("aws:ssm/parameter:Parameter", "airflow-system-broker-url").inputs["value"]
    assert url.endswith("@redis.services.airflow-dev.internal:6379/0")


def test_tags_are_on_everything_and_on_the_tasks(airflow) -> None:
    cloud = airflow(flower=True, tags={"team": "data"})
    tagged = [declared for declared in cloud.resources if "tags" in declared.inputs]
    assert len(tagged) > 80
    for declared in tagged:
        assert declared.inputs["tags"]["team"] == "data"
        assert declared.inputs["tags"]["airflow-ecs:cluster"] == "airflow-dev"
    for service in cloud.of(SERVICE):
        assert service.inputs["enableEcsManagedTags"] is True
        assert service.inputs["propagateTags"] == "SERVICE"
