"""Migrating every shelter's schema, each in a transaction of its own, many of them at once.

Schemas that lack the same migrations are a group. Its first takes the ordinary road. Were all its
operations SQL, then what was sent there is sent to the others, over several connections; a
migration with Python in it takes the ordinary road in each.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

import psycopg
from django.db import Error, OperationalError, connections

from shelters.tenancy import states
from shelters.tenancy.backend.discretion import without_the_row
from shelters.tenancy.migrate import OWNER, Ran, as_owner, migrate_schema
from shelters.tenancy.provisioning import ONE_AT_A_TIME
from shelters.tenancy.recording import Script
from shelters.tenancy.states import State
from shelters.tenancy.types import types_sql

# Django looks for its table of migrations among all there are, which takes long with a thousand.
LOOK = "pg_table_is_visible"
HELPERS = 3  # connections beside our own
SPARE = """
    SELECT (current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int - count(*)) / 2
    FROM pg_stat_activity WHERE backend_type = 'client backend'
"""


@contextmanager
def alone(*, wait: Callable[[], None]) -> Iterator[None]:
    """No shelter is opened and no other migrates during the block; `wait` is called before waiting.

    The lock ends with its connection, so a process that is killed leaves none.
    """
    line = connections.create_connection(OWNER)
    try:
        line.set_autocommit(False)
        _take(line.cursor(), wait)
        yield
    finally:
        line.close()


def _take(cursor: Any, wait: Callable[[], None]) -> None:
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if cursor.fetchone() == (False,):
        wait()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


class Outcome:
    """How far it is, and what was wrong where; `tell` hears after each schema how many are done."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.done = 0
        self.failures: dict[str, str] = {}
        self._tell = tell
        self._lock = Lock()

    @contextmanager
    def of(self, schema: str) -> Iterator[None]:
        """A failure in the block is that schema's, and the next may be tried."""
        try:
            yield
        except Exception as error:  # a migration's Python may raise anything
            self.failures[schema] = said_by(error)
        with self._lock:
            self.done += 1
            self._tell(self.done)


def said_by(error: Exception) -> str:
    """In one line, without the row that the database quotes."""
    cause = error.__cause__ if isinstance(error, Error) else None
    told = without_the_row(cause) if isinstance(cause, psycopg.Error) else str(error)
    return told.strip().partition("\n")[0] or type(error).__name__


def bring_up(behind: list[State], *, tell: Callable[[int], None]) -> Outcome:
    """Give these schemas what they lack. One that fails stays as it was."""
    outcome = Outcome(tell)
    groups: defaultdict[Any, deque[str]] = defaultdict(deque)
    for state in behind:
        groups[state.lacks].append(state.schema)
    for lacks, schemas in groups.items():
        sql = _by_the_ordinary_road(schemas, outcome) if lacks else ""
        _send_to_all(schemas, sql, outcome)
    return outcome


def _by_the_ordinary_road(schemas: deque[str], outcome: Outcome) -> str:
    """One after another, until the rest can be sent what this returns."""
    while schemas:
        schema = schemas.popleft()
        with outcome.of(schema):
            ran = migrate_schema(schema)
        if schema not in outcome.failures and ran.is_sql:
            return _sendable(ran)
    return ""


def _sendable(ran: Ran) -> str:
    sent = [sql for sql in ran.sent.without("SAVEPOINT", "RELEASE") if LOOK not in sql]
    return str(Script([*sent, types_sql()]))


def _send_to_all(schemas: deque[str], sql: str, outcome: Outcome) -> None:
    """Over our connection and, at the same time, over as many as the server can well spare."""
    helpers = [Thread(target=_help, args=(schemas, sql, outcome)) for _ in range(_spare(schemas))]
    for helper in helpers:
        helper.start()
    try:
        _send_to_each(schemas, sql, outcome)
    finally:
        schemas.clear()  # whoever stops us stops the helpers
        for helper in helpers:
            helper.join()


def _spare(schemas: deque[str]) -> int:
    with as_owner() as cursor:
        cursor.execute(SPARE)
        return max(0, min(HELPERS, int(cursor.fetchone()[0]), len(schemas) - 1))


def _help(schemas: deque[str], sql: str, outcome: Outcome) -> None:
    try:
        connections[OWNER].ensure_connection()
    except OperationalError:
        return  # somebody else took the connection; the others do the work
    try:
        _send_to_each(schemas, sql, outcome)
    finally:
        connections[OWNER].close()


def _send_to_each(schemas: deque[str], sql: str, outcome: Outcome) -> None:
    while schemas:
        try:
            schema = schemas.popleft()
        except IndexError:
            return
        with outcome.of(schema):
            _send(schema, sql)


def _send(schema: str, sql: str) -> None:
    script = Script([sql] if sql else [])
    states.give_rights(script, schema)
    with as_owner(schema) as cursor:
        cursor.execute(str(script))
