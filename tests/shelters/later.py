"""Migrations that exist in one test only, on top of those of `cases`, and how to undo them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from shelters.tenancy import template
from shelters.tenancy.migrate import as_owner, needed_in
from tests.conftest import SHELTERS

COLUMN = 'migrations.AddField("case", "later", models.IntegerField(null=True))'
INDEX = 'migrations.AddIndex("case", models.Index(fields=["later"], name="later_index"))'
PYTHON = "migrations.RunPython(tell_the_schema)"
FAULT_AT_THE_END = "migrations.RunPython(put_off_a_fault)"  # in samal
PACKAGE = "from cases import migrations\n__path__ = [*__path__, *migrations.__path__]\n"
MIGRATION = """from django.db import migrations, models


def tell_the_schema(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        cursor.execute(f"COMMENT ON TABLE cases_case IS '{{cursor.fetchone()[0]}}'")


def put_off_a_fault(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        if cursor.fetchone()[0] == "samal":
            editor.deferred_sql.append("SELECT 1/0")


class Migration(migrations.Migration):
    dependencies = [("cases", "{after}")]
    operations = [{operations}]
"""
SETTINGS = "from config.test_settings import *\nMIGRATION_MODULES = {{'cases': '{name}'}}\n"
UNDO = """
    ALTER TABLE cases_case DROP COLUMN IF EXISTS later;
    COMMENT ON TABLE cases_case IS NULL;
    DELETE FROM django_migrations WHERE name LIKE '%later';
"""


class Later:
    """`add(operation, …)` writes one more migration of the shelters' app `cases`."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self.name = f"later_{uuid4().hex}"
        self.folder = place / self.name
        self.folder.mkdir()
        (self.folder / "__init__.py").write_text(PACKAGE)
        (place / f"settings_{self.name}.py").write_text(SETTINGS.format(name=self.name))
        patch.syspath_prepend(place)
        self.surroundings = {
            "PYTHONPATH": str(place),
            "DJANGO_SETTINGS_MODULE": f"settings_{self.name}",
        }
        self._newest = "0001_initial"

    def add(self, *operations: str) -> None:
        after, self._newest = self._newest, f"{len(list(self.folder.iterdir())) + 1:04}_later"
        file = self.folder / f"{self._newest}.py"
        file.write_text(MIGRATION.format(after=after, operations=", ".join(operations)))
        forget_migrations()

    def undo(self) -> None:
        for schema in SHELTERS:
            with as_owner(schema) as cursor:
                cursor.execute(UNDO)
        forget_migrations()


def forget_migrations() -> None:
    """What this process remembers of the files."""
    needed_in.cache_clear()
    template.fingerprint.cache_clear()
    sys.path_importer_cache.clear()


def in_all(sql: str) -> dict[str, object]:
    """The one cell that this gives in each shelter's schema."""
    found = {}
    for schema in SHELTERS:
        with as_owner(schema) as cursor:
            cursor.execute(sql)
            found[schema] = cursor.fetchone()[0]
    return found


@contextmanager
def without_the_newest_migration(schema: str) -> Iterator[None]:
    """As if it had not run yet, by what the table of migrations says."""
    newest = "app = 'events' AND name = (SELECT max(name) FROM django_migrations"
    newest += " WHERE app = 'events')"
    with as_owner(schema) as cursor:
        cursor.execute(f"DELETE FROM django_migrations WHERE {newest} RETURNING app, name, applied")
        gone = cursor.fetchone()
    try:
        yield
    finally:
        with as_owner(schema) as cursor:
            insert = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)"
            cursor.execute(insert, gone)
