from __future__ import annotations

from typing import TYPE_CHECKING

from .building import one

if TYPE_CHECKING:
    from .building import Program


def options(**changes: str) -> dict[str, object]:
    given = {
        "awslogs-group": "/ecs/worker-logs",
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "ecs",
    }
    given |= {f"awslogs-{key.replace('_', '-')}": value for key, value in changes.items()}
    left = {key: value for key, value in given.items() if value}
    return {"logDriver": "awslogs", "options": left}


def test_a_container_logs_to_a_group_that_is_there(program: Program) -> None:
    program.change_container("worker-task", logConfiguration=options(group="/ecs/elsewhere"))

    assert "logs to /ecs/elsewhere, which the program does not declare" in one(program.violations())


def test_a_container_may_make_its_own_group(program: Program) -> None:
    logs = options(group="/ecs/elsewhere", create_group="true")
    program.change_container("worker-task", logConfiguration=logs)

    assert program.violations() == []


def test_the_region_of_logs_is_written(program: Program) -> None:
    program.change_container("worker-task", logConfiguration=options(region=""))

    assert "the log options lack awslogs-region" in one(program.violations())


def test_a_function_logs_to_a_group_that_is_there(program: Program) -> None:
    logging = {"logFormat": "Text", "logGroup": "/ecs/elsewhere"}
    program.add("aws:lambda/function:Function", "function", {"loggingConfig": logging})
    assert "it logs to /ecs/elsewhere, which the program does not" in one(program.violations())

    program.change("function", loggingConfig={"logGroup": "/ecs/web-logs"})
    assert program.violations() == []
