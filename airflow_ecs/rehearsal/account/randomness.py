"""The random provider: every value is really random, from the system's own source."""

from __future__ import annotations

import base64
import secrets
import string
import uuid
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Inputs
    from airflow_ecs.rehearsal.account.region import Region

# The provider's own special characters.
_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"

_ADJECTIVES = ("brave", "calm", "eager", "fair", "keen", "mild", "noble", "proud", "quick", "wise")
_ANIMALS = ("bear", "crow", "deer", "fox", "hare", "lynx", "mole", "newt", "seal", "wolf")


def create_password(region: Region, inputs: Inputs) -> Created:
    """A password; bcryptHash is left out, since nothing here can make one."""
    return Created(id="none", outputs={"result": _text(inputs)})


def create_string(region: Region, inputs: Inputs) -> Created:
    """A text that is no secret, and its own id."""
    text = _text(inputs)
    return Created(id=text, outputs={"result": text})


def create_bytes(region: Region, inputs: Inputs) -> Created:
    """Bytes, in two spellings."""
    value = secrets.token_bytes(inputs.required("length"))
    inputs.aside("keepers")
    outputs = {"base64": base64.b64encode(value).decode(), "hex": value.hex()}
    return Created(id=outputs["base64"], outputs=outputs)


def create_id(region: Region, inputs: Inputs) -> Created:
    """Bytes as an identifier, in four spellings, each with the prefix."""
    value = secrets.token_bytes(inputs.required("byteLength"))
    prefix = inputs.take("prefix", "")
    inputs.aside("keepers")
    url = base64.urlsafe_b64encode(value).decode().rstrip("=")
    return Created(
        id=url,
        outputs={
            "b64Std": prefix + base64.b64encode(value).decode(),
            "b64Url": prefix + url,
            "dec": prefix + str(int.from_bytes(value, "big")),
            "hex": prefix + value.hex(),
        },
    )


def create_uuid(region: Region, inputs: Inputs) -> Created:
    """A UUID."""
    inputs.aside("keepers")
    value = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    return Created(id=value, outputs={"result": value})


def create_integer(region: Region, inputs: Inputs) -> Created:
    """A whole number, both ends included."""
    low, high = inputs.required("min"), inputs.required("max")
    if low > high:
        raise inputs.refusal(f"min is {low} and max is {high}; write min at most as large as max.")
    inputs.aside("keepers")
    value = low + secrets.randbelow(high - low + 1)
    return Created(id=str(value), outputs={"result": value})


def create_pet(region: Region, inputs: Inputs) -> Created:
    """Words that are easy to say."""
    words = [secrets.choice(_ADJECTIVES) for _ in range(inputs.take("length", 2) - 1)]
    words.append(secrets.choice(_ANIMALS))
    prefix = inputs.take("prefix")
    inputs.aside("keepers")
    name = inputs.take("separator", "-").join([prefix, *words] if prefix else words)
    return Created(id=name)


def _text(inputs: Inputs) -> str:
    # `number` is the old name of `numeric`.
    numeric = inputs.take("numeric", inputs.take("number", True))
    classes = (
        (string.ascii_lowercase, inputs.take("lower", True), inputs.take("minLower", 0)),
        (string.ascii_uppercase, inputs.take("upper", True), inputs.take("minUpper", 0)),
        (string.digits, numeric, inputs.take("minNumeric", 0)),
        (
            inputs.take("overrideSpecial") or _SPECIAL,
            inputs.take("special", True),
            inputs.take("minSpecial", 0),
        ),
    )
    inputs.aside("keepers")
    length = inputs.required("length")
    alphabet = "".join(letters for letters, wanted, _ in classes if wanted)
    least = sum(count for _, _, count in classes)
    if least > length or not alphabet:
        raise inputs.refusal(
            f"length is {length}, but its classes ask for at least {least} of an alphabet of "
            f"{len(alphabet)}; write a length that holds them, and allow one class."
        )
    drawn = [secrets.choice(letters) for letters, _, count in classes for _ in range(count)]
    drawn += [secrets.choice(alphabet) for _ in range(length - least)]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)
