"""Every mistake in the arguments is one sentence, before anything is registered."""

from __future__ import annotations

import pytest

from airflow_ecs import catalogue
from airflow_ecs.spec import ClusterSpec, SpecError

STANDALONE = {"executor": "standalone", "ingress": {"allowed_cidrs": ["203.0.113.7/32"]}}
OWN_VPC = {"vpc_id": "vpc-1", "private_subnet_ids": ["subnet-1", "subnet-2"]}

KEY = {"deploy_key": "/team/key"}
SSH = {"source": "git", "repository": "git@github.com:you/dags.git"}

# (what is wrong, the arguments, the sentence or its telling part)
MISTAKES = [
    ("unknown key", {"databse": {}}, "databse is not a setting; did you mean database?"),
    (
        "unknown key inside",
        {"database": {"instance_clas": "db.t4g.micro"}},
        "database.instance_clas is not a setting; did you mean instance_class?",
    ),
    ("no environment", {"environment": None}, "environment is missing; write a short name"),
    ("bad environment", {"environment": "My Stage"}, "environment is 'My Stage', which AWS"),
    (
        "long name",
        {"environment": "e" * 70},
        "a label of a DNS name 78 characters long, and AWS takes 63; write a name that is 15",
    ),
    ("executor", {"executor": "kubernetes"}, "executor is 'kubernetes', which is not one of"),
    (
        "old Airflow",
        {"airflow_version": "1.10.15"},
        "airflow_version is '1.10.15', which is not supported; write a full version of Airflow 3",
    ),
    ("half a version", {"airflow_version": "3.3"}, "airflow_version is '3.3', which is not"),
    ("version as number", {"airflow_version": 3.3}, "airflow_version is 3.3, which is not"),
    (
        "secret overridden",
        {"airflow_config": {"core": {"fernet_key": "x"}}},
        "airflow_config.core.fernet_key can't be set here: it is generated",
    ),
    (
        "secret overridden by a command",
        {"airflow_config": {"database": {"sql_alchemy_conn_cmd": "cat /x"}}},
        "airflow_config.database.sql_alchemy_conn_cmd can't be set here: write `database`",
    ),
    (
        "broker overridden",
        {"airflow_config": {"Celery": {"Broker_URL": "redis://x"}}},
        "airflow_config.Celery.Broker_URL can't be set here: write `broker`",
    ),
    ("dag source", {"dags": {"source": "gcs"}}, "dags.source is 'gcs', which is not one of"),
    (
        "setting of another source",
        {"dags": {"source": "efs", "bucket": "mine"}},
        "dags.bucket has no meaning for dags.source efs; leave it out, or write dags.source: s3.",
    ),
    (
        "setting of two other sources",
        {"dags": {"source": "git", "releases": True}},
        "dags.releases has no meaning for dags.source git; leave it out, or write dags.source: s3 "
        "or efs.",
    ),
    (
        "slash before a prefix",
        {"dags": {"source": "s3", "prefix": "/dags"}},
        "dags.prefix is '/dags'; write a folder such as dags or team/dags, without a slash",
    ),
    (
        "impatient refresh",
        {"dags": {"source": "s3", "refresh_seconds": 1}},
        "dags.refresh_seconds is 1, which is out of range; write a whole number from 5 to 3600",
    ),
    (
        "DAG pipeline to nowhere",
        {
            "pipelines": {
                "connection_arn": "arn:aws:codeconnections:eu-west-1:123456789012:connection/1",
                "dags": {"repository": "https://github.com/you/dags"},
            },
            "dags": {"source": "s3"},
        },
        "pipelines.dags makes releases, and dags names no place that holds some; write dags:",
    ),
    ("no repository", {"dags": {"source": "git"}}, "dags.repository is missing; write the address"),
    (
        "password in a repository's address",
        {"dags": {"source": "git", "repository": "https://u:p@github.com/you/dags"}},
        "dags.repository is 'https://u:p@github.com/you/dags', which is neither git@host:path nor",
    ),
    (
        "no such port",
        {"dags": {"source": "git", "repository": "https://github.com:84430/you/dags"}},
        "dags.repository is 'https://github.com:84430/you/dags', and there is no port 84430; write",
    ),
    (
        "no key",
        {"dags": SSH},
        "dags.deploy_key is missing, and git@github.com:you/dags.git is reached by SSH; write the",
    ),
    (
        "key for HTTPS",
        {"dags": {"source": "git", "repository": "https://github.com/you/dags", **KEY}},
        "dags.deploy_key is an SSH key, and https://github.com/you/dags is reached by HTTPS; write",
    ),
    (
        "folder above the repository",
        {"dags": {**SSH, **KEY, "folder": "/dags"}},
        "dags.folder is '/dags'; write a folder of the repository such as dags, without a slash",
    ),
    (
        "no way to the repository",
        {"dags": {**SSH, **KEY}, "network": {"nat": "none"}},
        "dags.repository is git@github.com:you/dags.git, and network.nat none leaves no way to it",
    ),
    (
        "bundles set by hand",
        {"airflow_config": {"dag_processor": {"dag_bundle_config_list": []}}},
        "airflow_config.dag_processor.dag_bundle_config_list can't be set here: write `dags`",
    ),
    ("section is a text", {"airflow_config": {"core": "x"}}, "airflow_config.core is 'x'; write"),
    (
        "empty setting",
        {"airflow_config": {"smtp": {"smtp_host": None}}},
        "airflow_config.smtp.smtp_host is empty; write a value, or leave it out.",
    ),
    (
        "section with a space",
        {"airflow_config": {"my section": {}}},
        "airflow_config.my section is not the name of an Airflow section",
    ),
    ("flag as text", {"flower": "yes"}, "flower is 'yes'; write true or false."),
    ("section is a list", {"network": ["vpc-1"]}, "network is ['vpc-1']; write an object"),
    (
        "own VPC without subnets",
        {"network": {"vpc_id": "vpc-1"}},
        "network.private_subnet_ids is missing, and a VPC of yours is given",
    ),
    (
        "subnets without VPC",
        {"network": {"private_subnet_ids": ["a", "b"]}},
        "network.vpc_id is missing, and subnets are given",
    ),
    (
        "one subnet",
        {"network": {"vpc_id": "vpc-1", "private_subnet_ids": ["subnet-1"]}},
        "network.private_subnet_ids holds one subnet",
    ),
    (
        "own and new VPC",
        {"network": {**OWN_VPC, "nat": "one"}},
        "network.nat describes a VPC to make, and network.vpc_id names one that exists",
    ),
    ("nat", {"network": {"nat": "two"}}, "write one, per-zone or none."),
    ("cidr", {"network": {"cidr": "10.0.0.0"}}, "network.cidr is 10.0.0.0/32, which is not of a"),
    (
        "cidr with host bits",
        {"network": {"cidr": "10.0.0.1/16"}},
        "network.cidr holds '10.0.0.1/16', which is not an IPv4 range",
    ),
    ("one zone", {"network": {"zones": 1}}, "network.zones is 1, which is out of range; write"),
    (
        "zones as text",
        {"network": {"zones": "two"}},
        "network.zones is 'two', which is not a number; write a whole number from 2 to 4.",
    ),
    (
        "domain as URL",
        {"ingress": {"domain": "https://airflow.example.com/"}},
        "ingress.domain is 'https://airflow.example.com/', which is not a host name",
    ),
    (
        "HTTPS without zone",
        {"ingress": {"domain": "airflow.example.com"}},
        "ingress.zone is missing; write the hosted zone that its record goes into, such as "
        "example.com.",
    ),
    (
        "zone without domain",
        {"ingress": {"zone": "example.com"}},
        "ingress.zone is given without ingress.domain",
    ),
    (
        "certificate without domain",
        {"ingress": {"certificate_arn": "arn:aws:acm:…"}},
        "ingress.certificate_arn is given without ingress.domain",
    ),
    (
        "domain outside its zone",
        {"ingress": {"domain": "airflow.example.org", "zone": "example.com"}},
        "which is outside the zone example.com; write a domain that ends in .example.com",
    ),
    (
        "private zone without certificate",
        {"ingress": {"domain": "a.example.com", "zone": "example.com", "private_zone": True}},
        "a certificate is validated in a public zone only",
    ),
    (
        "open to the internet without domain",
        {"ingress": {"internet_facing": True, "allowed_cidrs": ["203.0.113.7/32"]}},
        "passwords would travel in plain text",
    ),
    (
        "open to the internet without allow list",
        {
            "ingress": {
                "domain": "a.example.com",
                "zone": "example.com",
                "internet_facing": True,
            }
        },
        "ingress.internet_facing is true without ingress.allowed_cidrs",
    ),
    (
        "internet-facing without public subnets",
        {
            "network": OWN_VPC,
            "ingress": {
                "domain": "a.example.com",
                "zone": "example.com",
                "internet_facing": True,
                "allowed_cidrs": ["203.0.113.7/32"],
            },
        },
        "network.public_subnet_ids is missing; write the ids of two public subnets.",
    ),
    (
        "allow list of names",
        {"ingress": {"allowed_cidrs": ["office"]}},
        "ingress.allowed_cidrs holds 'office', which is not an IPv4 range",
    ),
    (
        "allow list as text",
        {"ingress": {"allowed_cidrs": "203.0.113.7/32"}},
        "ingress.allowed_cidrs is '203.0.113.7/32'; write a list.",
    ),
    (
        "image and build",
        {"image": {"uri": "apache/airflow:3.3.2", "context": "."}},
        "image.uri names an image that exists, and image.context describes one to build",
    ),
    (
        "image with a space",
        {"image": {"uri": "my image"}},
        "image.uri is 'my image', which is not the reference of an image",
    ),
    (
        "no such context",
        {"image": {"context": "/nowhere"}},
        "image.context is '/nowhere', where there is no folder",
    ),
    ("no Dockerfile", {"image": {"dockerfile": "Dockerfil"}}, "where there is no file; write"),
    ("architecture", {"architecture": "arm"}, "write x86_64 or arm64."),
    (
        "instance class",
        {"database": {"instance_class": "t4g.micro"}},
        "database.instance_class is 't4g.micro', which is not a type of AWS; write one such as db.",
    ),
    ("small storage", {"database": {"storage": 5}}, "database.storage is 5, which is out of"),
    (
        "storage that shrinks",
        {"database": {"storage": 200}},
        "database.max_storage is 100 GiB, which is not more than database.storage (200)",
    ),
    ("PostgreSQL version", {"database": {"version": "latest"}}, "which is not a version; write '1"),
    ("backups", {"database": {"backup_days": 36}}, "whole number from 0 to 35 (days)."),
    ("broker kind", {"broker": {"kind": "sqs"}}, "write elasticache, fargate or own."),
    (
        "node type on Fargate",
        {"broker": {"kind": "fargate", "node_type": "cache.t4g.micro"}},
        "broker.node_type has no meaning for broker.kind fargate",
    ),
    (
        "Redis image that nothing reaches",
        {"broker": {"kind": "fargate"}, "network": {"nat": "none"}},
        "network.nat none leaves no way to a public registry",
    ),
    (
        "unknown service",
        {"services": {"webserver": {"cpu": 512}}},
        "services.webserver is not a service of this deployment; write web, scheduler,",
    ),
    (
        "Flower that is off",
        {"services": {"flower": {"cpu": 512}}},
        "services.flower changes a service that is off; write flower: true.",
    ),
    (
        "impossible pair",
        {"services": {"worker": {"cpu": 256, "memory": 4096}}},
        "services.worker.memory is 4096 MiB, which Fargate does not offer with 256 CPU units; "
        "write one of 512, 1024, 2048.",
    ),
    (
        "impossible CPU",
        {"services": {"worker": {"cpu": 300}}},
        "services.worker.cpu is 300, which Fargate does not offer; write one of 256, 512,",
    ),
    (
        "count below zero",
        {"services": {"worker": {"count": -1}}},
        "services.worker.count is -1, which is out of range; write a whole number of at least 0.",
    ),
    ("half a task", {"services": {"web": {"count": 1.5}}}, "services.web.count is 1.5, which"),
    (
        "Spot share",
        {"services": {"worker": {"spot_share": 120}}},
        "services.worker.spot_share is 120, which is out of range; write a whole number from 0 to",
    ),
    (
        "concurrency of the web",
        {"services": {"web": {"concurrency": 4}}},
        "services.web.concurrency has a meaning only for the service that runs tasks",
    ),
    (
        "Airflow setting as variable",
        {"services": {"web": {"environment": {"AIRFLOW__API__WORKERS": "2"}}}},
        "is a setting of Airflow; write it as airflow_config.api.workers.",
    ),
    (
        "variable as number",
        {"extra_environment": {"LEVEL": 3}},
        "extra_environment.LEVEL is 3; write a text, in quotes where it is a number.",
    ),
    (
        "variable with a hyphen",
        {"extra_environment": {"MY-VAR": "x"}},
        "extra_environment.MY-VAR is not the name of an environment variable",
    ),
    (
        "variable of ours",
        {"extra_environment": {"ENVIRONMENT": "x"}},
        "extra_environment.ENVIRONMENT is set by the deployment itself",
    ),
    (
        "secret in plain text",
        {"secrets": {"SMTP_PASSWORD": "hunter2!"}},
        "secrets.SMTP_PASSWORD is 'hunter2!'; write the full name of a parameter",
    ),
    (
        "value as number",
        {"values": {"retries": 3}},
        "values.retries is 3; write a text that is not empty",
    ),
    ("value with a slash", {"values": {"a/b": "x"}}, "values.a/b can't be the name of a parameter"),
    (
        "value twice",
        {"values": {"a": "x"}, "secret_values": {"a": "y"}},
        "values.a and secret_values.a have the same name; write it in one of the two.",
    ),
    (
        "broker without Celery",
        {"executor": "local", "broker": {"kind": "fargate"}},
        "broker has no meaning for executor local, which sends tasks through none; leave it out",
    ),
    (
        "Flower without Celery",
        {"executor": "local", "flower": True},
        "flower is true, and executor local has no Celery workers for it to show",
    ),
    (
        "broker for ECS",
        {"executor": "ecs", "broker": {"kind": "fargate"}},
        "broker has no meaning for executor ecs, which sends tasks through none; leave it out",
    ),
    (
        "worker for ECS",
        {"executor": "ecs", "services": {"worker": {"count": 2}}},
        "services.worker is not a service of this deployment; write web, scheduler, "
        "dag-processor, triggerer or runner.",
    ),
    (
        "count of what starts on demand",
        {"executor": "ecs", "services": {"runner": {"count": 2}}},
        "services.runner.count is 2, and the scheduler starts one for each task of Airflow's; "
        "leave it out, or write airflow_config.core.parallelism",
    ),
    (
        "concurrency of what runs one task",
        {"executor": "ecs", "services": {"runner": {"concurrency": 2}}},
        "services.runner.concurrency has a meaning only for the service that runs tasks",
    ),
    (
        "runner with Celery",
        {"services": {"runner": {"cpu": 1024}}},
        "services.runner is not a service of this deployment; write web, scheduler,",
    ),
    (
        "a task definition for ECS",
        {"airflow_config": {"aws_ecs_executor": {"task_definition": "mine"}}},
        "airflow_config.aws_ecs_executor.task_definition can't be set here: "
        "write `services.runner`",
    ),
    (
        "worker without Celery",
        {"executor": "local", "services": {"worker": {"count": 2}}},
        "services.worker is not a service of this deployment; write web, scheduler,",
    ),
    (
        "SQLite for several containers",
        {"executor": "local", "database": {"kind": "sqlite"}},
        "executor local has several; write rds, aurora or own.",
    ),
    (
        "standalone for nobody",
        {"executor": "standalone"},
        "write who may open its page, such as [203.0.113.7/32] for your own address",
    ),
    (
        "standalone for everybody",
        {"executor": "standalone", "ingress": {"allowed_cidrs": ["0.0.0.0/0"]}},
        "ingress.allowed_cidrs holds 0.0.0.0/0, and executor standalone has a public address",
    ),
    (
        "standalone with a domain",
        STANDALONE | {"ingress": {"domain": "a.example.com", "allowed_cidrs": ["10.0.0.1/32"]}},
        "ingress.domain has no meaning for executor standalone, which has no load balancer",
    ),
    (
        "standalone with NAT",
        STANDALONE | {"network": {"nat": "one"}},
        "network.nat has no meaning for executor standalone",
    ),
    (
        "standalone in private subnets",
        STANDALONE | {"network": OWN_VPC},
        "network.public_subnet_ids is missing, and executor standalone runs where its page",
    ),
    (
        "two standalones",
        STANDALONE | {"services": {"standalone": {"count": 2}}},
        "services.standalone.count is 2, and each of them would be an Airflow of its own",
    ),
    ("database kind", {"database": {"kind": "mysql"}}, "write rds, aurora, own or sqlite."),
    (
        "instance class of Aurora",
        {"database": {"kind": "aurora", "instance_class": "db.t4g.micro"}},
        "database.instance_class has no meaning for database.kind aurora; leave it out, or "
        "write database.kind: rds.",
    ),
    (
        "capacity between the steps",
        {"database": {"kind": "aurora", "min_capacity": 0.7}},
        "database.min_capacity is 0.7; write a capacity from 0 to 256 ACU, in steps of 0.5.",
    ),
    (
        "capacity upside down",
        {"database": {"kind": "aurora", "min_capacity": 8}},
        "database.min_capacity is 8 ACU, which is more than database.max_capacity (4)",
    ),
    (
        "pause that never comes",
        {"database": {"kind": "aurora", "pause_after": 600}},
        "so that the database never pauses; write min_capacity: 0.",
    ),
    (
        "Aurora without backups",
        {"database": {"kind": "aurora", "backup_days": 0}},
        "database.backup_days is 0, which is out of range; write a whole number from 1 to 35",
    ),
    (
        "credentials kept elsewhere",
        {"database": {"credentials": "vault"}},
        "database.credentials is 'vault', which is not one of the choices; write parameter or",
    ),
    (
        "credentials of the user's that rotate",
        {"database": {"kind": "own", "credentials": "secrets-manager"}},
        "write database.kind: rds or aurora.",
    ),
    (
        "own database nowhere",
        {"database": {"kind": "own", "host": "db.example.com"}},
        "database.kind is own, and nothing says where it is; write database.url, or",
    ),
    (
        "own database twice",
        {"database": {"kind": "own", "url": "postgresql://a:b@c/d", "host": "c"}},
        "database.url names a database, and database.host, name, user and password do so again",
    ),
    (
        "own database of another make",
        {"database": {"kind": "own", "url": "mysql://u:hunter2@db/x"}},
        "database.url is not a URL such as postgresql://user:password@host:5432/name.",
    ),
    (
        "sslmode in the URL",
        {"database": {"kind": "own", "url": "postgresql://u:hunter2@db/x?sslmode=require"}},
        "database.url holds sslmode, which one of Airflow's two drivers refuses; leave it out",
    ),
    (
        "another port",
        {"database": {"kind": "own", "url": "postgresql://u:hunter2@db:6432/x"}},
        "database.url leads to the port 6432; write port: 6432 beside it.",
    ),
    (
        "own broker nowhere",
        {"broker": {"kind": "own"}},
        "broker.url is missing; write a URL as a secret of the stack",
    ),
    (
        "own broker without TLS",
        {"broker": {"kind": "own", "url": "redis://:hunter2@redis:6379/0"}},
        "broker.url begins with redis://; write rediss://, or change tls beside.",
    ),
    (
        "own broker of another make",
        {"broker": {"kind": "own", "url": "amqp://u:hunter2@rabbit/"}},
        "broker.url is not a URL such as rediss://user:password@host:6379/name.",
    ),
    ("retention", {"logs": {"retention_days": 31}}, "which CloudWatch does not offer; write one"),
    ("log level", {"log_level": "TRACE"}, "write DEBUG, INFO, WARNING or ERROR."),
    ("tag of AWS", {"tags": {"aws:x": "y"}}, "tags.aws:x starts with aws:"),
    ("users as text", {"users": "ada"}, "users is 'ada'; write a list."),
    ("user without email", {"users": [{"username": "ada"}]}, "users[0].email is missing; write"),
    (
        "address of a user",
        {"users": [{"username": "ada", "email": "ada"}]},
        "users[0].email is 'ada', which is not an address",
    ),
    (
        "role of a user",
        {"users": [{"username": "ada", "email": "a@example.com", "role": "Root"}]},
        "users[0].role is 'Root', which is not one of the choices",
    ),
    (
        "user twice",
        {"users": [{"username": "ada", "email": f"{i}@example.com"} for i in range(2)]},
        "users holds 'ada' twice",
    ),
    (
        "nobody administers",
        {"users": [{"username": "ada", "email": "a@example.com", "role": "Viewer"}]},
        "users holds nobody with the role Admin",
    ),
    (
        "short password",
        {"users": [{"username": "ada", "email": "a@example.com", "password": "secret"}]},
        "users[0].password is shorter than 12 characters",
    ),
]


@pytest.mark.parametrize(
    ("args", "sentence"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_mistake_is_a_sentence(args: dict[str, object], sentence: str) -> None:
    with pytest.raises(SpecError) as raised:
        decide(args)
    message = str(raised.value)
    assert sentence in message
    assert "\n" not in message
    assert "hunter2" not in message or "secrets" in args


def decide(args: dict[str, object]) -> None:
    spec = ClusterSpec.read("airflow", {"environment": "dev"} | args)
    catalogue.services(spec)
    catalogue.runner(spec)


def test_a_password_is_never_repeated_in_a_message() -> None:
    user = {"username": "ada", "email": "a@example.com", "password": "hunter2"}
    with pytest.raises(SpecError) as raised:
        ClusterSpec.read("airflow", {"environment": "dev", "users": [user]})
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Airflow", "The component's name is 'Airflow', which AWS does not take in every name"),
        ("my--flow", "The component's name is 'my--flow'"),
        ("airflow-of-the-data-team", "the name of a target group 39 characters long"),
    ],
)
def test_a_name_that_aws_refuses_is_a_sentence(name: str, sentence: str) -> None:
    with pytest.raises(SpecError) as raised:
        ClusterSpec.read(name, {"environment": "dev"})
    assert sentence in str(raised.value)
