from __future__ import annotations

import base64
import re
import string
import uuid
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from .conftest import Workbench


def password(bench: Workbench, name: str = "p", **inputs: object) -> str:
    created = bench.create("random:index/randomPassword:RandomPassword", name, **inputs)
    return str(created.outputs["result"])


def test_two_passwords_are_never_alike(bench: Workbench) -> None:
    assert password(bench, length=32) != password(bench, length=32)


def test_a_password_has_the_letters_it_was_asked_for(bench: Workbench) -> None:
    drawn = "".join(password(bench, length=64, special=False) for _ in range(20))
    assert set(drawn) == set(string.ascii_letters + string.digits)

    digits = password(bench, length=40, lower=False, upper=False, special=False)
    assert set(digits) <= set(string.digits)


def test_a_password_has_so_many_of_each_kind(bench: Workbench) -> None:
    drawn = password(bench, length=12, minUpper=3, minNumeric=4, minSpecial=5, overrideSpecial="!-")

    assert len(re.findall("[A-Z]", drawn)) == 3
    assert len(re.findall("[0-9]", drawn)) == 4
    assert len(re.findall("[!-]", drawn)) == 5


def test_a_length_that_can_not_hold_its_classes_is_refused(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="length is 4, but its classes ask for at least 5"):
        password(bench, length=4, minUpper=5)


def test_bytes_are_spelled_alike(bench: Workbench) -> None:
    outputs = bench.create("random:index/randomBytes:RandomBytes", "b", length=32).outputs

    assert base64.b64decode(outputs["base64"]).hex() == outputs["hex"]
    assert len(outputs["hex"]) == 64


def test_an_id_is_spelled_alike(bench: Workbench) -> None:
    created = bench.create("random:index/randomId:RandomId", "i", byteLength=4, prefix="a-")

    assert int(created.outputs["hex"].removeprefix("a-"), 16) == int(
        created.outputs["dec"].removeprefix("a-")
    )
    assert created.outputs["b64Url"] == f"a-{created.id}"


def test_the_other_kinds_are_what_they_are_called(bench: Workbench) -> None:
    text = bench.create("random:index/randomString:RandomString", "s", length=8)
    number = bench.create("random:index/randomInteger:RandomInteger", "n", min=3, max=4)
    pet = bench.create("random:index/randomPet:RandomPet", "p", length=3, prefix="my")
    identity = bench.create("random:index/randomUuid:RandomUuid", "u")

    assert len(text.outputs["result"]) == 8
    assert number.outputs["result"] in (3, 4)
    assert re.fullmatch("my-[a-z]+-[a-z]+-[a-z]+", pet.id)
    assert uuid.UUID(identity.outputs["result"]).version == 4
