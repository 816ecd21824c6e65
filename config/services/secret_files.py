"""Passwords and keys, each in a file of its own, made once."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path


def new_password() -> str:
    return secrets.token_urlsafe(32)


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


SECRETS: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(48),
    "kek": new_key,
    "superuser_password": new_password,
    "owner_password": new_password,
    "app_password": new_password,
    "id": lambda: secrets.token_hex(6),
}


def make_secrets(folder: Path) -> None:
    for name, make in SECRETS.items():
        write_once(folder / name, make())


def write_once(file: Path, secret: str) -> None:
    """Two processes that start together must end with the same secret."""
    if file.exists():
        return
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secret + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
