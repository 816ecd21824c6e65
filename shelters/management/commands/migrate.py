from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.commands.migrate import Command as StockCommand

from shelters.models import Shelter
from shelters.tenancy.migrate import (
    OWNER,
    as_owner,
    behind,
    migrate_public,
    migrate_schema,
    public_is_behind,
)


class Command(BaseCommand):
    help = "Bring the public schema and every shelter's up to date. Needs DATABASE_OWNER_URL."
    autodetector = StockCommand.autodetector

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; fail if a schema is behind",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self._migrate(options["verbosity"])

    def _migrate(self, verbosity: int) -> None:
        applied = migrate_public()
        late = behind(_schemas())
        for schema in late:
            migrate_schema(schema)
        if verbosity:
            self.stdout.write(f"public: {applied} migrations; shelters brought up: {len(late)}")

    def _check(self) -> None:
        if late := ["public"] if public_is_behind() else behind(_schemas()):
            raise CommandError(f"Behind: {', '.join(late)}. Run migrate.")


def _schemas() -> list[str]:
    with as_owner():
        return list(Shelter.objects.using(OWNER).values_list("schema", flat=True))
