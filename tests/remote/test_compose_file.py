"""A Compose file becomes remote tasks, or a sentence that says where it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_ecs.fargate import MEMORY_BY_CPU
from airflow_ecs.remote import RemoteTaskError
from airflow_ecs.remote.compose.file import read
from airflow_ecs.remote.compose.refused import WHY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from airflow_ecs.remote.compose.service import Service

PIPELINE = """\
name: pipeline
x-image: &image reports:${TAG:-latest}
services:
  publish:
    image: *image
    command: publish --to s3://reports
    depends_on:
      transform: {condition: service_completed_successfully}
  transform:
    image: *image
    platform: linux/arm64
    command: ["transform", "--all"]
    environment: [MODE=full, "DOLLARS=$$5"]
    labels: {team: data}
    deploy:
      resources:
        limits: {cpus: "1.5", memory: 5g}
    healthcheck:
      test: [CMD-SHELL, "test -f /tmp/alive"]
      interval: 1m30s
      start_period: 10s
      retries: 5
    depends_on: [extract]
  extract:
    image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/extract:1
    environment: {DEPTH: 3, SOURCE: "${SOURCE?the database}"}
    mem_limit: 700m
"""


@pytest.fixture
def compose(tmp_path: Path) -> Callable[..., dict[str, Service]]:
    """`compose(text, NAME="value")` are the services of a file, in their order."""

    def compose(text: str, chosen: list[str] | None = None, **variables: str) -> dict[str, Service]:
        path = tmp_path / "compose.yaml"
        path.write_text(text)
        return {service.name: service for service in read(path, variables, chosen)}

    return compose


def test_every_service_comes_after_those_it_depends_on(compose) -> None:
    found = compose(PIPELINE, SOURCE="db")
    assert list(found) == ["extract", "transform", "publish"]
    assert found["publish"].after == ("transform",)
    assert found["extract"].after == ()


def test_a_service_becomes_the_parameters_of_a_remote_task(compose) -> None:
    assert compose(PIPELINE, SOURCE="db", TAG="7")["transform"].parameters == {
        "task_name": "transform",
        "task_container": "reports:7",
        "task_start_command": ["transform", "--all"],
        "task_cpus": 2048,
        "task_memory": 5120,
        "local_values": {"MODE": "full", "DOLLARS": "$5"},
        "tags": {"team": "data"},
        "architecture": "ARM64",
        "healthcheck_command": "test -f /tmp/alive",
        "healthcheck_waittime": 10,
        "healthcheck_interval": 90,
        "healthcheck_timeout": 30,
        "healthcheck_retries": 5,
    }


def test_variables_have_the_forms_that_compose_knows(compose) -> None:
    forms = {
        "$A": "a",
        "${A}": "a",
        "${NONE:-b}": "b",
        "${NONE-b}": "b",
        "${EMPTY:-b}": "b",
        "${EMPTY-b}": "",
        "${A:+c}": "c",
        "${NONE:+c}": "",
        "${EMPTY+c}": "c",
        "${A?wanted}": "a",
        "$$A": "$A",
        "x-${A}-$A.": "x-a-a.",
    }
    written = {f"V{number}": form for number, form in enumerate(forms)}
    described = {"services": {"load": {"image": "load", "environment": written}}}
    text = yaml.safe_dump(described, sort_keys=False)
    found = compose(text, A="a", EMPTY="")["load"].parameters["local_values"]
    assert list(found.values()) == list(forms.values())


def test_a_number_may_come_from_a_variable(compose) -> None:
    found = compose("""\
services:
  load:
    image: load
    cpus: ${CPUS:-0.5}
    mem_limit: ${MEMORY:-2g}
    deploy: {replicas: "${N:-1}"}
    healthcheck: {test: ls, retries: "${R:-5}", interval: "${I:-10s}"}
