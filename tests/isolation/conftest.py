"""Three shelters: Samal looks, Tulpar must not be seen, Aidyn has to do with both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from shelters.models import Shelter
from shelters.staff.models import User
from shelters.staff.permissions import Role
from tests.households import Household, Words, furnish, receive

CENTRAL = "pana.localhost"


@pytest.fixture
def words() -> Words:
    """Tulpar's. None of them may be said outside Tulpar."""
    return Words()


@pytest.fixture
def aidyns(aidyn: Shelter, person: Callable[..., User]) -> Household:
    return Household(aidyn, person(aidyn, Role.DIRECTOR))


@pytest.fixture
def tulpars(
    tulpar: Shelter, aidyns: Household, person: Callable[..., User], words: Words
) -> Household:
    home = furnish(tulpar, aidyns.shelter, person=person, words=words)
    receive(home, aidyns, words=words)
    for name, row in home.own_ids().items():
        words.also(name, row)
    return home


@pytest.fixture
def samals(samal: Shelter, aidyns: Household, person: Callable[..., User]) -> Household:
    """What Samal's own pages show beside it."""
    own = Words(first="jx", born=1991)
    home = furnish(samal, aidyns.shelter, person=person, words=own)
    receive(home, aidyns, words=own)
    return home


@pytest.fixture
def people_of(person, browser_of):
    """`people_of(home, role)` is the browser of somebody there."""

    def people_of(home: Household, role: Role) -> Client:
        return browser_of(person(home.shelter, role), f"{home.shelter.schema}.localhost")

    return people_of


@pytest.fixture
def central_person(person, browser_of):
    return lambda role: browser_of(person(None, role), CENTRAL)
