"""Opens the secrets of a stack file, as Pulumi's passphrase provider does."""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from airflow_ecs.rehearsal.declared import RehearsalError

# sdk/go/common/resource/config/crypt.go: NewSymmetricCrypterFromPassphrase.
_ITERATIONS = 1_000_000


def from_environment() -> str | None:
    """The passphrase in PULUMI_CONFIG_PASSPHRASE or its _FILE; an empty one counts."""
    if (phrase := os.environ.get("PULUMI_CONFIG_PASSPHRASE")) is not None:
        return phrase
    if not (file := os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")):
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = (
            f"PULUMI_CONFIG_PASSPHRASE_FILE names {file}, which can't be read "
            f"({error.strerror}). Name a file that holds the passphrase, or unset it."
        )
        raise RehearsalError(message) from None


class Crypter:
    """Decrypts what `pulumi config set --secret` wrote with this passphrase and salt.

    `salt` is the stack file's `encryptionsalt`: `v1:<salt>:` and the word "pulumi", encrypted,
    by which a wrong passphrase is noticed.
    """

    def __init__(self, phrase: str, salt: str) -> None:
        self._phrase = phrase
        version, _, rest = salt.partition(":")
        self._salt, _, proof = rest.partition(":")
        if version != "v1" or self.decrypt(proof) != "pulumi":
            message = (
                "the passphrase in PULUMI_CONFIG_PASSPHRASE does not open the stack's secrets. "
                "Set the one they were written with, or unset it to rehearse with stand-ins."
            )
            raise RehearsalError(message)

    @cached_property
    def _key(self) -> bytes:
        salt = b64decode(self._salt)
        return hashlib.pbkdf2_hmac("sha256", self._phrase.encode(), salt, _ITERATIONS, 32)

    def decrypt(self, ciphertext: str) -> str | None:
        """The plain text of `v1:<nonce>:<message>`, or None when it can't be opened."""
        try:
            version, nonce, message = ciphertext.split(":")
            if version != "v1":
                return None
            opened = AESGCM(self._key).decrypt(b64decode(nonce), b64decode(message), None)
        except (ValueError, InvalidTag):
            return None
        return opened.decode()
