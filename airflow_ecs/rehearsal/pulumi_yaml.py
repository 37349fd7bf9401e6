"""YAML as the Pulumi CLI reads it, and values written as the CLI hands them to a program.

The CLI is written in Go, and its YAML library (gopkg.in/yaml.v3) resolves plain scalars by other
rules than PyYAML: `12:30` and `yes` stay strings, `0o17` and `017` are octal, `1.0` is written
`1`, and a date becomes Go's text for a point in time.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from pathlib import Path

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:([Tt ])(\d\d?):(\d\d?):(\d\d?)(\.\d+)?(Z|[-+]\d\d:\d\d)?)?"
)

# encoding/json escapes these, so that its output is safe inside HTML.
_GO_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def read(path: Path) -> Any:
    """The file's content as plain values; a file that is not YAML is a `RehearsalError`."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
        return None if node is None else _value(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        why = error.problem or error.context
        message = f"{path} is not valid YAML at {where}: {why}. Correct that line."
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"{path} is not valid YAML: {error}. Save it as plain UTF-8 text."
    raise RehearsalError(message)


def text(value: Any) -> str:
    """One configuration value as the program receives it: strings bare, the rest as JSON."""
    return value if isinstance(value, str) else _json(value)


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node.value) if node.style is None else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return _mapping(node)


def _mapping(node: yaml.Node) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key_node, value_node in node.value:
        value = _value(value_node)
        if key_node.value == "<<" and key_node.style is None:
            for part in value if isinstance(value, list) else [value]:
                merged = {**part, **merged}
            continue
        key = text(_value(key_node))
        if key in own:
            raise yaml.MarkedYAMLError(
                problem=f'the key "{key}" is there twice', problem_mark=key_node.start_mark
            )
        own[key] = value
    return {**merged, **own}


def _scalar(plain: str) -> Any:
    if plain in _WORDS:
        return _WORDS[plain]
    if match := _TIME.fullmatch(plain):
        return _time(match) or plain
    digits = plain.replace("_", "")
    if plain[0] in "+-.0123456789":
        if _INTEGER.fullmatch(digits):
            return _integer(digits)
        if _FLOAT.fullmatch(digits):
            return float(digits)
        if digits.lstrip("+-") in (".inf", ".Inf", ".INF"):
            return math.copysign(math.inf, -1 if digits[0] == "-" else 1)
    return math.nan if plain in (".nan", ".NaN", ".NAN") else plain


def _integer(digits: str) -> int | float:
    """Go reads a leading zero as octal, as YAML 1.1 did."""
    octal = re.sub(r"^([-+]?)0(?=[0-7])", r"\g<1>0o", digits)
    number = int(octal, 0)
    # What no 64-bit integer holds is read as a float.
    return number if -(2**63) <= number < 2**64 else float(number)


def _time(match: re.Match[str]) -> str | None:
    """Go's text for the point in time, or None where Go takes the text for no time at all."""
    year, month, day, separator, hour, minute, second, fraction, offset = match.groups()
    if separator and (separator == " ") == bool(offset):
        return None
    zone = UTC
    if offset and offset != "Z":
        minutes = int(offset[1:3]) * 60 + int(offset[4:])
        zone = timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    try:
        day_ = date(int(year), int(month), int(day))
        clock = time(int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone)
    except ValueError:
        return None
    moment = datetime.combine(day_, clock)
    digits = (fraction or "").rstrip("0").rstrip(".")
    name = moment.strftime("%z") if moment.utcoffset() else "UTC"
    return f"{moment:%Y-%m-%d %H:%M:%S}{digits} {moment:%z} {name}"


def _json(value: Any) -> str:
    """Compact JSON with sorted keys, as Go's encoding/json writes it."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(k)}:{_json(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False).translate(_GO_ESCAPES)


def _number(value: float) -> str:
    """Go writes the shortest digits that read back the same, with an exponent only far out."""
    if not math.isfinite(value):
        message = f"a configuration value is {value}, which JSON can't hold; write it in quotes"
        raise RehearsalError(message)
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
