"""Reads a stack's configuration as the Pulumi CLI does, without the CLI."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import config_schema, pulumi_yaml
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """What `Pulumi.yaml` says. `program` is a directory with `__main__.py`, or a file."""

    name: str
    file: Path
    program: Path
    stack_directory: Path
    schema: Mapping[str, config_schema.Entry]

    def stack_file(self, stack: str) -> Path:
        """Where the stack's own configuration is, whether or not it exists."""
        return self.stack_directory / f"Pulumi.{stack}{self.file.suffix}"

    def stacks(self) -> list[str]:
        """The stacks that have a configuration file."""
        suffix = self.file.suffix
        files = self.stack_directory.glob(f"Pulumi.*{suffix}")
        return sorted(file.name.removeprefix("Pulumi.").removesuffix(suffix) for file in files)


@dataclass(frozen=True, kw_only=True, slots=True)
class StackConfig:
    """One stack's configuration: what the CLI would hand to the program.

    The keys of `values` are `namespace:key`, its values text; `secret_keys` are those that hold
    a secret anywhere. `notes` are sentences for the user about what had to be made up.
    """

    project: str
    program: Path
    stack: str
    values: Mapping[str, str]
    secret_keys: frozenset[str]
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    @property
    def rehearsal(self) -> Mapping[str, Any]:
        """What the stack tells the rehearsal alone, under its key `rehearsal`."""
        told = json.loads(self.values.get(f"{self.project}:rehearsal", "{}"))
        if not isinstance(told, dict):
            message = f"rehearsal is {told!r}; write an object, such as {{images: {{…}}}}."
            raise RehearsalError(message)
        return told


def load(project_directory: Path, stack: str) -> StackConfig:
    """Read and check the configuration of one stack; a mistake is a `RehearsalError`."""
    project = load_project(project_directory)
    file = project.stack_file(stack)
    if not file.is_file():
        known = ", ".join(project.stacks())
        hint = f"The stacks there are: {known}." if known else "There is no stack file yet."
        message = (
            f'stack "{stack}" has no configuration: {file} does not exist. {hint} '
            f"Name one of them, or create the file (it may be empty)."
        )
        raise RehearsalError(message)
    content = _as_map(pulumi_yaml.read(file) or {}, f"{file}")
    raw = _as_map(content.get("config") or {}, f"config in {file}")
    configured = {_full_key(project.name, key): value for key, value in raw.items()}

    secrets = _Secrets(content)
    plain = {key: secrets.reveal(key, value) for key, value in configured.items()}
    complete = config_schema.check(
        project.schema, plain, stack=stack, secret=secrets.keys, made_up=secrets.made_up
    )
    notes = secrets.notes()
    if "environment" in content:
        notes += (f"{file.name} imports Pulumi ESC environments, which only Pulumi can open.",)
    return StackConfig(
        project=project.name,
        program=project.program,
        stack=stack,
        values={key: pulumi_yaml.text(value) for key, value in complete.items()},
        secret_keys=frozenset(secrets.keys),
        files=(project.file, file),
        notes=notes,
    )


def load_project(directory: Path) -> Project:
    """Read `Pulumi.yaml` of the directory itself; a mistake is a `RehearsalError`."""
    candidates = [directory / f"Pulumi{suffix}" for suffix in (".yaml", ".yml")]
    file = next((file for file in candidates if file.is_file()), None)
    if file is None:
        message = (
            f"{directory} holds no Pulumi project: there is no Pulumi.yaml in it. "
            f"Name the project's folder with --project."
        )
        raise RehearsalError(message)
    content = _as_map(pulumi_yaml.read(file) or {}, f"{file}")
    name = content.get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
        message = (
            f'{file} has the project name {name!r}; write "name:" with at most 100 letters, '
            f"digits, hyphens, underscores or dots."
        )
        raise RehearsalError(message)
    runtime = content.get("runtime")
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if language != "python":
        message = f'{file} has the runtime {language!r}; a rehearsal runs "python" programs only.'
        raise RehearsalError(message)
    declared = content.get("config") or {}
    where = content.get("stackConfigDir")
    if isinstance(declared, str):  # the old spelling of stackConfigDir
        declared, where = {}, declared
    schema = {
        _full_key(name, key): config_schema.entry(key, value, own=_is_own(name, key), file=file)
        for key, value in _as_map(declared, f"config in {file}").items()
    }
    return Project(
        name=name,
        file=file,
        program=(directory / str(content.get("main") or ".")).resolve(),
        stack_directory=directory / str(where or "."),
        schema=schema,
    )


def _as_map(value: Any, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    message = f"{where} is not a map; write keys with values below it."
    raise RehearsalError(message)


def _is_own(project: str, key: str) -> bool:
    return ":" not in key or key.startswith(f"{project}:")


def _full_key(project: str, key: str) -> str:
    """`size` -> `project:size`, and the old `aws:config:region` -> `aws:region`."""
    match key.split(":"):
        case [name]:
            return f"{project}:{name}"
        case [namespace, name] | [namespace, "config", name]:
            return f"{namespace}:{name}"
    message = f'the configuration key "{key}" has too many colons; write "namespace:name".'
    raise RehearsalError(message)


class _Secrets:
    """Reveals the `secure:` values of one stack file, and remembers which keys held them."""

    def __init__(self, stack_file: Mapping[str, Any]) -> None:
        self.keys: dict[str, None] = {}
        self._salt = str(stack_file.get("encryptionsalt") or "")
        self.made_up: dict[str, None] = {}
        self._decrypt: Callable[[str], str | None] | None = None

    def reveal(self, key: str, value: Any) -> Any:
        """The value with each `{secure: …}` in it replaced by its plain text or a stand-in."""
        if isinstance(value, list):
            return [self.reveal(key, item) for item in value]
        if not isinstance(value, dict):
            return value
        if set(value) != {"secure"} or not isinstance(value["secure"], str):
            return {name: self.reveal(key, item) for name, item in value.items()}
        self.keys[key] = None
        return self._open(key, value["secure"])

    def notes(self) -> tuple[str, ...]:
        if not self.made_up:
            return ()
        keys = ", ".join(self.made_up)
        return (
            f"Made-up values stand in for the secrets {keys}: "
            f"set PULUMI_CONFIG_PASSPHRASE to rehearse with the real ones.",
        )

    def _open(self, key: str, ciphertext: str) -> str:
        if self._decrypt is None:
            self._decrypt = self._opener()
        if (plain := self._decrypt(ciphertext)) is not None:
            return plain
        if self._salt and self._decrypt is not _nothing_opens:
            message = (
                f'the secret "{key}" was not written with this stack\'s passphrase. '
                f"Set it again with `pulumi config set --secret {key}`."
            )
            raise RehearsalError(message)
        self.made_up[key] = None
        return f"stand-in-{hashlib.sha256(ciphertext.encode()).hexdigest()[:16]}"

    def _opener(self) -> Callable[[str], str | None]:
        # Imported here, because most stacks hold no secret and the key takes a second.
        from airflow_ecs.rehearsal import passphrase

        phrase = passphrase.from_environment()
        if phrase is None or not self._salt:
            return _nothing_opens
        return passphrase.Crypter(phrase, self._salt).decrypt


def _nothing_opens(_: str) -> None:
    return None