""")["load"].parameters
    assert (found["task_cpus"], found["task_memory"]) == (512, 2048)
    assert (found["healthcheck_retries"], found["healthcheck_interval"]) == (5, 10)


def test_a_variable_gets_what_is_written(compose) -> None:
    written = {
        "AT": "12:30",
        "FOR": "1:30:15.5",
        "MODE": "0755",
        "VERSION": "1.10",
        "DAY": "2026-11-21",
        "COUNT": "1_000",
        "PORT": "8080",
        "BELOW": "-5",
        "NONE": "-0",
    }
    lines = "".join(f"      {name}: {value}\n" for name, value in written.items())
    found = compose(f"services:\n  load:\n    image: load\n    environment:\n{lines}")
    assert found["load"].parameters["local_values"] == written


def test_the_environment_of_airflow_does_not_count(compose, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE", "mine")
    with pytest.raises(RemoteTaskError, match=r"SOURCE, which has no value \(the database\)"):
        compose(PIPELINE)


def test_services_can_be_chosen_and_the_others_may_be_beyond(compose) -> None:
    text = "services: {load: {image: load}, db: {image: postgres, volumes: [data:/data]}}"
    assert list(compose(text, ["load"])) == ["load"]
    with pytest.raises(RemoteTaskError, match=r"has no service 'laod'; did you mean load\?"):
        compose(text, ["laod"])


@pytest.mark.parametrize(
    ("cpus", "memory", "size"),
    [
        (None, None, (256, 512)),
        ("0.25", "512m", (256, 512)),
        ("0.1", "600M", (256, 1024)),
        ("0.5", "512m", (512, 1024)),
        (1, "7.5gb", (1024, 8192)),
        (0.25, "5g", (1024, 5120)),
        (16, "120g", (16384, 122880)),
        (None, 1073741824, (256, 1024)),
    ],
)
def test_limits_become_the_smallest_size_that_holds_both(compose, cpus, memory, size) -> None:
    limits = {"cpus": cpus, "memory": memory}
    given = {"image": "load", "deploy": {"resources": {"limits": limits}}}
    found = compose(yaml.safe_dump({"services": {"load": given}}))["load"].parameters
    assert (found["task_cpus"], found["task_memory"]) == size
    assert size[1] in MEMORY_BY_CPU[size[0]]


SERVICE_MISTAKES = [
    ({"image": None}, "image is missing; write the name of an image."),
    (
        {"build": "."},
        "build is set, and ECS builds no images; build and push it",
    ),
    ({"volumes": ["./data:/data"]}, "volumes is set, and Fargate has no folders of a host"),
    ({"privileged": True}, "privileged is set, and Fargate runs no privileged containers"),
    ({"ports": ["80:80"]}, "ports is set, and a remote task publishes none: nobody calls it"),
    ({"network_mode": "host"}, "network_mode is set, and each task is alone in a network"),
    ({"comand": "x"}, "comand is nothing that a remote task has; did you mean command?"),
    ({"command": ["sleep", 5]}, "command is ['sleep', 5]; write a text, or a list of texts"),
    (
        {"restart": "always"},
        "restart is 'always', and Airflow starts a task again; write",
    ),
    ({"deploy": {"replicas": 3}}, "deploy.replicas is 3, and a task is one"),
    ({"deploy": {"replicas": "many"}}, "deploy.replicas is 'many'; write a whole number."),
    ({"healthcheck": {"test": "ls", "retries": True}}, "retries is True; write a whole number."),
    ({"deploy": {"mode": "global"}}, "deploy.mode is nothing that a remote task has; write"),
    ({"mem_limit": "many"}, "limits.memory is 'many'; write an amount of memory, such as 512m"),
    ({"cpus": "half"}, "limits.cpus is 'half'; write a number of CPUs, such as '0.5'."),
    ({"cpus": 32}, "ask for 32 CPUs and any memory, and Fargate has at most 16 and 120g"),
    ({"platform": "windows"}, "platform is 'windows'; write linux/amd64 or linux/arm64"),
    ({"environment": ["TOKEN"]}, "environment.TOKEN is None; write a text, with true and false"),
    ({"environment": {"ON": True}}, "environment.ON is True; write a text"),
    ({"environment": {"A": "${B"}}, "environment.A has a dollar sign that starts no variable"),
    ({"healthcheck": {"test": ["ls"]}}, "healthcheck.test is ['ls']; write a text, or a list"),
    ({"healthcheck": {"test": "ls", "interval": 30}}, "healthcheck.interval is 30, which is no"),
    ({"healthcheck": {"test": "ls", "timeout": "500ms"}}, "and ECS counts whole seconds"),
    (
        {"depends_on": {"load": {"condition": "service_healthy"}}},
        "depends_on.load has the condition 'service_healthy', and a task runs after another has",
    ),
    ({"depends_on": ["laod"]}, "depends_on names 'laod', which is no service; did you mean load?"),
    ({"depends_on": ["load"]}, "services depend on each other in a circle: load -> load; break"),
]


@pytest.mark.parametrize(("given", "sentence"), SERVICE_MISTAKES)
def test_a_mistake_in_a_service_is_a_sentence_with_its_place(compose, given, sentence) -> None:
    text = yaml.safe_dump({"services": {"load": {"image": "load"} | given}})
    with pytest.raises(RemoteTaskError) as raised:
        compose(text)
    assert str(raised.value).startswith("compose.yaml: services")
    assert sentence in str(raised.value)


@pytest.mark.parametrize("key", WHY)
def test_what_fargate_has_not_says_what_to_write_instead(compose, key: str) -> None:
    text = yaml.safe_dump({"services": {"load": {"image": "load", key: "x"}}})
    with pytest.raises(RemoteTaskError, match=rf"load\.{key} is set, and .*[;,] .*\.$"):
        compose(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("services: {load: {image: [}", "is not YAML: while parsing"),
        ("services:\n\tload: x", "is not YAML: while scanning"),
        ("[a, b]", "is no Compose file; write an object with `services`."),
        ("", "is no Compose file"),
        ("services: {}", "has no services; write at least one under `services`."),
        ("services: [load]", "has no services"),
        ("services: {load: image}", "services.load is no object; write at least `image` in it."),
        ("service: {load: {image: x}}", "service is no key of a Compose file."),
        ("services: &own {load: *own}", "refers to itself"),
        ("include: [other.yaml]", "include is set, and one file is read alone."),
    ],
)
def test_a_broken_file_is_a_sentence(compose, text: str, sentence: str) -> None:
    with pytest.raises(RemoteTaskError) as raised:
        compose(text)
    assert sentence in str(raised.value)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RemoteTaskError, match=r"none\.yaml can't be read: No such file"):
        read(tmp_path / "none.yaml", {})


KEYS = ["image", "command", "environment", "healthcheck", "deploy", "depends_on", "labels", "cpus"]
INNER = ["test", "interval", "retries", "resources", "limits", "cpus", "memory", "condition"]
ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["load", "1m", "512m", "CMD", "NONE", "A=b", "${A:-b}", "$", ""])
)
ANYTHING = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*INNER, "load"]) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(service=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5))
def test_no_file_ends_in_anything_but_tasks_or_a_sentence(compose, service: Any) -> None:
    text = yaml.safe_dump({"services": {"load": service}})
    sentence = ""
    try:
        (found,) = compose(text).values()
    except RemoteTaskError as error:
        sentence = str(error)
    if sentence:
        assert sentence.startswith("compose.yaml: services")
    else:
        assert found.parameters["task_memory"] in MEMORY_BY_CPU[found.parameters["task_cpus"]]
