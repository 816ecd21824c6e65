from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.management.commands.runserver import Command as StockCommand

ADVICE = "Migrations are not looked at here; `./dev up` brings everything up to date.\n"


class Command(StockCommand):
    """Starts with every reload, outside any unit of work, so it may not ask the database.

    The stock command would look at one schema's migrations; there is one for every shelter.
    """

    def check_migrations(self, *args: Any, **options: Any) -> None:
        self.stdout.write(self.style.NOTICE(ADVICE))
