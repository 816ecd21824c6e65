"""`manage shell --shelter samal`: Python inside one unit, which keeps nothing unless told to."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.base import CommandParser
from django.core.management.commands import shell
from django.db import connection, transaction

from shelters.registry import UnknownShelter, in_schema
from shelters.tenancy import CENTRAL

BARE = (
    "No shelter is chosen: queries are refused. Start with --shelter SCHEMA, or open a unit:\n"
    "    with in_schema('samal'): …"
)
READING = "You read {0}; nothing can be changed without --write."
WRITING = "You are in {0}. What you change is saved when you leave, all of it or nothing."
AGAIN = "After an error of the database leave and start again."


class Command(shell.Command):
    help = "Python inside one shelter, or inside none."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--shelter", metavar="SCHEMA", help=f"'{CENTRAL.schema}' for the central host"
        )
        parser.add_argument("--write", action="store_true", help="keep what is changed")

    def get_auto_imports(self) -> list[str]:
        return [*(super().get_auto_imports() or []), "shelters.registry.in_schema"]

    def handle(self, **options: Any) -> None:
        schema = options["shelter"]
        if not schema:
            if options["write"]:
                raise CommandError("--write needs --shelter.")
            self.stderr.write(BARE)
            super().handle(**options)
            return
        try:
            unit = in_schema(schema, sealed=True)
        except UnknownShelter as error:
            raise CommandError(str(error)) from None
        with unit:
            self._prepare(schema, writing=options["write"])
            self._run(**options)
            transaction.set_rollback(not options["write"])

    def _prepare(self, schema: str, *, writing: bool) -> None:
        """Who types may think for longer than a page may."""
        self.stderr.write((WRITING if writing else READING).format(schema) + f" {AGAIN}")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '30min'")
            if not writing:
                cursor.execute("SET TRANSACTION READ ONLY")

    def _run(self, **options: Any) -> None:
        """`exit()` is how a person leaves, and no error."""
        try:
            super().handle(**options)
        except SystemExit as end:
            if end.code:
                raise
