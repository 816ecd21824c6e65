"""The real thing for the journeys: a database of its own, pages, worker and beat as processes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from config.children import children
from config.services.home import CHECKOUT, Home
from tests.databases import drop_database, make_database

PREPARING = Path(__file__).with_name("preparing.py")
OWN_QUEUE = 7  # no other test's worker listens there
OWN_CACHE = 8
PAUSE = 0.1
BETWEEN_LETTERS = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Stack:
    """A running network of shelters at `<word>.localhost:<port>`."""

    port: int
    home: Path

    def address(self, word: str) -> str:
        return f"http://{word}.localhost:{self.port}"

    def letters(self) -> list[EmailMessage]:
        """All mail so far, as the state folder keeps it."""
        files = [file.read_bytes() for file in sorted((self.home / "mail").glob("*"))]
        parts = [part for file in files for part in file.split(BETWEEN_LETTERS) if part.strip()]
        return [message_from_bytes(part, policy=policy.default) for part in parts]

    def letter_to(self, email: str, *, within: float = 30.0) -> EmailMessage:
        """The newest letter to this person, as soon as the worker has written one."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if found := [letter for letter in self.letters() if letter["To"] == email]:
                return found[-1]
            time.sleep(PAUSE)
        raise AssertionError(f"No letter to {email} within {within} seconds.")

    def logs(self) -> str:
        return "\n".join(file.read_text() for file in sorted((self.home / "logs").glob("*.log")))


@contextmanager
def running_stack(database: str, place: Path) -> Iterator[Stack]:
    """Everything `./dev up` runs, in `database` and with its state under `place`."""
    home = Home(place)
    home.logs.mkdir(parents=True)
    stack = Stack(_free_port(), place)
    environment = _environment(database, stack)
    make_database(database)
    _prepare(environment)
    del environment["DATABASE_OWNER_URL"]
    with children(home, stack.port, environment):
        yield stack
    drop_database(database)


def _environment(database: str, stack: Stack) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": _address("DATABASE_URL", database),
        "DATABASE_OWNER_URL": _address("DATABASE_OWNER_URL", database),
        "BROKER_URL": re.sub(r"virtual_host=\d+", f"virtual_host={OWN_QUEUE}", _broker()),
        "CACHE_URL": re.sub(r"db=\d+", f"db={OWN_CACHE}", os.environ.get("CACHE_URL", "")),
        "PANA_HOME": str(stack.home),
        "PANA_PORT": str(stack.port),
        "PANA_DEMO": "1",
        "PANA_DEBUG": "",
        "PYTHONPATH": str(CHECKOUT),
    }


def _address(name: str, database: str) -> str:
    return urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()


def _broker() -> str:
    url = os.environ.get("BROKER_URL", "")
    if not url or url.startswith("memory:"):
        raise RuntimeError("The journeys need a broker that a worker of its own can reach.")
    return url


def _prepare(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, PREPARING], env=environment, cwd=CHECKOUT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"The journeys could not be prepared:\n{done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
