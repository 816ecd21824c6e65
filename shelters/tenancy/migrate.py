"""Migrations as the owner: first the public schema, then each shelter's, one transaction each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

from shelters.tenancy import access, states
from shelters.tenancy.names import quote
from shelters.tenancy.placement import Place, apps_in, migrating
from shelters.tenancy.recording import Recording

OWNER = "owner"


@contextmanager
def as_owner(schema: str = "public") -> Iterator[Any]:
    """One transaction as the owner of all tables, with `schema` alone on its search path.

    For migrations and for opening shelters; web and workers have no such login. Blocks nest: the
    inner one's path ends with it, and nothing is kept unless the outermost ends well.
    """
    if OWNER not in connections.settings:
        raise RuntimeError("Set DATABASE_OWNER_URL: only the owner may create or change tables.")
    is_inner = connections[OWNER].in_atomic_block
    try:
        with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT current_setting('search_path')")
            outer = cursor.fetchone()[0]
            cursor.execute(f"SET LOCAL search_path = {quote(schema)}")
            yield cursor
            cursor.execute(f"SET LOCAL search_path = {outer}")
    finally:
        if connections[OWNER].in_atomic_block and not is_inner:
            _start_anew()


def _start_anew() -> None:
    """Django leaves a block open when what a migration puts off to its end fails.

    The next transaction would then be part of one that never ends.
    """
    connections[OWNER].close()
    del connections[OWNER]


def migrate_public(*, rights: bool = False) -> int:
    """Bring the public schema up to date; returns how many migrations ran.

    Rights are written when those declared have changed, and when `rights` asks for it.
    """
    database, login = access.app_login()
    with as_owner() as cursor:
        access.create_group_roles(cursor, database=database, login=login)
        [state] = states.states_of(cursor, ["public"], needed=needed_in(Place.PUBLIC))
        applied = run(Place.PUBLIC).migrations if state.lacks else []
        if rights or state.is_behind:
            states.give_rights(cursor, "public")
    return len(applied)


def migrate_schema(schema: str) -> Ran:
    """Bring one shelter's schema and rights up to date, by the ordinary road."""
    with as_owner(schema) as cursor:
        ran = run(Place.SHELTER)
        states.give_rights(cursor, schema)
    return ran


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


@dataclass(frozen=True)
class Ran:
    """Migrations that ran, and every statement that they sent."""

    migrations: list[Migration]
    sent: Recording

    @property
    def is_sql(self) -> bool:
        """Whether what was sent does the same in any schema that lacks the same migrations."""
        return all(_is_sql(step) for migration in self.migrations for step in migration.operations)


def _is_sql(operation: Operation) -> bool:
    if isinstance(operation, SeparateDatabaseAndState):
        return all(_is_sql(step) for step in operation.database_operations)
    return operation.reduces_to_sql


def run(place: Place) -> Ran:
    """Run what the schema on the owner's search path lacks."""
    ContentType.objects.clear_cache()
    with migrating(place):
        executor = MigrationExecutor(connections[OWNER])
        labels = apps_in(place)
        targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in labels]
        plan = [step for step in executor.migration_plan(targets) if step[0].app_label in labels]
        sent = _execute(executor, targets, plan)
    ContentType.objects.clear_cache()
    return Ran([migration for migration, _backwards in plan], sent)


def _execute(executor: MigrationExecutor, targets: Any, plan: Any) -> Recording:
    """The plan, between the words to those who keep models' names and the rights on them."""
    sent = Recording()
    words: dict[str, Any] = {"verbosity": 0, "interactive": False, "db": OWNER, "plan": plan}
    with connections[OWNER].execute_wrapper(sent):
        if not plan:
            executor.check_replacements()  # of a squash it may be that only its name is missing
            return sent
        state = executor._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]
        emit_pre_migrate_signal(**words, apps=state.apps)
        executor.migrate(targets, plan, state=state)
    emit_post_migrate_signal(**words, apps=apps)
    return sent
