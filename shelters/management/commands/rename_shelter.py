from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from shelters.models import Domain
from shelters.origins import origin_of
from shelters.refusals import Refusal
from shelters.renaming import rename_shelter
from shelters.tenancy import hosts, in_central


class Command(BaseCommand):
    help = "Give a shelter another name, another address, or both. Its schema keeps its name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schema", help="of the shelter")
        parser.add_argument("--name", help="what staff call the shelter from now on")
        parser.add_argument("--word", help="new word of the address, neutral")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shelter = rename_shelter(
                schema=options["schema"], name=options["name"], word=options["word"]
            )
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        with in_central():
            host = Domain.objects.get(shelter=shelter).host
        self.stdout.write(f"{shelter.name} is at {origin_of(host)}/")
        if options["word"]:
            self.stdout.write(
                f"Its old address is nobody's within {hosts.SECONDS:.0f} seconds; links in letters"
                " sent before lead there. Its people sign in anew."
            )
