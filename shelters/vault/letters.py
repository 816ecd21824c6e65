"""Letters that only one shelter can open: HPKE (RFC 9180) with X25519 and AES-256-GCM."""

from __future__ import annotations

from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shelters.tenancy import current_unit
from shelters.vault.keys import KeyMissing, letter_key
from shelters.vault.models import SealingKey
from shelters.vault.sealing import CannotOpen

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
VERSION_BYTES = 2


def seal_letter(text: bytes, *, recipient_id: UUID, letter_id: UUID) -> bytes:
    """Seal `text` so that only `recipient_id` opens it, and only as the letter `letter_id`."""
    key = SealingKey.objects.filter(shelter_id=recipient_id).order_by("-version").first()
    if key is None:
        raise KeyMissing("The receiving shelter has no key for letters.")
    public = X25519PublicKey.from_public_bytes(bytes(key.public))
    sealed = SUITE.encrypt(text, public, _bound_to(recipient_id, letter_id))
    return key.version.to_bytes(VERSION_BYTES) + sealed


def open_letter(sealed: bytes, *, letter_id: UUID) -> bytes:
    """Open a letter sealed for the shelter whose unit is open; raises `CannotOpen`."""
    version = int.from_bytes(sealed[:VERSION_BYTES])
    info = _bound_to(current_unit().id, letter_id)
    try:
        return SUITE.decrypt(sealed[VERSION_BYTES:], letter_key(version), info)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("This summary was not sealed for this shelter.") from error


def _bound_to(recipient_id: UUID, letter_id: UUID) -> bytes:
    return f"pana:letter:{recipient_id}:{letter_id}".encode()
