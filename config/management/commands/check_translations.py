from typing import Any

from django.core.management import BaseCommand, CommandError

from config import catalogues


class Command(BaseCommand):
    help = "Fail when a string is untranslated, fuzzy or stale, or its placeholders differ."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [problem for lang in catalogues.LANGUAGES for problem in catalogues.problems(lang)]
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"{len(found)} to do. Run: ./dev manage update_translations")
