from typing import Any

from django.core.management import BaseCommand

from config import catalogues


class Command(BaseCommand):
    help = "Compile the catalogues, so that pages speak Russian and Kazakh."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for path in catalogues.compile_all():
            if options["verbosity"] > 1:
                self.stdout.write(str(path))
