"""Stand-ins are made from what the emulated account tells, and from nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal import account_clients, aws_environment
from airflow_ecs.rehearsal.standins import Cache, Database, discover

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

REGION = "eu-central-1"


class Account:
    """An account that is served by a process of its own."""

    def __init__(self, endpoint_url: str) -> None:
        self.clients = account_clients.Account(endpoint_url, REGION)
        self.rds = self.clients.client("rds")
        self.elasticache = self.clients.client("elasticache")

    def databases(self) -> dict[str, Database]:
        found = discover(self.clients).databases
        return {database.identifier: database for database in found}

    def caches(self) -> dict[str, Cache]:
        found = discover(self.clients).caches
        return {cache.identifier: cache for cache in found}

    def create_database(self, name: str, **request: Any) -> Any:
        return self.rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="owner",
            MasterUserPassword="the password",
            **{"Engine": "postgres", "EngineVersion": "17.4"} | request,
        )["DBInstance"]

    def create_cache(self, name: str, **request: Any) -> Any:
        return self.elasticache.create_replication_group(
            ReplicationGroupId=name,
            ReplicationGroupDescription="a queue",
            Engine="valkey",
            CacheNodeType="cache.t4g.micro",
            NumCacheClusters=1,
            **request,
        )["ReplicationGroup"]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    ready = tmp_path_factory.mktemp("account") / "ready.json"
    command = [sys.executable, "-m", "airflow_ecs.rehearsal.account.server", "--agent"]
    with subprocess.Popen([*command, "--region", REGION, "--ready-file", ready]) as served:
        try:
            deadline = time.monotonic() + 60
            while not ready.exists():
                assert served.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            port = json.loads(ready.read_text())["port"]
            with aws_environment.made_up(REGION):
                yield Account(f"http://127.0.0.1:{port}")
        finally:
            served.terminate()


def test_a_password_that_rds_manages_is_that_of_its_secret_before_and_after_a_rotation(
    account: Account,
) -> None:
    request = {"MasterUsername": "owner", "ManageMasterUserPassword": True}
    created = account.rds.create_db_instance(
        DBInstanceIdentifier="managed",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        Engine="postgres",
        EngineVersion="17.4",
        **request,
    )["DBInstance"]
    arn = created["MasterUserSecret"]["SecretArn"]
    manager = account.clients.client("secretsmanager")

    def secret() -> Any:
        return json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])

    before = secret()
    assert before["username"] == "owner"
    assert account.databases()["managed"].password == before["password"]
    manager.rotate_secret(SecretId=arn)
    after = secret()
    assert after["username"] == "owner"
    assert after["password"] != before["password"]
    assert account.databases()["managed"].password == after["password"]


def test_a_cluster_of_aurora_is_one_database_at_its_endpoint(account: Account) -> None:
    cluster = account.rds.create_db_cluster(
        DBClusterIdentifier="aurora",
        Engine="aurora-postgresql",
        EngineVersion="17",
        MasterUsername="owner",
        MasterUserPassword="the password",
        DatabaseName="airflow",
    )["DBCluster"]
    # Nobody answers there yet.
    assert "aurora" not in account.databases()
    account.rds.create_db_instance(
        DBInstanceIdentifier="aurora-writer",
        DBClusterIdentifier="aurora",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    found = account.databases()
    assert "aurora-writer" not in found
    assert found["aurora"] == Database(
        identifier="aurora",
        host_name=cluster["Endpoint"],
        port=5432,
        version="17",
        user="owner",
        password="the password",
        database="airflow",
        force_tls=True,
    )


def test_a_database_is_as_rds_was_asked(account: Account) -> None:
    account.rds.create_db_parameter_group(
        DBParameterGroupName="loose", DBParameterGroupFamily="postgres17", Description="loose"
    )
    account.rds.modify_db_parameter_group(
        DBParameterGroupName="loose",
        Parameters=[
            {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}
        ],
    )
    created = account.create_database(
        "asked", DBName="shop", Port=5433, DBParameterGroupName="loose"
    )
    assert account.databases()["asked"] == Database(
        identifier="asked",
        host_name=created["Endpoint"]["Address"],
        port=5433,
        version="17.4",
        user="owner",
        password="the password",
        database="shop",
        force_tls=False,
    )


@pytest.mark.parametrize(("version", "forced"), [("14.17", False), ("15.12", True)])
def test_tls_is_forced_where_rds_does_so_by_default(
    account: Account, version: str, forced: bool
) -> None:
    name = f"default-{version.partition('.')[0]}"
    account.create_database(name, EngineVersion=version)
    assert account.databases()[name].force_tls is forced


def test_another_engine_than_postgresql_has_no_stand_in(account: Account) -> None:
    account.create_database("other", Engine="mysql", EngineVersion="8.0.40")
    assert "other" not in account.databases()


def test_a_cache_is_as_elasticache_was_asked(account: Account) -> None:
    account.elasticache.create_cache_parameter_group(
        CacheParameterGroupName="full", CacheParameterGroupFamily="valkey8", Description="full"
    )
    account.elasticache.modify_cache_parameter_group(
        CacheParameterGroupName="full",
        ParameterNameValues=[{"ParameterName": "maxmemory-policy", "ParameterValue": "noeviction"}],
    )
    created = account.create_cache(
        "asked",
        Port=6380,
        AuthToken="sixteen-letters-",
        TransitEncryptionEnabled=True,
        CacheParameterGroupName="full",
    )
    known = account.caches()["asked"]
    [shard] = created["NodeGroups"]
    assert known.host_names[0] == shard["PrimaryEndpoint"]["Address"]
    assert known.port == 6380
    assert known.auth_token == "sixteen-letters-"
    assert known.tls
    assert known.max_memory_policy == "noeviction"


def test_a_cache_of_defaults_is_plain_and_open_and_forgets(account: Account) -> None:
    account.create_cache("default")
    known = account.caches()["default"]
    assert known.port == 6379
    assert known.auth_token is None
    assert not known.tls
    assert known.max_memory_policy == "volatile-lru"


def test_what_is_discovered_shows_no_secret_when_it_is_printed(account: Account) -> None:
    account.create_database("printed")
    account.create_cache(
        "printed", AuthToken="another-sixteen-letters", TransitEncryptionEnabled=True
    )
    printed = repr(discover(account.clients))
    assert "identifier='printed'" in printed
    assert "the password" not in printed
    assert "another-sixteen-letters" not in printed
