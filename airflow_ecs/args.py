"""The door: what a caller may write. Defaults and checks are in `airflow_ecs.spec`.

TypedDicts, because a component that is used from another language receives a dict. The
docstring under each key is its description in the published schema.
"""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi


class NetworkArgs(TypedDict):
    """Where the deployment lives: a VPC of yours, or one made for it."""

    vpc_id: NotRequired[pulumi.Input[str]]
    """The VPC to use; a new one is made when absent."""
    private_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Private subnets of that VPC, in at least two zones: tasks, database, broker, balancer."""
    public_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Public subnets of that VPC, for a balancer that faces the internet, or for standalone."""
    cidr: NotRequired[str]
    """The range of a new VPC, from /16 to /24. Default 10.0.0.0/16."""
    zones: NotRequired[int]
    """How many availability zones a new VPC spans, 2 to 4. Default 2."""
    nat: NotRequired[str]
    """How tasks in a new VPC reach the internet: one gateway, per-zone, or none. Default one."""


class IngressArgs(TypedDict):
    """How people reach the web page."""

    domain: NotRequired[str]
    """The host name of the web page. Without one: plain HTTP in a private hosted zone."""
    zone: NotRequired[str]
    """The Route 53 hosted zone of the domain, by its name; needed with a domain."""
    private_zone: NotRequired[bool]
    """Whether that zone is a private one; needs certificate_arn then. Default false."""
    certificate_arn: NotRequired[pulumi.Input[str]]
    """An ACM certificate for the domain; one is made and validated in the zone when absent."""
    internet_facing: NotRequired[bool]
    """Whether the balancer has public addresses; needs a domain and allowed_cidrs."""
    allowed_cidrs: NotRequired[Sequence[str]]
    """IPv4 ranges that may open the web page."""
    allowed_security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups that may open the web page, such as that of a VPN."""


class ImageArgs(TypedDict):
    """The one image of all services."""

    source: NotRequired[str]
    """Who builds it: build (each update) or pipeline (the image pipeline). Default build."""
    uri: NotRequired[pulumi.Input[str]]
    """An image that exists already; nothing is built then."""
    context: NotRequired[str]
    """The folder of the build context. Default: the one that this package brings."""
    dockerfile: NotRequired[str]
    """The Dockerfile inside the context. Default docker/Dockerfile."""
    base: NotRequired[str]
    """The image that the Dockerfile starts from, as its argument AIRFLOW_IMAGE."""
    arguments: NotRequired[Mapping[str, str]]
    """Build arguments of the Dockerfile."""


class ImagePipelineArgs(TypedDict):
    """A build, a scan and a release of the image for each push to a branch."""

    repository: str
    """The URL of a Git repository on github.com, gitlab.com or bitbucket.org."""
    branch: NotRequired[str]
    """The branch. Default main."""
    context: NotRequired[str]
    """The folder of the build context in the repository. Default the whole."""
    dockerfile: NotRequired[str]
    """The Dockerfile inside the context. Default docker/Dockerfile."""
    fail_on: NotRequired[str]
    """The least severity of a finding that stops it: low, medium, high, or (default) critical."""


class QualityGateArgs(TypedDict):
    """A SonarQube project whose quality gate DAGs must pass."""

    project: str
    """The key of the project."""
    organization: NotRequired[str]
    """The key of its organization, on SonarQube Cloud."""
    url: NotRequired[str]
    """The server. Default https://sonarcloud.io."""
    rating: NotRequired[str]
    """The worst security rating of new code that may pass, A to E. Default A."""
    token_parameter: str
    """The parameter of yours that holds the token."""


class DagPipelineArgs(TypedDict):
    """Tests, checks and a release of the DAGs for each push to a branch."""

    repository: str
    """The URL of a Git repository on github.com, gitlab.com or bitbucket.org."""
    branch: NotRequired[str]
    """The branch. Default main."""
    folder: NotRequired[str]
    """The folder of the DAGs in the repository. Default dags."""
    tests: NotRequired[str]
    """The folder of their tests. Default tests."""
    gate: NotRequired[QualityGateArgs]
    """The quality gate. Default none."""
    destination: NotRequired[str]
    """Where releases go, s3://bucket/prefix. Default: where `dags` says, on s3 or efs."""


