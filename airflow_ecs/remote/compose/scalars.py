"""YAML without its guesses: what stands in a Compose file is what a variable gets."""

from __future__ import annotations

import re
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"

# By them PyYAML reads 12:30 as 750, 0755 as 493 and 1.10 as 1.1.
_GUESSED = {f"{_TAG}{kind}" for kind in ("int", "float", "timestamp")}


class _Loader(yaml.SafeLoader):
    """Takes for a number only what is written the same again."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        first: [one for one in kinds if one[0] not in _GUESSED]
        for first, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(r"(?:0|-?[1-9]\d*)$"), list("-0123456789"))


def load(text: str) -> Any:
    """The one document of a text.

    Raises:
        YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe one
