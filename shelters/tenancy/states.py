"""Which schemas lack a migration or the rights that are declared now: all of them asked at once.

The rights that were last given to a schema are told by a comment on its table of migrations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from shelters.tenancy import access
from shelters.tenancy.names import quote
from shelters.tenancy.recording import Script
from shelters.tenancy.types import literal

Key = tuple[str, str]
PUBLIC = "public"
AT_ONCE = 1000  # schemas that one statement reads
FOUND = """
    SELECT name, obj_description(migrations, 'pg_class') FROM unnest(%s::text[]) name,
    to_regclass(quote_ident(name) || '.django_migrations') migrations WHERE migrations IS NOT NULL
"""


@dataclass(frozen=True)
class State:
    """What a schema still needs."""

    schema: str
    lacks: frozenset[Key]
    has_rights: bool

    @property
    def is_behind(self) -> bool:
        return bool(self.lacks) or not self.has_rights


def states_of(cursor: Any, schemas: Iterable[str], *, needed: frozenset[Key]) -> list[State]:
    """One of each schema, in that order; one without tables lacks everything."""
    wanted = list(schemas)
    cursor.execute(FOUND, [wanted])
    rights = dict(cursor.fetchall())
    applied = _applied(cursor, list(rights))
    return [
        State(
            schema,
            lacks=needed - applied.get(schema, frozenset()),
            has_rights=rights.get(schema) == _mark(schema),
        )
        for schema in wanted
    ]


def _applied(cursor: Any, schemas: list[str]) -> dict[str, frozenset[Key]]:
    found: dict[str, frozenset[Key]] = {}
    for start in range(0, len(schemas), AT_ONCE):
        cursor.execute(" UNION ALL ".join(map(_keys_of, schemas[start : start + AT_ONCE])))
        found |= {schema: _keys(told or "") for schema, told in cursor.fetchall()}
    return found


def _keys_of(schema: str) -> str:
    told = "string_agg(app || ' ' || name, ',')"
    return f"SELECT {literal(schema)}, {told} FROM {quote(schema)}.django_migrations"


@lru_cache  # a thousand schemas tell the same
def _keys(told: str) -> frozenset[Key]:
    pairs = (key.partition(" ") for key in told.split(","))
    return frozenset((app, name) for app, _, name in pairs)


def give_rights(cursor: Any, schema: str) -> None:
    """Write the declared rights of this schema's tables, and that it was done."""
    _write(cursor, schema)
    table = f"{quote(schema)}.django_migrations"
    cursor.execute(f"COMMENT ON TABLE {table} IS {literal(_mark(schema))}")


def _write(cursor: Any, schema: str) -> None:
    database, _login = access.app_login()
    if schema == PUBLIC:
        access.sync_public(cursor, database=database)
    else:
        access.sync_schema(cursor, database=database, schema=schema)


def _mark(schema: str) -> str:
    database, _login = access.app_login()
    return _mark_in(database, PUBLIC if schema == PUBLIC else "shelter")


@lru_cache
def _mark_in(database: str, schema: str) -> str:
    """Of all that would be written; the same for every shelter."""
    script = Script()
    _write(script, schema)
    return f"rights {sha256(str(script).encode()).hexdigest()[:16]}"
