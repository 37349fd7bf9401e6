"""What keeps data: database, broker, logs."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from typing import NotRequired, TypedDict

import pulumi


class DatabaseArgs(TypedDict):
    """The metadata database: RDS PostgreSQL, Aurora Serverless, your own, or SQLite."""

    kind: NotRequired[str]
    """rds, aurora, own or sqlite. Default rds, with executor standalone sqlite."""
    version: NotRequired[str]
    """The PostgreSQL version of RDS or Aurora, major or full. Default 17."""
    multi_az: NotRequired[bool]
    """Whether a standby in a second zone takes over. Default false."""
    backup_days: NotRequired[int]
    """How many days automated backups are kept: 0 to 35, of Aurora at least 1. Default 7."""
    credentials: NotRequired[str]
    """parameter, a password that stays (default), or secrets-manager, one that RDS changes."""
    instance_class: NotRequired[str]
    """The instance class of RDS. Default db.t4g.micro."""
    storage: NotRequired[int]
    """Storage of RDS in GiB, at least 20. Default 20."""
    max_storage: NotRequired[int]
    """The storage in GiB up to which RDS grows it by itself; 0 never. Default 100."""
    min_capacity: NotRequired[float]
    """The least capacity of Aurora in ACU; with 0 it pauses. Default 0.5."""
    max_capacity: NotRequired[float]
    """The most capacity of Aurora in ACU, up to 256. Default 4."""
    pause_after: NotRequired[int]
    """Seconds without a connection after which Aurora pauses, 300 to 86400. Default 300."""
    url: NotRequired[pulumi.Input[str]]
    """The URL of your own database, as a secret of the stack."""
    host: NotRequired[pulumi.Input[str]]
    """The host name of your own database, instead of a URL."""
    name: NotRequired[str]
    """The name of your own database. Default airflow."""
    user: NotRequired[str]
    """The user of your own database. Default airflow."""
    password: NotRequired[pulumi.Input[str]]
    """The password of that user, as a secret of the stack."""
    port: NotRequired[int]
    """The port of your own database, also of a URL's. Default 5432."""
    tls: NotRequired[str]
    """verify-full, verify-ca, require or disable, for your own. Default verify-full."""
    ca_bundle: NotRequired[str]
    """Who vouches for your own: a file in the image. Default: the authorities of RDS."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """The security group of your own, which is opened to the services that call it."""


class BrokerArgs(TypedDict):
    """The Celery broker: ElastiCache Valkey, Redis as a Fargate service, or your own."""

    kind: NotRequired[str]
    """elasticache, fargate or own. Default elasticache."""
    node_type: NotRequired[str]
    """The ElastiCache node type. Default cache.t4g.micro."""
    version: NotRequired[str]
    """The Valkey version. Default 8.0."""
    replicas: NotRequired[int]
    """Replicas that take over in another zone, 0 to 5. Default 0."""
    image: NotRequired[str]
    """The image of Redis on Fargate."""
    url: NotRequired[pulumi.Input[str]]
    """The URL of your own Redis or Valkey, as a secret of the stack."""
    results_url: NotRequired[pulumi.Input[str]]
    """Where results go, if not to the same URL."""
    port: NotRequired[int]
    """The port of your own, also of a URL's. Default 6379."""
    tls: NotRequired[bool]
    """Whether your own speaks TLS, by a rediss URL. Default true."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """The security group of your own, which is opened to the services that call it."""


class LogsArgs(TypedDict):
    """How long logs are kept."""

    retention_days: NotRequired[int]
    """Containers' logs in CloudWatch, one of its retention periods. Default 30."""
    task_retention_days: NotRequired[int]
    """Airflow tasks' logs in S3. Default 365."""
