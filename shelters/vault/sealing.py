"""Sealing with the running shelter's data key: what is sealed opens in its own place, or not."""

from __future__ import annotations

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shelters.tenancy import current_unit
from shelters.vault.keys import NONCE_BYTES, data_key

FORMAT = 1
HEADER = struct.Struct(">BH")  # format, version of the key


class CannotOpen(RuntimeError):
    """A ciphertext does not belong to this shelter and place, or was changed."""


def seal(text: bytes, *, place: str) -> bytes:
    """Seal for the shelter whose unit is open. `place` is where it lies: it opens nowhere else."""
    version, nonce = 1, os.urandom(NONCE_BYTES)
    header = HEADER.pack(FORMAT, version)
    return header + nonce + AESGCM(data_key(version)).encrypt(nonce, text, header + _bound(place))


def unseal(blob: bytes, *, place: str) -> bytes:
    """What was sealed in this shelter for this place; raises `CannotOpen`."""
    header, rest = blob[: HEADER.size], blob[HEADER.size :]
    try:
        _, version = HEADER.unpack(header)
        nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        return AESGCM(data_key(version)).decrypt(nonce, body, header + _bound(place))
    except (InvalidTag, struct.error, ValueError) as error:
        raise CannotOpen("This does not open here.") from error


def _bound(place: str) -> bytes:
    kind, _, rest = place.partition(":")
    return f"pana:{kind}:{current_unit().id}:{rest}".encode()
