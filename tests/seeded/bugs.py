"""Bugs to seed into the component, one at a time, and what must catch each.

`rehearsal` is the deployment to the emulated account with its linter and AWS rules; `tests`
are the unit and component tests. Each is a mistake that somebody could really make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Bug:
    """One replacement in one file. `caught_by` names every layer that must see it.

    It is looked for on a `stack` whose file says these `settings` besides its own.
    """

    name: str
    file: str
    old: str
    new: str
    caught_by: frozenset[str]
    stack: str = "dev"
    settings: Mapping[str, object] = field(default_factory=dict)


# What the files of both stacks say of services that other executors have not.
WITHOUT_WORKERS: dict[str, object] = {"flower": False, "services": {}}

REHEARSAL = frozenset({"rehearsal"})
TESTS = frozenset({"tests"})
BOTH = REHEARSAL | TESTS

BUGS = (
    Bug(
        name="the balancer sends requests to the wrong port",
        file="components/service.py",
        old='"container_port": process.port,',
        new='"container_port": 8081,',
        caught_by=BOTH,
    ),
    Bug(
        name="the service names a container that is not in its definition",
        file="components/service.py",
        old='"container_name": process.name,',
        new='"container_name": "airflow",',
        caught_by=BOTH,
    ),
    Bug(
        name="workers may not call the execution API",
        file="edges.py",
        old="(other.name, WEB_PORT) for other in others if other.name == WEB.name",
        new="(other.name, 0) for other in others if False",
        caught_by=BOTH,
    ),
    Bug(
        name="an edge lets the target call itself, instead of its caller",
        file="components/firewall.py",
        old="            referenced_security_group_id=source,",
        new="            referenced_security_group_id=target,",
        caught_by=BOTH,
    ),
    Bug(
        name="no egress from a caller",
        file="components/firewall.py",
        old="            security_group_id=source,\n",
        new="            security_group_id=target,\n",
        caught_by=BOTH,
    ),
    Bug(
        name="a secret is injected by an ARN that is no parameter's",
        file="assembly/workloads.py",
        old="{variable: parameter.arn for variable, parameter in injected.items()}",
        new='{v: p.arn.apply(lambda a: a + "/value") for v, p in injected.items()}',
        caught_by=BOTH,
    ),
    Bug(
        name="ECS may not read the parameters that it injects",
        file="assembly/workloads.py",
        old="parameter_arns=[injected[variable].arn for variable in sorted(injected)],",
        new="parameter_arns=[],",
        caught_by=BOTH,
    ),
    Bug(
        name="a size that Fargate does not offer",
        file="catalogue/processes.py",
        old="    size=TaskSize(cpu=256, memory=1024),",
        new="    size=TaskSize(cpu=256, memory=4096),",
        caught_by=BOTH,
    ),
    Bug(
        name="a secret in the plain environment",
        file="assembly/secrets.py",
        old='            values={f"{VALUES}/{key}": value for key, value in spec.values.items()},',
        new="""
            values={
                f"{VALUES}/{key.rpartition('/')[2]}": pulumi.Output.unsecret(secret)
                for key, secret in state.secrets.items()
            },
        """,
        caught_by=BOTH,
    ),
    Bug(
        name="a secret on a command line",
        file="catalogue/celery.py",
        old='_REDIS = """exec redis-server - <<CONFIG\nrequirepass $REDIS_PASSWORD',
        new='_REDIS = """exec redis-server --requirepass $REDIS_PASSWORD - <<CONFIG',
        caught_by=TESTS,
    ),
    Bug(
        name="a balancer in one subnet",
        file="components/ingress.py",
        old="            subnets=args.subnet_ids,",
        new="            subnets=pulumi.Output.from_input(args.subnet_ids).apply(lambda s: s[:1]),",
        caught_by=BOTH,
    ),
    Bug(
        name="HTTPS without a certificate",
        file="components/ingress.py",
        old="            certificate_arn=self._args.certificate_arn if secure else None,",
        new="            certificate_arn=None,",
        caught_by=BOTH,
        stack="prod",
    ),
    Bug(
        name="a Spot strategy on a cluster without that provider",
        file="assembly/ecs_cluster.py",
        old="        capacity_providers=list(capacity.PROVIDERS),",
        new="        capacity_providers=[capacity.ON_DEMAND],",
        caught_by=BOTH,
    ),
    Bug(
        name="a service before its listener rule",
        file="assembly/services.py",
        old="after=[*after, *(ingress.rule_of(service.name) if ingress else ())],",
        new="after=after,",
        caught_by=BOTH,
    ),
    Bug(
        name="services do not wait for the migration",
        file="assembly/services.py",
        old="after=[*after, *(ingress.rule_of(service.name) if ingress else ())],",
        new="after=ingress.rule_of(service.name) if ingress else [],",
        caught_by=TESTS,
    ),
    Bug(
        name="the migration's starter may not pass its roles",
        file="components/migration.py",
        old=("            role_arns=[definition.execution_role.arn, definition.task_role.arn],"),
        new="            role_arns=[definition.execution_role.arn],",
        caught_by=BOTH,
    ),
    Bug(
        name="logs to a group that nobody made",
        file="components/definition.py",
        old="        log_group=args.log_group.name,",
        new='        log_group=f"/ecs/{args.family}",',
        caught_by=BOTH,
    ),
    Bug(
        name="a typo in a nested key",
        file="components/ingress.py",
        old='                "matcher": "200",',
        new='                "matchers": "200",',
        caught_by=BOTH,
    ),
    Bug(
        name="a name over the limit",
        file="components/ingress.py",
        old='            f"{name}-{page.service}",\n            vpc_id=self._args.vpc_id,',
        new='            f"{name}-{page.service}-targets-of-the-page",\n'
        "            vpc_id=self._args.vpc_id,",
        caught_by=BOTH,
    ),
    Bug(
        name="failover without a replica",
        file="components/broker.py",
        old="            num_cache_clusters=1 + spec.replicas,",
        new="            num_cache_clusters=1,",
        caught_by=BOTH,
        stack="prod",
    ),
    Bug(
        name="a final snapshot without a name",
        file="components/database.py",
        old=('pulumi.Output.concat(f"{name}-final-", last.hex) if args.protect else None'),
        new="None",
        caught_by=BOTH,
        stack="prod",
    ),
    Bug(
        name="the database takes connections without TLS",
        file="components/database.py",
        old='{"name": "rds.force_ssl", "value": "1"}',
        new='{"name": "rds.force_ssl", "value": "0"}',
        caught_by=TESTS,
    ),
    Bug(
        name="tasks with public addresses",
        file="components/service.py",
        old='                "assign_public_ip": args.public_address,',
        new='                "assign_public_ip": True,',
        caught_by=TESTS,
    ),
    Bug(
        name="a role that may do everything",
        file="permissions.py",
        old="        policies.write_logs(streams_arn),",
        new='        policies.allow(["logs:*"], ["*"]),',
        caught_by=TESTS,
    ),
    Bug(
        name="the worker gets the database",
        file="catalogue/celery.py",
        old="            Need.RESULT_BACKEND,\n            Need.API_SECRET_KEY,\n",
        new="            Need.RESULT_BACKEND,\n            Need.DATABASE,\n"
        "            Need.API_SECRET_KEY,\n",
        caught_by=TESTS,
    ),
    Bug(
        name="the update waits for workers",
        file="components/service.py",
        old="            wait_for_steady_state=process.waits,",
        new="            wait_for_steady_state=True,",
        caught_by=TESTS,
    ),
    Bug(
        name="the single container's page is open to everybody",
        file="components/firewall.py",
        old='{"cidr_ipv4": cidr}',
        new='{"cidr_ipv4": _ANYWHERE}',
        caught_by=BOTH,
        settings=WITHOUT_WORKERS
        | {"executor": "standalone", "ingress": {"allowed_cidrs": ["203.0.113.7/32"]}},
    ),
    Bug(
        name="the scheduler may not start what the ECS executor starts",
        file="components/task_runner.py",
        old='f"task-definition/{self.family}:*"',
        new='f"task-definition/{self.family}"',
        caught_by=BOTH,
        settings=WITHOUT_WORKERS | {"executor": "ecs"},
    ),
    Bug(
        name="containers that mount a file system may not reach it",
        file="edges.py",
        old="calls.add((FILE_SYSTEM, FILE_SYSTEM_PORT))",
        new="calls.add((FILE_SYSTEM, FILE_SYSTEM_PORT + 1))",
        caught_by=REHEARSAL,
        settings={"dags": {"source": "efs"}},
    ),
    Bug(
        name="services do not wait for the file system's mount targets",
        file="assembly/dags.py",
        old="before=system.targets",
        new="before=()",
        caught_by=REHEARSAL,
        settings={"dags": {"source": "efs"}},
    ),
    Bug(
        name="the services keep the password that RDS has changed",
        file="assembly/rotation.py",
        old="if Need.DATABASE in service.process.needs",
        new="if Need.BROKER in service.process.needs",
        caught_by=TESTS,
    ),
)
