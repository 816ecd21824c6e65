from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from shelters.closing.removing import remove_shelter
from shelters.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Remove an archived shelter for good: first its final archive, in clear and opened without "
        "Pana, then its schema, role, keys and address. Cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schema", help="of the archived shelter")
        parser.add_argument(
            "--to", required=True, type=Path, help="folder that takes the final archive"
        )
        parser.add_argument("--name", help="the shelter's name; asked for if left out")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        schema = options["schema"]
        name = _ask_for_the_name(schema) if options["name"] is None else options["name"]
        try:
            path = remove_shelter(schema=schema, name=name, folder=options["to"].resolve())
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(f"The shelter is removed. Its final archive: {path}")
        self.stdout.write(
            self.style.WARNING(
                "The archive is NOT encrypted: whoever opens it reads what clients told. Encrypt"
                " it, take it off this machine, and destroy this copy."
            )
        )


def _ask_for_the_name(schema: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError("Nobody is there to type the shelter's name; use --name.")
    return input(f"Type the name of the shelter {schema} to remove it for good: ")
