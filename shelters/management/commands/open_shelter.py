from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from shelters.management.newcomer import add_arguments, newcomer
from shelters.models import Domain
from shelters.operations import open_shelter
from shelters.origins import origin_of
from shelters.refusals import Refusal
from shelters.tenancy import in_central


class Command(BaseCommand):
    help = "Open a shelter: its schema, role, keys, address and first director. All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schema", help="name of the schema, for example samal")
        parser.add_argument("--name", required=True, help="what staff call the shelter")
        parser.add_argument("--word", help="word of the address, neutral; the schema's if left out")
        parser.add_argument(
            "--state-paid-days",
            type=int,
            help="days the state pays for a stay, if it does",
        )
        parser.add_argument(
            "--practice",
            action="store_true",
            help="for training: marked on every page, apart from the network",
        )
        add_arguments(parser, who="director")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shelter = open_shelter(
                name=options["name"],
                schema=options["schema"],
                word=options["word"] or options["schema"].replace("_", "-"),
                director=newcomer(options),
                state_paid_days=options["state_paid_days"],
                practice=options["practice"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        with in_central():
            host = Domain.objects.get(shelter=shelter).host
        self.stdout.write(f"{shelter.name} is open at {origin_of(host)}/")
