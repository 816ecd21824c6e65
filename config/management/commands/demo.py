from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from config.demo.building import build, is_here, is_wanted
from shelters.tenancy.migrate import OWNER


class Command(BaseCommand):
    help = "Fill an empty database with an invented network. Needs DATABASE_OWNER_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_where_people_are_real()
        if not is_wanted():
            self._leave_alone()
            return
        build()
        if options["verbosity"]:
            self.stdout.write("The demo is there. `./dev manage who` says who may sign in where.")

    def _refuse_where_people_are_real(self) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("The demo is for PANA_DEMO=1 only: its password is known to all.")
        if OWNER not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: the demo opens shelters.")

    def _leave_alone(self) -> None:
        if not is_here():
            raise CommandError("There is a shelter already; the demo needs a database without one.")
        self.stdout.write("The demo is there already; nothing was changed.")
