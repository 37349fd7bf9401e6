"""How long a plan takes: against a bare program, cold, and as the values grow."""

from __future__ import annotations

import inspect
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

import settings
from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal import sdk, stack_config
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run
from bench.measure import Result, cpu_seconds, median_ratio, paired, process_cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.recording import Recording

PROJECT = Path(__file__).parent.parent
ROUNDS = 15

# A program of the kind that facts about other tools are measured with.
BARE = """
import pulumi, pulumi_aws as aws
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run
run(lambda: [aws.ssm.Parameter(f"p{n}", type="String", value="v") for n in range(150)],
    cloud=Placeholders())
"""
COLD = """
import sys
from pathlib import Path
from airflow_ecs.rehearsal import stack_config
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run
config = stack_config.load(Path(sys.argv[1]), "prod")
run(Path(sys.argv[1]), cloud=Placeholders(), project=config.project, stack="prod",
    config=config.values, secret_keys=config.secret_keys)
"""


def results() -> Iterator[Result]:
    """Every number about planning."""
    yield _against_a_bare_program()
    yield _cold()
    yield _growth()


def _planned(program: Callable[[], object]) -> Recording:
    config = stack_config.load(PROJECT, "prod")
    return run(
        program,
        cloud=Placeholders(),
        project=config.project,
        stack="prod",
        config=config.values,
        secret_keys=config.secret_keys,
    )


def _component() -> None:
    AirflowCluster("airflow", settings.load())


def _against_a_bare_program() -> Result:
    replay = _replay(_planned(_component))
    rounds = paired([lambda: _planned(_component), lambda: _planned(replay)], ROUNDS)
    return Result(
        what="planning prod, by a bare program with the same registrations",
        value=median_ratio(rounds, 0, 1),
        limit=1.5,
        unit="x",
        how=f"CPU, imports done, median of {ROUNDS} pairs",
    )


def _replay(recording: Recording) -> Callable[[], None]:
    """A program without components that registers the same resources, one after the other."""
    made_by = [
        (declared, sdk.resource_class(declared.type), _python_inputs(declared))
        for declared in recording.resources
        if declared.custom or declared.remote
    ]

    def program() -> None:
        made: dict[str, pulumi.Resource] = {}
        for declared, class_, inputs in made_by:
            if class_ is None:
                raise LookupError(declared.type)
            after = [made[urn] for urn in declared.dependencies if urn in made]
            options = pulumi.ResourceOptions(depends_on=after, protect=declared.protect)
            made[declared.urn] = class_(declared.name, **inputs, opts=options)

    return program


def _python_inputs(declared: Declared) -> dict[str, Any]:
    class_ = sdk.resource_class(declared.type)
    names = inspect.signature(class_._internal_init).parameters  # type: ignore[union-attr]
    by_wire = {_camel(name): name for name in names}
    inputs = {by_wire[wire]: value for wire, value in declared.inputs.items()}
    if declared.type == "aws:lambda/function:Function":
        handler = PROJECT / "airflow_ecs/runtime/migration_lambda.py"
        inputs["code"] = pulumi.AssetArchive({handler.name: pulumi.FileAsset(str(handler))})
    return inputs


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _cold() -> Result:
    runs = [
        (process_cpu_seconds(["-c", COLD, str(PROJECT)]), process_cpu_seconds(["-c", BARE]))
        for _ in range(5)
    ]
    return Result(
        what="planning prod in a new process, where 150 bare registrations take 1.0",
        value=statistics.median(planned / bare for planned, bare in runs),
        limit=5.0,
        unit="CPU s",
        how="whole processes, median of 5 pairs",
    )


def _growth() -> Result:
    def with_values(count: int) -> Callable[[], object]:
        values = {f"value-{number}": "x" for number in range(count)}
        args = {"environment": "dev", "values": values}
        return lambda: run(lambda: AirflowCluster("airflow", args), cloud=Placeholders())  # type: ignore[arg-type]

    none, some, many = (with_values(count) for count in (0, 50, 500))
    none()
    rounds = [(cpu_seconds(none), cpu_seconds(some), cpu_seconds(many)) for _ in range(ROUNDS)]
    base, few, lots = (statistics.median(column) for column in zip(*rounds, strict=True))
    return Result(
        what="added time for ten times the pass-through values (50 to 500)",
        value=(lots - base) / (few - base),
        limit=11.0,
        unit="x",
        how=f"CPU beyond a plan without values, medians of {ROUNDS}",
    )
