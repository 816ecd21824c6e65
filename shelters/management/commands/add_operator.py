from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from shelters.management.newcomer import add_arguments, newcomer
from shelters.operations import add_operator
from shelters.origins import origin_of
from shelters.refusals import Refusal


class Command(BaseCommand):
    help = "Let in the first network operator, who invites the others of the central host."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser, who="operator")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            operator = add_operator(newcomer(options))
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(f"{operator.name} may sign in at {origin_of(settings.CENTRAL_HOST)}/")
