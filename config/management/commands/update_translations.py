from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from config import catalogues


class Command(BaseCommand):
    help = "Merge new strings of code and templates into the catalogues."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("languages", nargs="*", default=catalogues.LANGUAGES)

    def handle(self, *args: Any, **options: Any) -> None:
        for language in options["languages"]:
            catalogues.update(language)
            missing = sum(1 for _ in catalogues.problems(language))
            self.stdout.write(f"{language}: {missing} to do")
