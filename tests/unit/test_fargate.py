"""The sizes that Fargate offers."""

from __future__ import annotations

from airflow_ecs import catalogue
from airflow_ecs.spec.fargate import MEMORY_BY_CPU, checked


def test_the_table_is_that_of_the_developer_guide() -> None:
    gib = {cpu: [memory / 1024 for memory in offered] for cpu, offered in MEMORY_BY_CPU.items()}
    assert gib[256] == [0.5, 1, 2]
    assert gib[512] == [1, 2, 3, 4]
    assert (gib[1024][0], gib[1024][-1], len(gib[1024])) == (2, 8, 7)
    assert (gib[2048][0], gib[2048][-1], len(gib[2048])) == (4, 16, 13)
    assert (gib[4096][0], gib[4096][-1], len(gib[4096])) == (8, 30, 23)
    assert (gib[8192][0], gib[8192][1], gib[8192][-1]) == (16, 20, 60)
    assert (gib[16384][0], gib[16384][1], gib[16384][-1]) == (32, 40, 120)


def test_every_size_of_the_catalogue_is_offered() -> None:
    for process in (
        catalogue.WEB,
        catalogue.SCHEDULER,
        catalogue.DAG_PROCESSOR,
        catalogue.TRIGGERER,
        catalogue.WORKER,
        catalogue.FLOWER,
        catalogue.MIGRATION,
        catalogue.REDIS,
        catalogue.STANDALONE,
    ):
        assert checked(process.size, process.name) is process.size
