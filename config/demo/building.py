"""Making the whole demo, once and whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from config.demo.book import Book
from config.demo.cast import HOUSES, PRACTICE, House, everybody
from config.demo.clock import turned_back
from config.demo.money import BOOKS
from config.demo.opening import open_house, open_network
from config.demo.years import live_through, three_years
from shelters.models import Shelter
from shelters.registry import in_schema, schemas_in_use
from shelters.staff.models import User
from shelters.tenancy import access, hosts, in_central, in_shelter, names
from shelters.tenancy.migrate import as_owner

OF_PEOPLE = (
    "DELETE FROM account_emailaddress WHERE email = ANY(%s)",
    "DELETE FROM staff_rolegrant g USING staff_user u WHERE u.id = g.user_id AND email = ANY(%s)",
    "DELETE FROM staff_user WHERE email = ANY(%s)",
)


def is_wanted() -> bool:
    """There is no shelter yet, or only what is left of a demo that was cut short."""
    schemas = _all_schemas()
    return not schemas or (was_cut_short() and all(_is_of_the_demo(schema) for schema in schemas))


def is_here() -> bool:
    """All shelters of the demo are open, and their people are those of the demo."""
    schemas = {house.schema for house in HOUSES}
    return schemas <= set(schemas_in_use()) and all(_is_of_the_demo(schema) for schema in schemas)


def was_cut_short() -> bool:
    return _mark().exists()


def build(houses: Sequence[House] = HOUSES) -> None:
    """Needs the owner, and that it `is_wanted`. What an interrupted run left is taken away."""
    if was_cut_short():
        _take_away()
    with _marked(), turned_back() as clock:
        open_network(clock)
        shelters = {house.schema: open_house(house, clock) for house in houses}
        for house in houses:
            with in_shelter(shelters[house.schema]):
                BOOKS[house.schema](Book(clock))
        live_through(three_years(clock.present, houses), houses, shelters, clock)


def _all_schemas() -> set[str]:
    """Of archived shelters too."""
    with in_central():
        return set(Shelter.objects.values_list("schema", flat=True))


def _is_of_the_demo(schema: str) -> bool:
    """By its name and by who directs it: somebody may have opened a shelter of their own since."""
    directors = {house.schema: house.people[0].email for house in (*HOUSES, PRACTICE)}
    if schema not in directors or schema not in schemas_in_use():
        return False
    with in_schema(schema):
        return User.objects.filter(email=directors[schema]).exists()


def _mark() -> Path:
    return Path(settings.HOME) / "demo.unfinished"


@contextmanager
def _marked() -> Iterator[None]:
    """A mark beside the data that outlives whatever ends this process."""
    _mark().touch()
    yield
    _mark().unlink()


def _take_away() -> None:
    """All shelters there are belong to the demo: `is_wanted` has looked."""
    database, _login = access.app_login()
    with as_owner() as cursor:
        for house in (*HOUSES, PRACTICE):
            cursor.execute(f"DROP SCHEMA IF EXISTS {names.quote(house.schema)} CASCADE")
            role = names.quote(names.shelter_role(database, house.schema))
            cursor.execute(f"DROP ROLE IF EXISTS {role}")
        cursor.execute(f"TRUNCATE {Shelter._meta.db_table} CASCADE")
        for delete in OF_PEOPLE:
            cursor.execute(delete, [[person.email for person in everybody()]])
    hosts.forget()
