from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.commands.migrate import Command as StockCommand
from django.db import Error

from shelters.management.progress import Progress
from shelters.models import Shelter
from shelters.tenancy.held import differences
from shelters.tenancy.many import Outcome, alone, bring_up, said_by
from shelters.tenancy.migrate import OWNER, as_owner, migrate_public, needed_in
from shelters.tenancy.placement import Place
from shelters.tenancy.states import PUBLIC, State, states_of
from shelters.tenancy.template import tables_sql


class Command(BaseCommand):
    help = "Bring the public schema and every shelter's up to date. Needs DATABASE_OWNER_URL."
    autodetector = StockCommand.autodetector

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; fail if a schema is behind, or a right is not as declared",
        )
        parser.add_argument(
            "--rights",
            action="store_true",
            help="write all rights anew, also where those declared have not changed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self._migrate(options["verbosity"], rights=options["rights"])

    def _migrate(self, verbosity: int, *, rights: bool) -> None:
        with alone(wait=self._wait):
            applied = _migrate_public(rights)
            late = [state for state in _shelters() if rights or state.is_behind]
            outcome = bring_up(late, tell=Progress(self.stderr, len(late)))
            if not outcome.failures:
                _keep_template()
        if verbosity:
            brought_up = len(late) - len(outcome.failures)
            self.stdout.write(f"public: {applied} migrations; shelters brought up: {brought_up}")
        self._tell_failures(outcome)

    def _wait(self) -> None:
        self.stderr.write("A shelter is being opened, or another migrate runs; waiting for it.")

    def _tell_failures(self, outcome: Outcome) -> None:
        for schema, error in sorted(outcome.failures.items()):
            self.stderr.write(f"{schema}: {error}")
        if outcome.failures:
            raise CommandError(
                f"Left as they were: {_some(sorted(outcome.failures))}. "
                f"The others are up to date; run migrate again when the cause is gone."
            )

    def _check(self) -> None:
        if late := [state.schema for state in [*_public(), *_shelters()] if state.is_behind]:
            raise CommandError(f"Behind: {_some(late)}. Run migrate.")
        if found := differences(state.schema for state in _shelters()):
            raise CommandError(f"{' '.join(found[:10])} Run migrate --rights.")


def _migrate_public(rights: bool) -> int:
    try:
        return migrate_public(rights=rights)
    except Error as error:
        raise CommandError(f"Nothing was changed: {said_by(error)}") from error


def _public() -> list[State]:
    with as_owner() as cursor:
        return states_of(cursor, [PUBLIC], needed=needed_in(Place.PUBLIC))


def _shelters() -> list[State]:
    with as_owner() as cursor:
        cursor.execute("SELECT to_regclass('public.shelters_shelter') IS NOT NULL")
        if cursor.fetchone() == (False,):
            return []
        shelters = Shelter.objects.using(OWNER).with_schema().order_by("schema")
        schemas = shelters.values_list("schema", flat=True)
        return states_of(cursor, schemas, needed=needed_in(Place.SHELTER))


def _keep_template() -> None:
    """So that the next shelter opens at once."""
    try:
        with as_owner() as cursor:
            tables_sql(cursor)
    except Error as error:
        raise CommandError(f"No shelter can be opened: {said_by(error)}") from error


def _some(names: list[str], shown: int = 10) -> str:
    more = [f"and {len(names) - shown} more"] if len(names) > shown else []
    return ", ".join([*names[:shown], *more])
