"""What closing a shelter asks of the database itself, as the owner."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import OperationalError, transaction

from shelters.tenancy import access
from shelters.tenancy.migrate import OWNER, as_owner
from shelters.tenancy.names import quote, shelter_role

TRIES = 100
PAUSE = 0.1  # seconds


class Busy(Exception):
    """Somebody was writing each time."""


def keep_writers_out(cursor: Any, *, schema: str, shared: Iterable[str]) -> None:
    """Until the transaction ends nobody writes in `schema` and in these tables of public.

    Those who write now are let finish. Nobody is made to wait for them behind us: a lock that is
    not to be had at once is tried again later. Raises `Busy`.
    """
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    tables = [f"{quote(schema)}.{quote(table)}" for (table,) in cursor.fetchall()]
    tables += [f"public.{quote(table)}" for table in shared]
    for _ in range(TRIES):
        try:
            with transaction.atomic(using=OWNER):
                cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
            return
        except OperationalError:
            time.sleep(PAUSE)
    raise Busy


def undelivered_to(cursor: Any, *, schema: str, outboxes: Iterable[str]) -> int:
    """How many deliveries to `schema` wait in these schemas' outboxes; one query for all."""
    waiting = " UNION ALL ".join(
        f"SELECT count(*) AS number FROM {quote(outbox)}.events_delivery"
        " WHERE delivered_at IS NULL AND target = %(target)s"
        for outbox in outboxes
    )
    cursor.execute(f"SELECT coalesce(sum(number), 0) FROM ({waiting}) found", {"target": schema})
    return int(cursor.fetchone()[0])


def drop_schema(schema: str) -> None:
    """The schema with all its tables, and its role; in the caller's transaction as the owner."""
    database, _ = access.app_login()
    with as_owner() as cursor:
        cursor.execute(f"DROP SCHEMA {quote(schema)} CASCADE")
        cursor.execute(f"DROP ROLE {quote(shelter_role(database, schema))}")
