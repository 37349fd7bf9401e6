"""Property values as the Pulumi SDK sends them, and as plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value
from pulumi.runtime import rpc

from airflow_ecs.rehearsal.declared import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

# Beyond this a float no longer tells whole numbers apart.
_EXACT = 2**53


def decode(value: Value) -> tuple[Any, bool]:
    """One value in plain Python, and whether it holds a secret anywhere.

    Whole numbers are int; what a preview can't know is `UNKNOWN`; an asset is a map with `path`,
    `text`, `uri` or `assets`; a resource given as a value is its id, as providers receive it.
    """
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return (UNKNOWN if text == rpc.UNKNOWN else text), False
        case "number_value":
            number = value.number_value
            whole = number.is_integer() and abs(number) < _EXACT
            return (int(number) if whole else number), False
        case "bool_value":
            return value.bool_value, False
        case "list_value":
            items = [decode(item) for item in value.list_value.values]
            return [item for item, _ in items], any(secret for _, secret in items)
        case "struct_value":
            return _decode_struct(value.struct_value)
    return None, False


def decode_properties(struct: Struct) -> tuple[dict[str, Any], frozenset[str]]:
    """The properties in plain Python, and the names of those that hold a secret."""
    # The wire format keeps no order; sorted, each run is the same.
    decoded = {name: decode(struct.fields[name]) for name in sorted(struct.fields)}
    values = {name: value for name, (value, _) in decoded.items()}
    return values, frozenset(name for name, (_, secret) in decoded.items() if secret)


def encode(value: Any, *, secret: bool = False) -> Value:
    """Plain Python as one value to send; marked as a secret when asked to."""
    if secret:
        return _struct(
            {
                rpc._special_sig_key: Value(string_value=rpc._special_secret_sig),
                "value": encode(value),
            }
        )
    if value is None:
        return Value(null_value=NULL_VALUE)
    if value is UNKNOWN:
        return Value(string_value=rpc.UNKNOWN)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, Mapping):
        return _struct({name: encode(item) for name, item in value.items()})
    if isinstance(value, list | tuple):
        return Value(list_value=ListValue(values=[encode(item) for item in value]))
    message = f"a cloud answered with a {type(value).__name__}, which is no property value"
    raise TypeError(message)


def encode_properties(values: Mapping[str, Any], *, secrets: Iterable[str] = ()) -> Struct:
    """The properties to send, those named in `secrets` marked as such."""
    marked = frozenset(secrets)
    fields = {name: encode(item, secret=name in marked) for name, item in values.items()}
    return Struct(fields=fields)


def _struct(fields: dict[str, Value]) -> Value:
    return Value(struct_value=Struct(fields=fields))


def _decode_struct(struct: Struct) -> tuple[Any, bool]:
    fields = struct.fields
    if rpc._special_sig_key not in fields:
        values, secrets = decode_properties(struct)
        return values, bool(secrets)
    match fields[rpc._special_sig_key].string_value:
        case rpc._special_secret_sig:
            return decode(fields["value"])[0], True
        case rpc._special_resource_sig:
            # An empty id is one that a preview can't know.
            known = fields["id"].string_value or UNKNOWN if "id" in fields else None
            return known or fields["urn"].string_value, False
        case rpc._special_asset_sig | rpc._special_archive_sig:
            asset = {name: item for name, item in fields.items() if name != rpc._special_sig_key}
            return {name: decode(item)[0] for name, item in asset.items()}, False
    message = "the SDK sent a special value that is neither secret, asset nor resource"
    raise TypeError(message)
