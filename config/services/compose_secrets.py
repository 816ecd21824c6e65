"""The files that docker-compose.yml names, but for the certificate.

What can be chosen is made once and kept. What follows from it (an address with its password, a
list of users) is written anew each time, so that a password is changed by removing its file and
making the secrets again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.services.secret_files import make_secrets, new_password, write_once

MORE_PASSWORDS = ("broker_password", "cache_password")
GIVE_UP_AFTER = 20  # deliveries of one message; the outbox sends it again
NO_LOGIN = ""  # at the mail server, until somebody writes a password there


def make_secrets_of_compose(folder: Path) -> None:
    """In the containers other users than ours read the files, so that the folder alone closes them
    to others here.
    """
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)  # also one that was there
    make_secrets(folder)
    for name in MORE_PASSWORDS:
        write_once(folder / name, new_password())
    write_once(folder / "mail_password", NO_LOGIN)
    for name, text in _what_follows(folder):
        _write_anew(folder / name, text)
    for file in folder.iterdir():
        file.chmod(0o444)


def _what_follows(folder: Path) -> Iterator[tuple[str, str]]:
    app, owner, broker, cache = (
        (folder / f"{name}_password").read_text().strip()
        for name in ("app", "owner", "broker", "cache")
    )
    yield "database_url", f"postgres://pana_app:{app}@pgbouncer:6432/pana"
    yield "database_owner_url", f"postgres://pana_owner:{owner}@postgres:5432/pana"
    yield "broker_url", f"amqp://pana:{broker}@broker:5672/pana"
    yield "cache_url", f"redis://pana:{cache}@cache:6379/0"
    yield "pgbouncer_users", f'"pana_app" "{app}"'
    yield "broker_definitions", json.dumps(_definitions(broker), indent=1)
    yield "cache_users", _cache_users(cache)


def _definitions(password: str) -> dict[str, Any]:
    """RabbitMQ's only user, and that a message which kills its worker does not come back for ever.

    With definitions of its own RabbitMQ makes no user `guest`.
    """
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    limit = {"delivery-limit": GIVE_UP_AFTER}
    return {
        "users": [
            {
                "name": "pana",
                "password_hash": _hashed(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
        ],
        "vhosts": [{"name": "pana"}],
        "permissions": [{"user": "pana", "vhost": "pana", **everything}],
        "policies": [
            {
                "vhost": "pana",
                "name": "give up",
                "pattern": "^celery$",
                "apply-to": "queues",
                "priority": 0,
                "definition": limit,
            }
        ],
    }


def _hashed(password: str) -> str:
    """As RabbitMQ keeps it. The same password gives the same text; it is too long to be guessed."""
    salt = hashlib.sha256(b"salt " + password.encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _cache_users(password: str) -> str:
    """Valkey's: nobody comes in without a name, and Pana may do nothing to the server itself."""
    digest = hashlib.sha256(password.encode()).hexdigest()
    return f"user default off\nuser pana on #{digest} ~* +@all -@admin -@dangerous"


def _write_anew(file: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text + "\n")
    os.replace(draft, file)
