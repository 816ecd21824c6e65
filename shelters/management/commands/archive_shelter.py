from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from shelters.closing.archiving import archive_shelter
from shelters.refusals import Refusal


class Command(BaseCommand):
    help = "Make a shelter read-only and take its address away. Says what stands in the way."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schema", help="of the shelter")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shelter = archive_shelter(schema=options["schema"])
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(
            f"{shelter.name} is archived. Undo it with reopen_shelter {shelter.schema}."
        )