class PipelinesArgs(TypedDict):
    """What a push to a repository sets off."""

    connection_arn: pulumi.Input[str]
    """The connection to the Git provider (CodeConnections)."""
    image: NotRequired[ImagePipelineArgs]
    """The pipeline of the image. Default none."""
    dags: NotRequired[DagPipelineArgs]
    """The pipeline of the DAGs. Default none."""


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


class DagsArgs(TypedDict):
    """Where DAGs live, and how they get to the containers."""

    source: NotRequired[str]
    """image, s3, efs or git. Default image."""
    refresh_seconds: NotRequired[int]
    """How often s3, efs or git is looked at for changes, 5 to 3600. Default 60."""
    bucket: NotRequired[pulumi.Input[str]]
    """The bucket of s3; one is made when absent."""
    prefix: NotRequired[str]
    """The folder in that bucket. Default dags."""
    releases: NotRequired[bool]
    """Whether s3 or efs holds releases, each run of a DAG keeping to its own. Default false."""
    repository: NotRequired[str]
    """The repository of git, such as git@github.com:you/dags.git."""
    branch: NotRequired[str]
    """The branch or tag of git that counts. Default main."""
    folder: NotRequired[str]
    """The folder of the repository that holds the DAGs. Default: the whole repository."""
    deploy_key: NotRequired[str]
    """The name of the parameter that holds the SSH key of the repository."""


class ServiceArgs(TypedDict):
    """What to change about one service."""

    cpu: NotRequired[int]
    """CPU units; 1024 are one vCPU."""
    memory: NotRequired[int]
    """Memory in MiB, one of those that Fargate offers with the CPU."""
    count: NotRequired[int]
    """How many tasks run. Default 1."""
    spot_share: NotRequired[int]
    """How many of the tasks run on Fargate Spot, in per cent. Default 0."""
    concurrency: NotRequired[int]
    """Airflow tasks that run at a time in one that runs any. Default: its memory by 256 MiB."""
    environment: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Extra environment variables of this service."""
    secrets: NotRequired[Mapping[str, str]]
    """Extra variables of this service whose values are parameters, by the parameters' names."""
    execution_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for ECS to start the tasks with; one is made when absent."""
    task_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for the code in the tasks; one is made when absent."""


class UserArgs(TypedDict):
    """A person who may log in."""

    username: str
    """The name to log in with."""
    email: str
    """The person's address."""
    first_name: NotRequired[str]
    """Shown on the web page. Default: the username."""
    last_name: NotRequired[str]
    """Shown on the web page. Default Airflow."""
    role: NotRequired[str]
    """Admin, Op, User, Viewer or Public. Default Admin."""
    password: NotRequired[pulumi.Input[str]]
    """At least 12 characters, as a secret of the stack; generated when absent."""


class LogsArgs(TypedDict):
    """How long logs are kept."""

    retention_days: NotRequired[int]
    """Containers' logs in CloudWatch, one of its retention periods. Default 30."""
    task_retention_days: NotRequired[int]
    """Airflow tasks' logs in S3. Default 365."""


class MwaaParametersArgs(TypedDict):
    """The parameters from which DAGs on MWAA learn where to run the task."""

    cluster: NotRequired[str]
    """The cluster's name. Default /mwaa/ecs/cluster."""
    task_definition: NotRequired[str]
    """The task definition's family. Default /mwaa/ecs/task_definition."""
    subnets: NotRequired[str]
    """The ids of the subnets, between commas. Default /mwaa/vpc/private_subnets."""
    security_group: NotRequired[str]
    """The id of the security group. Default /mwaa/vpc/security_group."""
    log_group: NotRequired[str]
    """The log group's name. Default /mwaa/cw/log_group."""
    log_prefix: NotRequired[str]
    """What log streams start with, as EcsRunTaskOperator wants it. Default /mwaa/cw/log_stream."""


class MwaaArgs(TypedDict):
    """One task that the DAGs of an Amazon MWAA environment run."""

    execution_role: pulumi.Input[str]
    """The execution role of the environment, by name or ARN; it is let run the task."""
    cluster_name: NotRequired[str]
    """The name of the cluster that is made. Default airflow-ecs-cluster."""
    family: NotRequired[str]
    """The family of the task definition. Default airflow-ecs-operator."""
    container_name: NotRequired[str]
    """The name of its one container. Default hello-world."""
    image: NotRequired[pulumi.Input[str]]
    """The image of that container. Default hello-world."""
    cpu: NotRequired[int]
    """CPU units of the task; 1024 are one vCPU. Default 256."""
    memory: NotRequired[int]
    """Memory of the task in MiB, one of those that Fargate offers with the CPU. Default 512."""
    log_group: NotRequired[str]
    """The log group that is made. Default /ecs/ and the family."""
    log_prefix: NotRequired[str]
    """What the container's log streams start with. Default ecs."""
    parameters: NotRequired[MwaaParametersArgs]
    """The names of the six parameters that DAGs read."""


