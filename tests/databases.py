"""Databases that tests make for themselves, as the owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from shelters.tenancy import hosts, names
from shelters.tenancy.migrate import OWNER

ALIASES = ("default", OWNER)


def make_database(name: str) -> None:
    """An empty one; what an earlier run left of it goes first, with its roles."""
    drop_database(name)
    with _maintenance() as server:
        server.execute(f'CREATE DATABASE "{name}"')


def drop_database(name: str) -> None:
    with _maintenance() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        found = server.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"]
        )
        for (role,) in found.fetchall():
            server.execute(f"DROP ROLE {names.quote(role)}")


def move_to(name: str) -> None:
    """From now on both logins talk to this database."""
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    hosts.forget()


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """The block runs in a new database, which is gone afterwards."""
    before = connections["default"].settings_dict["NAME"]
    make_database(name)
    move_to(name)
    try:
        yield
    finally:
        move_to(before)
        drop_database(name)


def _maintenance() -> psycopg.Connection[Any]:
    owner = settings.DATABASES[OWNER]
    return psycopg.connect(
        dbname="postgres",
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"] or None,
        autocommit=True,
    )
