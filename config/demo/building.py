"""Making the whole demo, once and whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from django.conf import settings
from django.utils import timezone

from config.demo.casework import work_on_cases
from config.demo.cast import HOUSES, SAMAL, SEED, TULPAR, everybody
from config.demo.money import write_samals_book, write_tulpars_book
from config.demo.opening import open_house, open_network
from config.demo.outbox import carry_everything
from shelters.models import Shelter
from shelters.registry import in_schema, open_schemas
from shelters.staff.models import User
from shelters.tenancy import access, hosts, in_shelter, names
from shelters.tenancy.migrate import OWNER, as_owner

BOOKS = {SAMAL.schema: write_samals_book, TULPAR.schema: write_tulpars_book}


def is_wanted() -> bool:
    """There is no shelter yet, or only what is left of a demo that was cut short."""
    return was_cut_short() or not open_schemas()


def is_here() -> bool:
    """The shelters that are here are those of the demo."""
    return open_schemas() == [house.schema for house in HOUSES] and all(
        _has_its_director(house.schema, house.people[0].email) for house in HOUSES
    )


def was_cut_short() -> bool:
    return _mark().exists()


def build() -> None:
    """Needs the owner. What an interrupted run left is taken away first."""
    if was_cut_short():
        _take_away()
    today = timezone.localdate()
    with _marked():
        shelters = [open_house(house) for house in HOUSES]
        open_network()
        for house, shelter in zip(HOUSES, shelters, strict=True):
            with in_shelter(shelter):
                work_on_cases(house, today=today, lot=Random(f"{SEED} {house.schema}"))
                BOOKS[house.schema](today=today)
        carry_everything(house.schema for house in HOUSES)


def _has_its_director(schema: str, email: str) -> bool:
    with in_schema(schema):
        return User.objects.filter(email=email).exists()


def _mark() -> Path:
    return Path(settings.HOME) / "demo.unfinished"


@contextmanager
def _marked() -> Iterator[None]:
    """A mark beside the data that outlives whatever ends this process."""
    _mark().touch()
    yield
    _mark().unlink()


def _take_away() -> None:
    """The mark says that there was no shelter before the demo, so all there is belongs to it."""
    database, _login = access.app_login()
    with as_owner() as cursor:
        for house in HOUSES:
            cursor.execute(f"DROP SCHEMA IF EXISTS {names.quote(house.schema)} CASCADE")
            role = names.quote(names.shelter_role(database, house.schema))
            cursor.execute(f"DROP ROLE IF EXISTS {role}")
        cursor.execute(f"TRUNCATE {Shelter._meta.db_table} CASCADE")
        emails = [person.email for person in everybody()]
        User.objects.using(OWNER).filter(email__in=emails).delete()
    hosts.forget()
