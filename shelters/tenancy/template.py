"""A shelter's tables as SQL: recorded from the migrations once, executed in one message ever after.

The recording holds every statement that the migrations of the shelters' apps send to an empty
schema, what Python in them writes and the rows of `post_migrate` included. It is kept in a table of
the owner's and made anew when anything that it depends on has changed.
"""

from __future__ import annotations

import inspect
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from shelters.tenancy.migrate import OWNER, as_owner, migrations_in, run
from shelters.tenancy.names import quote
from shelters.tenancy.placement import Place
from shelters.tenancy.recording import Recording, in_one_message
from shelters.tenancy.types import types_and_rights

TABLE = "public.shelters_template"
SCRATCH = "new-shelter"  # no shelter's schema may be called so
IDLE = ("SELECT", "SAVEPOINT", "RELEASE")  # left out: they change nothing
LIBRARIES = ("django", "django-pgtrigger")  # whose version decides what a migration sends


def tables_sql(cursor: Any) -> str:
    """What turns the empty schema on the search path into a shelter's, rights left out.

    Under the lock of those who make schemas: the recording may have to be made first.
    """
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (fingerprint text PRIMARY KEY, sql text)")
    cursor.execute(f"SELECT sql FROM {TABLE} WHERE fingerprint = %s", [fingerprint()])
    found = cursor.fetchone()
    return str(found[0]) if found else _record_anew(cursor)


def _record_anew(cursor: Any) -> str:
    sql = record()
    cursor.execute(f"DELETE FROM {TABLE}")
    cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", [fingerprint(), sql])
    return sql


def record() -> str:
    """Migrate a schema that nobody else ever sees, and tell what was sent."""
    sent = Recording()
    with transaction.atomic(using=OWNER):
        with as_owner() as cursor:
            cursor.execute(f"CREATE SCHEMA {quote(SCRATCH)}")
        with as_owner(SCRATCH), connections[OWNER].execute_wrapper(sent):
            run(Place.SHELTER)
        transaction.set_rollback(True, using=OWNER)
    return in_one_message([*sent.without(*IDLE), "UPDATE django_migrations SET applied = now()"])


@cache
def fingerprint() -> str:
    """Of all that a recording depends on: migrations, models' names and rights, libraries, us."""
    digest = sha256(Path(__file__).read_bytes())
    for _key, migration in sorted(migrations_in(Place.SHELTER).items()):
        digest.update(Path(inspect.getfile(type(migration))).read_bytes())
    digest.update(str(types_and_rights()).encode())
    digest.update(" ".join(version(library) for library in LIBRARIES).encode())
    return digest.hexdigest()
