"""The plug-in that gives a Celery worker its heartbeats, on signals like Celery's."""

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from airflow_ecs.runtime import heartbeat

PLUGIN = Path(heartbeat.__file__).with_name("worker_plugin.py")
AIRFLOWS_OWN = {"worker_concurrency": 16}


class Signal:
    """Sends to its receivers, with keywords, as Celery's does."""

    def __init__(self) -> None:
        self.receivers: list[Callable[..., Any]] = []

    def connect(self, receiver: Callable[..., Any]) -> None:
        self.receivers.append(receiver)

    def send(self, sender: object) -> None:
        for receiver in self.receivers:
            receiver(signal=self, sender=sender)


class FirstRound:
    """A thread that runs until it first sleeps, and only while it is started."""

    class EndError(Exception):
        """Ends the round."""

    def __init__(self, target: Callable[[], None], **_: Any) -> None:
        self.target = target

    def start(self) -> None:
        with suppress(self.EndError):
            self.target()

    @classmethod
    def end(cls, _: float) -> None:
        raise cls.EndError


@pytest.fixture
def celery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Load the plug-in as a worker does, beside stand-ins for Celery and Airflow."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    signals = SimpleNamespace(worker_init=Signal(), heartbeat_sent=Signal())
    modules = {
        "celery": SimpleNamespace(),
        "celery.signals": signals,
        "airflow": SimpleNamespace(),
        "airflow.providers": SimpleNamespace(),
        "airflow.providers.celery": SimpleNamespace(),
        "airflow.providers.celery.executors": SimpleNamespace(),
        "airflow.providers.celery.executors.default_celery": SimpleNamespace(
            DEFAULT_CELERY_CONFIG=AIRFLOWS_OWN
        ),
    }
    for name, content in modules.items():
        module = ModuleType(name)
        module.__dict__.update(vars(content))
        monkeypatch.setitem(sys.modules, name, module)
    spec = spec_from_file_location("worker_plugin", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    worker_plugin = module_from_spec(spec)
    spec.loader.exec_module(worker_plugin)
    worker_plugin.__dict__["threading"] = SimpleNamespace(Thread=FirstRound)
    worker_plugin.__dict__["time"] = SimpleNamespace(sleep=FirstRound.end)
    signals.CELERY_CONFIG = worker_plugin.CELERY_CONFIG
    return signals


def test_airflows_own_settings_stay_as_they_are(celery: SimpleNamespace) -> None:
    assert celery.CELERY_CONFIG is AIRFLOWS_OWN


def test_a_worker_beats_from_its_start_and_its_queue_only_once_it_is_connected(
    celery: SimpleNamespace,
) -> None:
    celery.worker_init.send(sender="worker")
    assert heartbeat.age(heartbeat.WORKER_PROCESS) is not None
    assert heartbeat.age(heartbeat.WORKER_QUEUE) is None


def test_the_queue_beats_with_each_heartbeat_that_celery_sends(celery: SimpleNamespace) -> None:
    assert heartbeat.age(heartbeat.WORKER_QUEUE) is None
    celery.heartbeat_sent.send(sender="heart")
    assert heartbeat.age(heartbeat.WORKER_QUEUE) is not None
    assert heartbeat.age(heartbeat.WORKER_PROCESS) is None
