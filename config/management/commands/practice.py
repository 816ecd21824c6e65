from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from config.demo.practice import NotForPractice, fill_practice, make_practice
from shelters.tenancy.migrate import OWNER


class Command(BaseCommand):
    help = (
        "Open a shelter for practice with invented clients. With SCHEMA: put the clients into one "
        "that `open_shelter --practice` has made, with people and passwords of your own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schema", nargs="?", help="of a shelter for practice without clients")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(self._fill(options["schema"]) if options["schema"] else self._make())
        except NotForPractice as reason:
            raise CommandError(str(reason)) from reason

    def _make(self) -> str:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                "Its people have a password known to all. Where people are real, make one with "
                "`open_shelter --practice` and name its schema here."
            )
        if OWNER not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: this opens a shelter.")
        if make_practice():
            return "The shelter for practice is there."
        return "The shelter for practice is there already; nothing was changed."

    def _fill(self, schema: str) -> str:
        fill_practice(schema)
        return "The invented clients are there."
