"""Making the whole demo, once and whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

from django.conf import settings
from django.utils import timezone

from cases.models import Case
from config.demo.casework import work_on_cases
from config.demo.cast import HOUSES, SAMAL, SEED, TULPAR, House, everybody
from config.demo.letters import exchange_letters
from config.demo.money import write_samals_book, write_tulpars_book
from config.demo.opening import open_house, open_network
from shelters.models import Shelter
from shelters.registry import in_schema, open_schemas
from shelters.staff.models import User
from shelters.tenancy import access, hosts, in_shelter, names
from shelters.tenancy.migrate import as_owner

BOOKS = {SAMAL.schema: write_samals_book, TULPAR.schema: write_tulpars_book}
OF_PEOPLE = (
    "DELETE FROM account_emailaddress WHERE email = ANY(%s)",
    "DELETE FROM staff_rolegrant g USING staff_user u WHERE u.id = g.user_id AND email = ANY(%s)",
    "DELETE FROM staff_user WHERE email = ANY(%s)",
)


def is_wanted() -> bool:
    """There is no shelter yet, or only what is left of a demo that was cut short."""
    return was_cut_short() or not open_schemas()


def is_here() -> bool:
    """Both shelters of the demo are open, and their people are those of the demo."""
    return {house.schema for house in HOUSES} <= set(open_schemas()) and all(
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
        shelters = {house.schema: open_house(house) for house in HOUSES}
        open_network()
        cases = {house.schema: _fill(house, shelters[house.schema], today) for house in HOUSES}
        exchange_letters(shelters, cases)


def _fill(house: House, shelter: Shelter, today: date) -> list[Case]:
    with in_shelter(shelter):
        BOOKS[house.schema](today=today)
        return work_on_cases(house, today=today, lot=Random(f"{SEED} {house.schema}"))


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
        for delete in OF_PEOPLE:
            cursor.execute(delete, [[person.email for person in everybody()]])
    hosts.forget()