class RemoteTasksArgs(TypedDict):
    """A place on ECS for the tasks that the DAGs of some Airflow start."""

    environment: str
    """A short name for this deployment, such as dev; part of every physical name."""
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    """The subnets that tasks run in."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """The VPC of the subnets; needed where the security group is made."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """A security group of yours for the tasks; one is made when absent."""
    public_addresses: NotRequired[bool]
    """Whether tasks get public addresses, as public subnets need them. Default false."""
    cluster_arn: NotRequired[pulumi.Input[str]]
    """A cluster of yours, with the provider FARGATE; one is made when absent."""
    execution_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for ECS to start tasks with; one is made when absent."""
    task_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for the code in the tasks; one is made when absent."""
    values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Values handed on to DAG code, in Parameter Store."""
    secret_values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret values handed on to DAG code, in Parameter Store."""
    retention_days: NotRequired[int]
    """How long logs are kept, one of CloudWatch's retention periods. Default 30."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """A KMS key for the secrets in Parameter Store. Default: the account's own SSM key."""
    mwaa: NotRequired[MwaaArgs]
    """An Amazon MWAA environment as the Airflow whose DAGs start tasks here."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags for every resource."""


class AirflowClusterArgs(TypedDict):
    """One Airflow on AWS ECS Fargate."""

    environment: str
    """A short name for this deployment, such as dev; part of every physical name."""
    executor: NotRequired[str]
    """How Airflow runs its tasks: celery, local, ecs or standalone. Default celery."""
    airflow_version: NotRequired[str]
    """The version of Airflow in the image. Default 3.3.2."""
    airflow_config: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Airflow's own settings by section and key, as in airflow.cfg."""
    users: NotRequired[Sequence[UserArgs]]
    """Who may log in. Default: one administrator named admin."""
    flower: NotRequired[bool]
    """Whether Flower shows the Celery workers. Default false."""
    network: NotRequired[NetworkArgs]
    """The VPC and its subnets. Default: a new VPC in two zones with one NAT gateway."""
    ingress: NotRequired[IngressArgs]
    """Domain, certificate, and who is let in. Default: an internal balancer, no domain."""
    image: NotRequired[ImageArgs]
    """The image of all services. Default: built from this package's own context."""
    pipelines: NotRequired[PipelinesArgs]
    """Pipelines that release image and DAGs. Default none."""
    architecture: NotRequired[str]
    """The CPU architecture of image and tasks: x86_64 or arm64. Default x86_64."""
    dags: NotRequired[DagsArgs]
    """Where DAGs live. Default: in the image."""
    database: NotRequired[DatabaseArgs]
    """The metadata database. Default: a small RDS PostgreSQL."""
    broker: NotRequired[BrokerArgs]
    """The Celery broker. Default: a small ElastiCache Valkey."""
    services: NotRequired[Mapping[str, ServiceArgs]]
    """Changes by service: web, scheduler, dag-processor, triggerer, worker and so on."""
    secrets: NotRequired[Mapping[str, str]]
    """Variables of every Airflow container whose values are parameters, by their names."""
    extra_environment: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Extra environment variables of every Airflow container."""
    values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Values handed on to DAG code, in the containers and in Parameter Store."""
    secret_values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret values handed on to DAG code, in Parameter Store only."""
    logs: NotRequired[LogsArgs]
    """How long logs are kept."""
    log_level: NotRequired[str]
    """DEBUG, INFO, WARNING or ERROR. Default INFO."""
    protect_data: NotRequired[bool]
    """Whether what holds data is protected from deletion. Default false."""
    enable_exec: NotRequired[bool]
    """Whether ECS Exec may open a shell in the tasks. Default false."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """A KMS key for the secrets in Parameter Store. Default: the account's own SSM key."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags for every resource."""
