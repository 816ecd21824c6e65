"""Migrations as the owner: first the public schema, then each shelter's, one transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from shelters.tenancy import access
from shelters.tenancy.names import central_role, quote, shelter_role
from shelters.tenancy.placement import Place, apps_in, migrating

OWNER = "owner"


@contextmanager
def as_owner(schema: str = "public") -> Iterator[Any]:
    """One transaction as the owner of all tables, with `schema` alone on its search path.

    For migrations and for opening shelters; web and workers have no such login. Blocks nest: the
    inner one's path ends with it, and nothing is kept unless the outermost ends well.
    """
    if OWNER not in connections.settings:
        raise RuntimeError("Set DATABASE_OWNER_URL: only the owner may create or change tables.")
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        outer = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL search_path = {quote(schema)}")
        yield cursor
        cursor.execute(f"SET LOCAL search_path = {outer}")


def migrate_public() -> int:
    """Bring the public schema up to date; returns how many migrations ran."""
    database, login = access.app_login()
    with as_owner() as cursor:
        access.create_group_roles(cursor, database=database, login=login)
        applied = run(Place.PUBLIC)
        access.sync_public(cursor, database=database)
    return applied


def migrate_schema(schema: str) -> int:
    """Bring one shelter's schema up to date; returns how many migrations ran."""
    database, _ = access.app_login()
    with as_owner(schema) as cursor:
        applied = run(Place.SHELTER)
        access.sync_schema(cursor, database=database, schema=schema)
    return applied


def public_is_behind() -> bool:
    """Whether the public schema lacks a migration, or was never made."""
    with as_owner() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NULL")
        is_empty = cursor.fetchone()[0]
    return is_empty or bool(_lacking(["public"], needed_in(Place.PUBLIC)))


def behind(schemas: Iterable[str]) -> list[str]:
    """Those of these shelters' schemas that lack a migration; one query for all.

    So does one whose role may not see which there are: it was made before that was a right.
    """
    return _lacking(list(schemas), needed_in(Place.SHELTER))


def _lacking(schemas: list[str], needed: frozenset[tuple[str, str]]) -> list[str]:
    if not schemas:
        return []
    union = " UNION ALL ".join(
        f"SELECT {_literal(schema)}, app, name FROM {quote(schema)}.django_migrations"
        f" WHERE {_may_see(schema)}"
        for schema in schemas
    )
    applied: dict[str, set[tuple[str, str]]] = {schema: set() for schema in schemas}
    with as_owner() as cursor:
        cursor.execute(union)
        for schema, app, name in cursor.fetchall():
            applied[schema].add((app, name))
    return [schema for schema in schemas if needed - applied[schema]]


def is_current(place: Place) -> bool:
    """Whether the running unit's tables are those that this code expects; asked as the app."""
    return not missing_in(place)


def missing_in(place: Place) -> frozenset[tuple[str, str]]:
    """The migrations that the running unit's tables lack; asked as the app."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return needed_in(place) - set(cursor.fetchall())


@cache
def needed_in(place: Place) -> frozenset[tuple[str, str]]:
    """Every migration that this code brings for `place`."""
    return frozenset(migrations_in(place))


def migrations_in(place: Place) -> dict[tuple[str, str], Migration]:
    """They, read from their files."""
    labels = apps_in(place)
    found = MigrationExecutor(None).loader.disk_migrations or {}
    return {key: migration for key, migration in found.items() if key[0] in labels}


def _may_see(schema: str) -> str:
    database, _ = access.app_login()
    role = central_role(database) if schema == "public" else shelter_role(database, schema)
    table = f"{quote(schema)}.django_migrations"
    return f"has_table_privilege({_literal(role)}, {_literal(table)}, 'SELECT')"


def run(place: Place) -> int:
    """Run what the schema on the owner's search path lacks; returns how many migrations it was."""
    ContentType.objects.clear_cache()
    with migrating(place):
        executor = MigrationExecutor(connections[OWNER])
        labels = apps_in(place)
        targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in labels]
        plan = [step for step in executor.migration_plan(targets) if step[0].app_label in labels]
        if plan:
            executor.migrate(targets, plan)
            _set_up_permissions(place)
    ContentType.objects.clear_cache()
    return len(plan)


def _set_up_permissions(place: Place) -> None:
    emit_post_migrate_signal(verbosity=0, interactive=False, db=OWNER, apps=apps, plan=[])


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
