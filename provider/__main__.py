"""Serves the components to Pulumi programs in every language."""

from pulumi.provider.experimental import component_provider_host

from airflow_ecs.cluster import AirflowCluster
from airflow_ecs.remote_tasks import RemoteTasks

if __name__ == "__main__":
    component_provider_host(name="airflow-ecs", components=[AirflowCluster, RemoteTasks])
