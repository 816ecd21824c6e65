from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.utils import translation

from config.who import page


class Command(BaseCommand):
    help = "Say which addresses there are, who may sign in there, and what they may do."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(page())
