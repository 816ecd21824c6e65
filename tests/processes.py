"""Commands in processes of their own on the tests' database, and connections in their way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections

from shelters.tenancy.migrate import OWNER
from shelters.tenancy.provisioning import ONE_AT_A_TIME

PATIENCE = 120.0
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL")


@contextmanager
def started_command(*words: str, **surroundings: str) -> Iterator[subprocess.Popen[str]]:
    """`manage.py …` on the database that this test uses; killed with -9 where the block ends."""
    command = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=os.environ | {name: _here(name) for name in ADDRESSES} | surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield command
    finally:
        command.kill()
        command.wait()


def _here(name: str) -> str:
    address = urlsplit(os.environ[name])
    return address._replace(path=f"/{connections[OWNER].settings_dict['NAME']}").geturl()


@contextmanager
def own_connection() -> Iterator[psycopg.Connection[Any]]:
    """The owner's, in a transaction that is rolled back."""
    connection = psycopg.connect(**connections[OWNER].get_connection_params())
    try:
        yield connection
    finally:
        connection.close()


def wait_until_it_waits_for(connection: psycopg.Connection[Any], table: str) -> None:
    """Until somebody else stands before the lock that this connection holds on the table."""
    _wait_until_found(connection, f"relation = '{table}'::regclass")


def wait_until_it_waits_for_its_turn(connection: psycopg.Connection[Any]) -> None:
    """Until somebody stands before the lock of those who make and change schemas."""
    _wait_until_found(connection, f"locktype = 'advisory' AND objid = {ONE_AT_A_TIME}")


def _wait_until_found(connection: psycopg.Connection[Any], lock: str) -> None:
    give_up = time.monotonic() + PATIENCE
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    waiting = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND database = {here} AND {lock}"
    while connection.execute(waiting.encode()).fetchone() == (0,):
        assert time.monotonic() < give_up, f"nobody came to wait for {lock}"
        time.sleep(0.02)
