"""Keys of the shelters, and the key-encryption key that wraps them (ADR 0005)."""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from shelters.models import Shelter
from shelters.tenancy import current_unit
from shelters.vault.models import SealingKey, WrappedKey

NONCE_BYTES = 12
KEY_BYTES = 32


class KeyMissing(RuntimeError):
    """A key that is needed is not there, or cannot be unwrapped with the key-encryption key."""


def create_keys(*, shelter: Shelter, using: str) -> None:
    """Make a new shelter's data key and its pair for letters; runs as the owner."""
    pair = X25519PrivateKey.generate()
    secrets = {
        WrappedKey.Purpose.DATA: os.urandom(KEY_BYTES),
        WrappedKey.Purpose.LETTERS: pair.private_bytes_raw(),
    }
    for purpose, secret in secrets.items():
        WrappedKey.objects.using(using).create(
            shelter=shelter, purpose=purpose, wrapped=_wrap(secret, shelter.id, purpose)
        )
    SealingKey.objects.using(using).create(
        shelter=shelter, public=pair.public_key().public_bytes_raw()
    )


def destroy_keys(*, shelter: Shelter, using: str) -> None:
    """What was sealed with them stays closed for good; runs as the owner.

    A process that has unwrapped them before keeps them until it ends.
    """
    WrappedKey.objects.using(using).filter(shelter=shelter).delete()
    SealingKey.objects.using(using).filter(shelter=shelter).delete()
    for known in [known for known in _unwrapped if known[0] == shelter.id]:
        del _unwrapped[known]


_unwrapped: dict[tuple[UUID, str, int], bytes] = {}


def data_key(version: int = 1) -> bytes:
    """The data key of the shelter whose unit is open; raises `KeyMissing`."""
    return _secret(WrappedKey.Purpose.DATA, version)


def letter_key(version: int = 1) -> X25519PrivateKey:
    """The private half of the letters' pair of the shelter whose unit is open."""
    return X25519PrivateKey.from_private_bytes(_secret(WrappedKey.Purpose.LETTERS, version))


def _secret(purpose: str, version: int) -> bytes:
    shelter_id = current_unit().id
    known = _unwrapped.get((shelter_id, purpose, version))
    if known is None:
        known = _unwrapped[shelter_id, purpose, version] = _fetch(shelter_id, purpose, version)
    return known


def _fetch(shelter_id: UUID, purpose: str, version: int) -> bytes:
    row = WrappedKey.objects.filter(shelter_id=shelter_id, purpose=purpose, version=version).first()
    if row is None:
        raise KeyMissing(f"No {purpose} key {version} for this shelter.")
    return _unwrap(bytes(row.wrapped), shelter_id, purpose)


def _wrap(secret: bytes, shelter_id: UUID, purpose: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(settings.KEK).encrypt(nonce, secret, _bound_to(shelter_id, purpose))


def _unwrap(wrapped: bytes, shelter_id: UUID, purpose: str) -> bytes:
    nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    try:
        return AESGCM(settings.KEK).decrypt(nonce, sealed, _bound_to(shelter_id, purpose))
    except InvalidTag as error:
        raise KeyMissing("The key-encryption key does not open this shelter's keys.") from error


def _bound_to(shelter_id: UUID, purpose: str) -> bytes:
    return f"pana:key:{shelter_id}:{purpose}".encode()
