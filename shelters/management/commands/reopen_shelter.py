from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from shelters.closing.archiving import reopen_shelter
from shelters.refusals import Refusal


class Command(BaseCommand):
    help = "Undo archive_shelter: the same address, tables and people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schema", help="of the archived shelter")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shelter = reopen_shelter(schema=options["schema"])
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(f"{shelter.name} is open again. Its people sign in anew.")
