"""Values from the environment; a secret may also lie in a file that the environment names."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def secret(name: str) -> str:
    """`NAME`, or the content of the file that `NAME_FILE` names; raises `ImproperlyConfigured`."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    raise ImproperlyConfigured(
        f"{name} is not set. Start with `./dev up`, which makes it, or set {name} or {name}_FILE."
    )


def secret_if_any(name: str) -> str:
    """The same, or nothing where neither is named."""
    return secret(name) if os.environ.get(name) or os.environ.get(f"{name}_FILE") else ""


def key(name: str) -> bytes:
    """A key of 32 bytes, written in base64."""
    try:
        value = base64.b64decode(secret(name), validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured(f"{name} is not base64.") from error
    if len(value) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must hold {KEY_BYTES} bytes, not {len(value)}.")
    return value
